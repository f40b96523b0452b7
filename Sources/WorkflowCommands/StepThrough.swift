import ArgumentParser
import Foundation
import Logging
import WorkflowAPI
import WorkflowRuntime

/// Walks through one history in the terminal: the events of each turn, what the code asked for on that and where, and
/// answers to queries in between.
struct StepThrough {
    private let subject: ReplaySubject
    private let history: [HistoryEvent]

    init(_ subject: ReplaySubject, _ history: [HistoryEvent], until: Int64?) {
        self.subject = subject
        self.history = history.filter { event in until.map { event.id <= $0 } ?? true }
    }

    private static let help =
        "Enter: the next turn; q NAME [JSON]: a query as of now; e EVENT: on to the turn with that event; c: on to the "
        + "end; x: leave"

    /// Reads commands from standard input until the end of the history, or of the input.
    func run() async throws {
        guard let registration = InstalledRegistry.current.registration(of: subject.workflowType) else {
            throw WorkflowServiceError(
                .invalidArgument,
                "this program has no workflow type '\(subject.workflowType)'"
            )
        }
        let walk = HistoryWalk(
            try await PayloadCodecChain(InstalledRegistry.payloadCodecs).decoded(history),
            of: registration,
            namespace: subject.namespace,
            execution: subject.execution,
            logger: Logger(label: ProgramName.current) { _ in SwiftLogNoOpLogHandler() }
        )
        defer { walk.end() }
        Output.text(
            "\(subject.workflowType) '\(subject.execution.workflowID)', \(Output.count(history.count, "event"))"
        )
        Output.note(Self.help)
        var goal: Int64 = 0
        while let turn = try next(walk) {
            show(turn)
            guard (turn.events.last?.id ?? 0) >= goal else { continue }
            guard let wanted = prompt(walk) else { return }
            goal = wanted
        }
        Output.text("the end of the history")
    }

    private func next(_ walk: HistoryWalk) throws -> HistoryWalk.Turn? {
        do {
            return try walk.next()
        } catch let report as NondeterminismReport {
            for line in ReportText.lines(report) { Output.text(line) }
            throw ExitCode(ExitStatus.refused.rawValue)
        }
    }

    private func show(_ turn: HistoryWalk.Turn) {
        Output.text(turn.isRest ? "after the last turn" : "turn \(turn.number)")
        for event in turn.events {
            Output.text("  \(event.id)  \(event.time.text)  \(EventText.summary(event))")
        }
        for ask in turn.asks {
            let place = ask.location.map { "  \($0)" } ?? ""
            Output.text("  -> \(ask.text)\(place)")
        }
        if !turn.isRest, turn.asks.isEmpty { Output.text("  -> asks for nothing and waits") }
    }

    /// Asks what to do; the event to go on to, or nil to leave.
    private func prompt(_ walk: HistoryWalk) -> Int64? {
        while true {
            if isatty(STDIN_FILENO) == 1 { FileHandle.standardError.write(Data("> ".utf8)) }
            guard let line = readLine() else { return .max }
            let words = line.split(separator: " ", maxSplits: 2).map(String.init)
            switch words.first {
            case nil: return 0
            case "c"?: return .max
            case "x"?: return nil
            case "e"?:
                if words.count > 1, let event = Int64(words[1]) { return event }
                Output.note("which event? e 12")
            case "q"?:
                guard words.count > 1 else {
                    Output.note("which query? q NAME")
                    continue
                }
                answer(words[1], words.count > 2 ? .json(words[2]) : .null, walk)
            default: Output.note(Self.help)
            }
        }
    }

    private func answer(_ name: String, _ argument: Payload, _ walk: HistoryWalk) {
        switch walk.answer(WorkflowQuery(id: "1", queryType: name, arguments: [argument])) {
        case .answered(let payloads): Output.text("  \(name): \(payloads.first?.text ?? "null")")
        case .failed(let failure): Output.note("  \(failure.message)")
        }
    }
}
