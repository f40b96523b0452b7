public import WorkflowAPI

/// What came of replaying one history.
public enum ReplayOutcome: Hashable, Sendable {
    /// The code asks for what history holds.
    case fits
    /// It asks for something else.
    case differs(NondeterminismReport)
    /// It could not be replayed: a payload that cannot be read, code that left its run; the message says why.
    case failed(String)
    /// Its workflow type is not registered here.
    case unknownType(String)

    /// The name of the outcome, for scripts.
    public var name: String {
        switch self {
        case .fits: "fits"
        case .differs: "differs"
        case .failed: "failed"
        case .unknownType: "unknownType"
        }
    }
}

extension WorkflowReplayer {
    /// Replays a history as it is stored, and says what came of it instead of throwing; with `through` only its beginning up
    /// to one event, and with `turnByTurn` once more as a worker does that keeps its runs. Throws `CancellationError` only.
    public func outcome(
        ofEncoded history: [HistoryEvent],
        execution: WorkflowExecution,
        through last: Int64? = nil,
        turnByTurn: Bool = false
    ) async throws -> ReplayOutcome {
        if case .workflowExecutionStarted(let started)? = history.first?.attributes,
            registrations[started.workflowType] == nil
        {
            return .unknownType(started.workflowType)
        }
        do {
            try await replay(encoded: history, execution: execution, through: last)
            if turnByTurn {
                let beginning = last.map { last in history.filter { $0.id <= last } } ?? history
                try await replayTurns(encoded: beginning, execution: execution)
            }
            return .fits
        } catch let report as NondeterminismReport {
            return .differs(report)
        } catch let error as ReplayError {
            return .failed(error.message)
        }
    }
}
