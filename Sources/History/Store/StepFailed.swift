import WorkflowAPI

/// A step's failure, on its way out of the savepoint that it undoes.
struct StepFailed: Error {
    let failure: Failure
}

extension Failure {
    /// A failed attempt of an exactly-once step that broke a rule of the store.
    init(storeError error: StoreError) {
        self.init(
            message: error.message,
            source: "SwiftWorkflow",
            info: .application(.init(type: "StoreError"))
        )
    }
}
