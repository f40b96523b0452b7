/// A tenant: executions, task queues and search attributes of one namespace are invisible to every other.
public struct Namespace: StringIdentifier {
    /// The text of the identifier.
    public let rawValue: String

    /// Wraps a text; validity is checked where it enters the engine.
    public init(_ rawValue: String) { self.rawValue = rawValue }

    /// The namespace that every store has.
    public static let `default` = Namespace("default")
}

/// What the caller names an execution by; at most one run with it is open at a time in a namespace.
public struct WorkflowID: StringIdentifier {
    /// The text of the identifier.
    public let rawValue: String

    /// Wraps a text; validity is checked where it enters the engine.
    public init(_ rawValue: String) { self.rawValue = rawValue }
}

/// One run of an execution: a UUIDv7 in lower case, made by the engine.
public struct RunID: StringIdentifier {
    /// The text of the identifier.
    public let rawValue: String

    /// Wraps a text; validity is checked where it enters the engine.
    public init(_ rawValue: String) { self.rawValue = rawValue }
}

/// Where workers poll for tasks.
public struct TaskQueue: StringIdentifier {
    /// The text of the identifier.
    public let rawValue: String

    /// Wraps a text; validity is checked where it enters the engine.
    public init(_ rawValue: String) { self.rawValue = rawValue }
}

/// One run, named in full.
public struct WorkflowExecution: Hashable, Sendable, CustomStringConvertible {
    /// The caller's name for the execution.
    public var workflowID: WorkflowID
    /// The run.
    public var runID: RunID

    /// Names one run.
    public init(workflowID: WorkflowID, runID: RunID) {
        self.workflowID = workflowID
        self.runID = runID
    }

    /// `workflow id/run id`, as it stands in messages.
    public var description: String { "\(workflowID)/\(runID)" }
}

/// What the caller's ids have in common: a text of at most ``IdentifierLimits/maxLength`` bytes with a type of its own.
public protocol StringIdentifier: Hashable, Sendable, Comparable, CustomStringConvertible, ExpressibleByStringLiteral {
    /// The text of the identifier.
    var rawValue: String { get }
    /// Wraps a text.
    init(_ rawValue: String)
}

extension StringIdentifier {
    /// The text of the identifier.
    public var description: String { rawValue }

    /// Wraps a literal.
    public init(stringLiteral value: String) { self.init(value) }

    /// Orders by text.
    public static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}

/// Limits on names and ids (Temporal: `limit.maxIDLength`).
public enum IdentifierLimits {
    /// The longest id, type or name, in UTF-8 bytes.
    public static let maxLength = 1000
}
