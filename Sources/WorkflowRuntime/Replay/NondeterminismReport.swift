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

    /// One line for people, and the next step.
    public var description: String {
        var text = "nondeterminism at event \(eventID) of \(workflowType) \(workflowID): history has \(expected), "
        text += "but the code \(actual)"
        if let location { text += " at \(location)" }
        if let lastMatch { text += "; the last match was \(lastMatch)" }
        text += ". Put the new behaviour behind Workflow.patched(...), or run the code that made this history"
        return text
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

    init(_ report: EscapeReport) {
        self.cause = .workflowWorkerUnhandledFailure
        self.failure = Self.failure(report.description, Self.escape, report)
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

    init(_ message: String, type: String) {
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
