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

    /// Kind, type and message without any payload: what can always be delivered.
    var withoutDetails: Failure { Failure(message: message, source: source, info: info.withoutDetails) }
}
