import WorkflowAPI
import WorkflowRuntime

/// Replays a history as workers would that keep runs and as those that do not.
enum HistoryCheck {
    /// Replays in one go, and then turn by turn, where code does not see what comes next. Throws
    /// ``WorkflowRuntime/NondeterminismReport`` and ``WorkflowRuntime/ReplayError``; a type that nobody registered is passed over.
    static func replay(
        _ history: [HistoryEvent],
        of execution: WorkflowExecution,
        with workflows: [String: WorkflowRegistration]
    ) throws {
        guard case .workflowExecutionStarted(let started)? = history.first?.attributes,
            let registration = workflows[started.workflowType]
        else { return }
        let replayer = WorkflowReplayer([registration])
        try replayer.replay(history, execution: execution)
        try replayer.replayTurns(history, execution: execution)
    }
}
