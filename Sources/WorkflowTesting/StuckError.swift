/// Nothing more can happen, but a run is still open.
public struct StuckError: Error, Sendable, CustomStringConvertible {
    /// What it waits for.
    public var description: String
}
