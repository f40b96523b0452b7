public import WorkflowAPI

/// What the command line has just done, for a program that has a word to say on it.
public enum CommandDeed: Sendable {
    /// A workflow was started, or was found open where that was asked for.
    case started(StartWorkflowRequest)
    /// A signal was acknowledged by a workflow of a type.
    case signaled(SignalWorkflowRequest, workflowType: String)
}
