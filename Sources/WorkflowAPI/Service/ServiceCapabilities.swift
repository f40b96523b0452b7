/// What a service can do beyond the minimum: data to ask, not types to cast to.
public struct ServiceCapabilities: OptionSet, Sendable {
    /// The bits.
    public let rawValue: Int

    /// A set from its bits.
    public init(rawValue: Int) { self.rawValue = rawValue }

    /// Answers carry follow-up tasks.
    public static let nextTasks = ServiceCapabilities(rawValue: 1 << 0)
    /// Knows which processes are alive, and so loses no time on dead ones.
    public static let sessions = ServiceCapabilities(rawValue: 1 << 1)
    /// Runs activities inside of the transaction that records their completion.
    public static let storeTransactions = ServiceCapabilities(rawValue: 1 << 2)
    /// Takes up offers to run workflow code inside of the transaction that hands its task out.
    public static let inlineTurns = ServiceCapabilities(rawValue: 1 << 3)
}
