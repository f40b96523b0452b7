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
    var withoutDetails: Failure {
        var bare = Failure(message: message, source: source, info: info)
        switch info {
        case .application(var application):
            application.details = []
            bare.info = .application(application)
        case .timeout(let type, _): bare.info = .timeout(type: type, lastHeartbeatDetails: [])
        case .canceled: bare.info = .canceled(details: [])
        case .terminated, .server, .activity, .childWorkflow, .unknown: break
        }
        return bare
    }
}
