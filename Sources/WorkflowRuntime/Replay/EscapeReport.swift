/// How workflow code left its run: data for people, JSON and logs. A run that did so cannot be replayed, so its workflow
/// task fails and the run lives on.
public struct EscapeReport: Error, Codable, Hashable, Sendable, CustomStringConvertible {
    /// The ways out.
    public enum Kind: String, Codable, Hashable, Sendable, CaseIterable {
        /// `Task { }`, `Task.detached`, an actor of the default executor.
        case task
        /// The main actor.
        case mainActor
        /// The actor of another run.
        case otherRun
        /// Something else than the runtime resumed it: I/O, Dispatch, another actor.
        case resumedFromOutside
        /// It waits for something that the runtime does not know.
        case suspendedOutside
        /// It holds its thread: it blocks, or computes for long.
        case heldThread
    }

    /// The execution.
    public var workflowID: String
    /// The run.
    public var runID: String
    /// The registered name of the workflow.
    public var workflowType: String
    /// The event whose turn it was; 0 if that is not known.
    public var eventID: Int64
    /// Which way.
    public var kind: Kind
    /// What happened, and what to use instead.
    public var reason: String
    /// The line that did it; nil where the program carries no debug information, or nobody saw it happen.
    public var location: SourceLocation?
    /// The function that did it, or of whose calls one did.
    public var function: String?
    /// What the thread was doing, innermost first, at most ``stackLimit`` functions; nil if nobody saw it happen.
    public var stack: [String]?

    /// How many functions ``stack`` has at most.
    public static let stackLimit = 24

    /// A report that does not say where yet.
    package init(
        workflowID: String,
        runID: String,
        workflowType: String,
        eventID: Int64,
        kind: Kind,
        reason: String
    ) {
        self.workflowID = workflowID
        self.runID = runID
        self.workflowType = workflowType
        self.eventID = eventID
        self.kind = kind
        self.reason = reason
    }

    /// The same with what the thread was doing: which function it was, and where.
    package func at(_ stack: CallStack) -> EscapeReport {
        var report = self
        report.location = stack.culprit?.location
        report.function = stack.culprit?.function
        report.stack = stack.frames.prefix(Self.stackLimit).map(\.description)
        return report
    }

    /// The reason with its place.
    public var description: String {
        let place = location.map { ", at \($0)" } ?? ""
        return reason + place + (function.map { ", in \($0)" } ?? "")
    }
}

/// Why a run cannot be trusted any more.
struct Escape {
    var kind: EscapeReport.Kind
    var reason: String
    var stack: CapturedStack?
}
