public import Foundation

/// What the name `UUID` means in expressions inside of a workflow type: reading one works as everywhere, a new one does not
/// compile. In declarations, and where the type itself is asked for, `UUID` is Foundation's.
public struct ReplaySafeUUIDs: Sendable {
    init() {}

    /// Not in workflow code.
    @available(*, unavailable, message: "a new UUID differs in every replay; use Workflow.uuid()")
    public func callAsFunction() -> Foundation.UUID { Foundation.UUID() }

    /// As `UUID(uuidString:)`.
    public func callAsFunction(uuidString: String) -> Foundation.UUID? { Foundation.UUID(uuidString: uuidString) }

    /// As `UUID(uuid:)`.
    public func callAsFunction(uuid: uuid_t) -> Foundation.UUID { Foundation.UUID(uuid: uuid) }
}

extension Array where Element == ReplaySafeUUIDs {
    /// `[UUID]()`: an empty list of UUIDs.
    public func callAsFunction() -> [Foundation.UUID] { [] }
}
