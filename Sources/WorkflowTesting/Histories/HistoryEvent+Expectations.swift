public import WorkflowAPI

/// Assertions on histories, for XCTest and Swift Testing alike: what they throw says where the two differ.
extension [HistoryEvent] {
    /// Compares all events, but for workflow tasks and starts of activities, with what is expected. Throws
    /// ``HistoryDifference``.
    public func expect(_ expected: ExpectedEvent...) throws {
        try Self.compare(HistoryEvents(self).all, with: expected, "history")
    }

    /// Compares what the code asked for, in order, with what is expected: activities, timers, markers, the end. Throws
    /// ``HistoryDifference``.
    public func expectCommands(_ expected: ExpectedEvent...) throws {
        try Self.compare(HistoryEvents(self).all.filter(\.isCommand), with: expected, "list of commands")
    }

    /// Requires that the expected events are there in this order, whatever is between them. Throws ``HistoryDifference``.
    public func expectInOrder(_ expected: ExpectedEvent...) throws {
        let events = HistoryEvents(self).all
        var rest = events[...]
        for (number, event) in expected.enumerated() {
            guard let index = rest.firstIndex(where: event.matches) else {
                let after = number == 0 ? "" : " after \(expected[number - 1])"
                throw HistoryDifference(
                    description: "there is no \(event)\(after) in the history:\n"
                        + events.map { "  \(Self.line($0))" }.joined(separator: "\n")
                )
            }
            rest = rest[(index + 1)...]
        }
    }

    private static func line(_ event: HistoryEvents.Item) -> String { "\(event.label)  (event \(event.id))" }

    private static func compare(
        _ events: [HistoryEvents.Item],
        with expected: [ExpectedEvent],
        _ what: String
    ) throws {
        let common = zip(events, expected).prefix { $1.matches($0) }.count
        guard common < events.count || common < expected.count else { return }
        var lines = ["the \(what) differs from what is expected (- expected, + found):"]
        lines += events.prefix(common).map { "    \(line($0))" }
        // From the end on too, so that one event too many is one line.
        let tail = zip(events.dropFirst(common).reversed(), expected.dropFirst(common).reversed())
            .prefix { $1.matches($0) }.count
        lines += expected.dropFirst(common).dropLast(tail).map { "  - \($0)" }
        lines += events.dropFirst(common).dropLast(tail).map { "  + \(line($0))" }
        lines += events.suffix(tail).map { "    \(line($0))" }
        throw HistoryDifference(description: lines.joined(separator: "\n"))
    }
}

/// A history is not what a test expects.
public struct HistoryDifference: Error, Sendable, CustomStringConvertible {
    /// The two beside each other.
    public var description: String
}
