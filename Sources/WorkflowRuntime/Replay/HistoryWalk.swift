package import Logging
package import WorkflowAPI

/// Walks through a history turn by turn: what came, what the code asked for on that, and where.
///
/// For one thread at a time; ``end()`` lets go of the run.
package final class HistoryWalk {
    /// A turn of the code.
    package struct Turn: Sendable {
        /// Which, from 1.
        package var number: Int
        /// The events since the turn before.
        package var events: [HistoryEvent]
        /// What the code asks for now.
        package var asks: [Ask]
        /// There are no more turns: these events came after the last.
        package var isRest: Bool
    }

    /// Something that the code asks for.
    package struct Ask: Sendable {
        /// The call.
        package var call: NondeterminismReport.Call
        /// In words.
        package var text: String
        /// Where it stands; nil for an end of the run and for what follows from a cancellation.
        package var location: SourceLocation?
    }

    private let run: WorkflowRun
    private var rest: ArraySlice<HistoryEvent>
    private var number = 0

    /// A walk through a history with decoded payloads.
    package init(
        _ history: [HistoryEvent],
        of registration: WorkflowRegistration,
        namespace: Namespace,
        execution: WorkflowExecution,
        logger: Logger
    ) {
        run = registration.makeRun(namespace: namespace, execution: execution, logger: logger)
        run.cursor.mayStepOver = false
        run.noteRecordedPatches(history)
        rest = history[...]
    }

    /// The next turn; nil at the end. Throws ``NondeterminismReport`` where code and history differ, ``ReplayError`` where the
    /// history cannot be replayed; there is nothing behind that.
    package func next() throws -> Turn? {
        guard !rest.isEmpty else { return nil }
        let end = rest.indices.first { index in
            guard case .workflowTaskStarted = rest[index].attributes, index + 1 < rest.endIndex,
                case .workflowTaskCompleted = rest[index + 1].attributes
            else { return false }
            return true
        }
        let events = Array(rest[..<(end.map { endOfTurn(startedAt: $0) } ?? rest.endIndex)])
        rest = rest.dropFirst(events.count)
        do {
            // What came after the last turn is shown as a query sees it.
            try run.apply(events, isQueryOnly: end == nil)
        } catch {
            rest = []
            if let report = error.report { throw report }
            throw ReplayError(message: error.failure.message)
        }
        if end != nil { number += 1 }
        return Turn(
            number: number,
            events: events,
            asks: end == nil
                ? []
                : run.asked.map { issued in
                    Ask(call: issued.command.call, text: issued.command.wish, location: issued.location)
                },
            isRest: end == nil
        )
    }

    /// A turn is not over before the last local activity that ended in it: what it led to belongs to the turn.
    private func endOfTurn(startedAt start: Int) -> Int {
        let commands = rest[(start + 2)...].prefix { $0.attributes.isFromCommand }
        let last = commands.lastIndex { event in
            guard case .markerRecorded(let marker) = event.attributes else { return false }
            return LocalActivityMarker(marker) != nil
        }
        return last.map { $0 + 1 } ?? start + 2
    }

    /// Answers a query as of the turn that was given last.
    package func answer(_ query: WorkflowQuery) -> QueryResult { run.answer(query) }

    /// Lets go of the run.
    package func end() { run.evict() }
}
