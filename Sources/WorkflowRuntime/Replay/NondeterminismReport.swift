package import WorkflowAPI

/// What replay found different from history: data for people, JSON and logs.
public struct NondeterminismReport: Error, Codable, Hashable, Sendable, CustomStringConvertible {
    /// The execution.
    public var workflowID: String
    /// The run.
    public var runID: String
    /// The registered name of the workflow.
    public var workflowType: String
    /// The event at which they differ.
    public var eventID: Int64
    /// What history has there.
    public var expected: String
    /// What the code wanted.
    public var actual: String
    /// Where the code wanted it.
    public var location: SourceLocation?
    /// The last thing both agree on.
    public var lastMatch: String?
    /// What kind of event history has there, by Temporal's name: `TimerStarted`; nil where it has none.
    public var eventType: String?
    /// What history has there; nil where it has nothing that code asks for.
    public var recorded: Call?
    /// What the code wanted; nil when it asks for nothing more.
    public var wanted: Call?
    /// The last call that both agree on.
    public var lastMatchingCall: MatchedCall?
    /// Where a call of `Workflow.patched` would go; nil where no place is known.
    public var patchPlace: PatchPlace?

    /// One line for people, and the next step.
    public var description: String {
        let type = eventType.map { " (\($0))" } ?? ""
        var text =
            "nondeterminism at event \(eventID)\(type) of \(workflowType) \(workflowID): history has \(expected), "
        text += "but the code \(actual)"
        if let location { text += " at \(location)" }
        if let lastMatch {
            text += "; the last match was \(lastMatch)"
            if let place = lastMatchingCall?.location { text += " at \(place)" }
        }
        return text + ". \(nextStep)"
    }

    /// The report as JSON on one line, for logs.
    package var json: String? {
        (try? PayloadConverter.payload(self)).map { String(decoding: $0.data, as: UTF8.self) }
    }

    /// What to do, as a sentence without its full stop.
    public var nextStep: String {
        let place = patchPlace.map { " \($0.position.rawValue) \($0.location)" } ?? ""
        return "Put the new behaviour behind Workflow.patched(...)\(place), or run the code that made this history"
    }
}

/// A run cannot be advanced: the workflow task fails, the run lives on.
package struct WorkflowTaskFailure: Error, Sendable {
    /// What kind of trouble.
    package var cause: WorkflowTaskFailedCause
    /// What to record.
    package var failure: Failure
    /// The report, when replay differs.
    package var report: NondeterminismReport?

    init(_ report: NondeterminismReport) {
        self.cause = .nonDeterministicError
        self.report = report
        self.failure = Self.failure(report.description, Self.nondeterminism, report)
    }

    /// Where the code left its run, which ``named()`` looks up.
    private var place: (report: EscapeReport, stack: CapturedStack)?

    /// The code left its run, and its thread was there.
    package init(_ report: EscapeReport, _ stack: CapturedStack?) {
        place = stack.map { (report, $0) }
        self.cause = .workflowWorkerUnhandledFailure
        self.failure = Self.failure(report.description, Self.escape, report)
    }

    /// The same, with file, line and stack if code left its run. Takes seconds the first time in a large program.
    package func named() async -> WorkflowTaskFailure {
        guard let place else { return self }
        return WorkflowTaskFailure(place.report.at(await place.stack.named()), nil)
    }

    /// The types of failures whose first detail is a ``NondeterminismReport``, and an ``EscapeReport``.
    static let nondeterminism = "NondeterminismError"
    static let escape = "WorkflowEscape"

    private static func failure(_ message: String, _ type: String, _ report: some Encodable) -> Failure {
        Failure(
            message: message,
            source: FailureConverter.source,
            info: .application(
                .init(
                    type: type,
                    nonRetryable: true,
                    details: (try? PayloadConverter.payload(report)).map { [$0] } ?? []
                )
            )
        )
    }

    /// Something else that stands in the way.
    package init(_ message: String, type: String) {
        self.cause = .workflowWorkerUnhandledFailure
        self.failure = Failure(
            message: message,
            source: FailureConverter.source,
            info: .application(.init(type: type, nonRetryable: true))
        )
    }
}

extension Failure {
    /// What replay found different, when this is the failure of a workflow task on that account.
    package var nondeterminismReport: NondeterminismReport? { report(WorkflowTaskFailure.nondeterminism) }

    /// How workflow code left its run, when this is the failure of a workflow task on that account.
    package var escapeReport: EscapeReport? { report(WorkflowTaskFailure.escape) }

    private func report<Report: Decodable>(_ type: String) -> Report? {
        guard case .application(let application) = info, application.type == type,
            let detail = application.details.first
        else { return nil }
        return try? PayloadConverter.value(detail)
    }
}
