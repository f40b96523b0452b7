public import Foundation

/// What the name `Date` means in expressions inside of a workflow type: making dates from numbers and reading the fixed
/// ones works as everywhere, the present does not compile. In declarations, and where the type itself is asked for, `Date`
/// is Foundation's.
@dynamicMemberLookup
public struct ReplaySafeDates: Sendable {
    init() {}

    /// Not in workflow code.
    @available(*, unavailable, message: "the present differs in every replay; use Workflow.now")
    public func callAsFunction() -> Foundation.Date { .distantPast }

    /// Not in workflow code.
    @available(*, unavailable, message: "the present differs in every replay; use Workflow.now")
    public func callAsFunction(timeIntervalSinceNow: TimeInterval) -> Foundation.Date { .distantPast }

    /// Not in workflow code.
    @UseWorkflowNow
    @available(*, noasync, message: "the present differs in every replay; use Workflow.now")
    public var now: Foundation.Date { .distantPast }

    /// Not in workflow code.
    @UseWorkflowNow
    @available(*, noasync, message: "the present differs in every replay; use Workflow.now")
    public var timeIntervalSinceReferenceDate: TimeInterval { 0 }

    /// As `Date(timeIntervalSince1970:)`.
    public func callAsFunction(timeIntervalSince1970 interval: TimeInterval) -> Foundation.Date {
        Foundation.Date(timeIntervalSince1970: interval)
    }

    /// As `Date(timeIntervalSinceReferenceDate:)`.
    public func callAsFunction(timeIntervalSinceReferenceDate interval: TimeInterval) -> Foundation.Date {
        Foundation.Date(timeIntervalSinceReferenceDate: interval)
    }

    /// As `Date(timeInterval:since:)`.
    public func callAsFunction(timeInterval interval: TimeInterval, since date: Foundation.Date) -> Foundation.Date {
        Foundation.Date(timeInterval: interval, since: date)
    }

    /// As `Date(_:strategy:)`.
    public func callAsFunction<Strategy: ParseStrategy>(
        _ value: Strategy.ParseInput,
        strategy: Strategy
    ) throws -> Foundation.Date where Strategy.ParseOutput == Foundation.Date {
        try Foundation.Date(value, strategy: strategy)
    }

    /// As `Date(from:)`.
    public func callAsFunction(from decoder: any Decoder) throws -> Foundation.Date {
        try Foundation.Date(from: decoder)
    }

    /// `Date.distantPast`, `Date.distantFuture`, and what extensions add.
    public subscript<Value>(dynamicMember member: KeyPath<Foundation.Date.Type, Value>) -> Value {
        Foundation.Date.self[keyPath: member]
    }
}

extension Array where Element == ReplaySafeDates {
    /// `[Date]()`: an empty list of dates.
    public func callAsFunction() -> [Foundation.Date] { [] }
}
