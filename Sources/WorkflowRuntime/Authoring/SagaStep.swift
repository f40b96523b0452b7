/// A step of a ``Saga`` and what became of undoing it; encodable, so that a query can answer with it.
public struct SagaStep: Codable, Hashable, Sendable {
    /// What the author calls it.
    public var name: String
    /// How far undoing has come.
    public var state: State
    /// Why undoing failed for good.
    public var failure: String?

    /// How far undoing a step has come.
    public enum State: String, Codable, Hashable, Sendable {
        /// The step stands.
        case standing
        /// It is being undone.
        case undoing
        /// It is undone.
        case undone
        /// Undoing it failed, and no retry helps; ``SagaStep/failure`` says why.
        case failed
    }

    /// A step of its parts.
    public init(name: String, state: State = .standing, failure: String? = nil) {
        self.name = name
        self.state = state
        self.failure = failure
    }
}
