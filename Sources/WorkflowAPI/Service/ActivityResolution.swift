/// How an operator closes an activity by hand.
public enum ActivityResolution: Hashable, Sendable {
    /// As if it had returned this.
    case completed([Payload])
    /// As if it had failed for good with this.
    case failed(Failure)
}
