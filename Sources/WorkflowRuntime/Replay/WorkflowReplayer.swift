public import Logging
public import WorkflowAPI

/// Replays recorded histories against today's code.
public struct WorkflowReplayer: Sendable {
    let registrations: [String: WorkflowRegistration]
    private let chain: PayloadCodecChain
    let logger: Logger

    /// A replayer that knows these workflow types. `payloadCodecs` are those of the workers that made the histories; they
    /// are for ``replay(encoded:execution:)`` and ``replay(encodedJSON:execution:)``.
    public init(
        _ workflows: [WorkflowRegistration],
        payloadCodecs: [any PayloadCodec] = [],
        logger: Logger = Logger(label: "replayer") { _ in SwiftLogNoOpLogHandler() }
    ) {
        registrations = Dictionary(workflows.map { ($0.name, $0) }) { first, _ in first }
        chain = PayloadCodecChain(payloadCodecs)
        self.logger = logger
    }

    /// Replays a whole history, or with `through` its beginning up to one event. Throws ``NondeterminismReport`` when the code
    /// asks for something else than history holds, and ``ReplayError`` when it cannot be replayed at all. An open run may
    /// want more than its history has so far.
    public func replay(
        _ history: [HistoryEvent],
        execution: WorkflowExecution = WorkflowExecution(workflowID: "replay", runID: "replay"),
        through last: Int64? = nil
    ) throws {
        let whole = history
        let history = last.map { last in whole.filter { $0.id <= last } } ?? whole
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
            // Of a turn that was cut through nobody knows what else it asked for.
            if history.count == whole.count, history.last?.attributes.isFromCommand == true {
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
        try replay(try Self.history(json), execution: execution)
    }

    /// Replays a history as it is stored, with its payloads encoded. Throws as ``replay(_:execution:)`` does, and
    /// ``ReplayError`` for a payload that cannot be decoded, because its key is missing for instance.
    public func replay(
        encoded history: [HistoryEvent],
        execution: WorkflowExecution = WorkflowExecution(workflowID: "replay", runID: "replay"),
        through last: Int64? = nil
    ) async throws {
        try replay(try await decoded(history), execution: execution, through: last)
    }

    /// Replays an exported history whose payloads are encoded: what `workflowctl show ID --json` prints without the keys,
    /// so that histories can be kept beside the tests without anything readable in them. Throws as
    /// ``replay(encoded:execution:)`` does, and ``ReplayError`` for a text that is no history.
    public func replay(
        encodedJSON json: [UInt8],
        execution: WorkflowExecution = WorkflowExecution(workflowID: "replay", runID: "replay")
    ) async throws {
        try await replay(encoded: try Self.history(json), execution: execution)
    }

    /// Replays a history as it is stored, turn by turn. Throws as ``replayTurns(_:execution:)`` does, and ``ReplayError`` for a
    /// payload that cannot be decoded.
    public func replayTurns(encoded history: [HistoryEvent], execution: WorkflowExecution) async throws {
        try replayTurns(try await decoded(history), execution: execution)
    }

    private func decoded(_ history: [HistoryEvent]) async throws -> [HistoryEvent] {
        do {
            return try await chain.decoded(history)
        } catch let error where !(error is CancellationError) {
            throw ReplayError(message: PayloadCodecChain.failure(error).message)
        }
    }

    private static func history(_ json: [UInt8]) throws -> [HistoryEvent] {
        do {
            return try HistoryJSON.decode(json)
        } catch {
            throw ReplayError(message: "this is no history: \(error)")
        }
    }
}

/// A history cannot be replayed.
public struct ReplayError: Error, Sendable, CustomStringConvertible {
    /// Why.
    public var message: String

    /// The message.
    public var description: String { message }
}
