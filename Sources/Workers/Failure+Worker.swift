import WorkflowAPI

extension Failure {
    /// A failure that the worker itself found, not the user's code; it may be tried again.
    init(worker message: String) {
        self.init(
            message: message,
            source: "SwiftWorkflow",
            info: .application(Application(type: "WorkerError"))
        )
    }
}
