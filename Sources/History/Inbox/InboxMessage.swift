package import WorkflowAPI

/// What a row of `workflow_inbox` asks for, as the request that a client would make.
package enum InboxMessage: Hashable, Sendable {
    case start(StartWorkflowRequest)
    case signal(SignalWorkflowRequest)

    /// Whose run it is about.
    var workflowID: WorkflowID {
        switch self {
        case .start(let request): request.workflowID
        case .signal(let request): request.workflowID
        }
    }
}

/// The transitions that the rows of the inbox become: those of the requests of clients.
package struct InboxDelivery: Sendable {
    /// Answers the run that the row asked for.
    package var start: @Sendable (StartWorkflowRequest, inout StartTransition) throws -> WorkflowExecution
    package var signal: @Sendable (SignalWorkflowRequest, inout Transition) throws -> Void
}
