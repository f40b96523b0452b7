public import Foundation

/// What ``WorkflowDefinition`` rests on, so that `Date` and `UUID` can mean two things in expressions of a workflow type:
/// first ``ReplaySafeDates`` and ``ReplaySafeUUIDs``, which make values; and where those do not fit, as in
/// `decode(Date.self)` or `map(Date.init(timeIntervalSince1970:))`, the types themselves. Swift allows one name twice
/// only in two protocols. Nobody conforms to it by hand.
public protocol ReplaySafeNames: Actor {}

// swift-format-ignore: AlwaysUseLowerCamelCase
extension ReplaySafeNames {
    /// The type.
    @_disfavoredOverload
    public nonisolated var Date: Foundation.Date.Type { Foundation.Date.self }
    /// The type.
    @_disfavoredOverload
    public nonisolated static var Date: Foundation.Date.Type { Foundation.Date.self }

    /// The type.
    @_disfavoredOverload
    public nonisolated var UUID: Foundation.UUID.Type { Foundation.UUID.self }
    /// The type.
    @_disfavoredOverload
    public nonisolated static var UUID: Foundation.UUID.Type { Foundation.UUID.self }
}

/// Never entered: it isolates `Date.now`, so that its use in workflow code is an error that names the replacement. Were
/// `now` unavailable, the compiler would take the type's own instead.
@globalActor
public actor UseWorkflowNow {
    /// The one instance.
    public static let shared = UseWorkflowNow()

    private init() {}
}
