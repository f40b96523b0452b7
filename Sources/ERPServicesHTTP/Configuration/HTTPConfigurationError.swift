/// A configuration that cannot be used: one line for operators, without the value, which might hold a secret.
public struct HTTPConfigurationError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What is wrong, and how it has to be.
    public var description: String

    init(_ description: String) { self.description = description }
}
