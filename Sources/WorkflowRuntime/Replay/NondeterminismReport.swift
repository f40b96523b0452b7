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
        self.failure = Failure(
            message: report.description,
            source: FailureConverter.source,
            info: .application(
                .init(
                    type: "NondeterminismError",
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
