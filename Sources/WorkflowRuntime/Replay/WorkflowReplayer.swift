public import Logging
public import WorkflowAPI

/// Replays recorded histories against today's code.
public struct WorkflowReplayer: Sendable {
    private let registrations: [String: WorkflowRegistration]
    private let logger: Logger
    /// A replayer that knows these workflow types.
    public init(
        _ workflows: [WorkflowRegistration],
        logger: Logger = Logger(label: "replayer") { _ in SwiftLogNoOpLogHandler() }
    ) {
        registrations = Dictionary(workflows.map { ($0.name, $0) }) { first, _ in first }
        self.logger = logger
    }

    /// Replays a whole history. Throws ``NondeterminismReport`` when the code asks for something else than history holds,
    /// and ``ReplayError`` when it cannot be replayed at all. An open run may want more than its history has so far.
    public func replay(
        _ history: [HistoryEvent],
        execution: WorkflowExecution = WorkflowExecution(workflowID: "replay", runID: "replay")
    ) throws {
        guard case .workflowExecutionStarted(let started)? = history.first?.attributes else {
            throw ReplayError(message: "the history does not begin with the start of a run")
        }
        guard let registration = registrations[started.workflowType] else {
            throw ReplayError(message: "no workflow type '\(started.workflowType)' is registered here")
        }
        let run = registration.makeRun(namespace: .default, execution: execution, logger: logger)
        defer { run.evict() }
        do {
            try run.apply(history, isQueryOnly: true)
            if history.last?.attributes.isFromCommand == true {
                try run.requireAllMatched(before: Int64(history.count + 1))
            }
        } catch {
            if let report = error.report { throw report }
            throw ReplayError(message: error.failure.message)
        }
    }

    /// Replays an exported history: what `workflowctl show ID --json` prints, or Temporal's tools. Throws as
    /// ``replay(_:execution:)`` does, and ``ReplayError`` for a text that is no history.
    public func replay(
        json: [UInt8],
        execution: WorkflowExecution = WorkflowExecution(workflowID: "replay", runID: "replay")
    ) throws {
        let history: [HistoryEvent]
        do {
            history = try HistoryJSON.decode(json)
        } catch {
            throw ReplayError(message: "this is no history: \(error)")
        }
        try replay(history, execution: execution)
    }
}

/// A history cannot be replayed.
public struct ReplayError: Error, Sendable, CustomStringConvertible {
    /// Why.
    public var message: String

    /// The message.
    public var description: String { message }
}
