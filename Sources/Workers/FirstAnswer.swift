import Synchronization

/// A place for one answer that one task waits for: the first answer counts, later ones are dropped.
package final class FirstAnswer<Value: Sendable>: Sendable {
    private enum State {
        case empty
        case waiting(CheckedContinuation<Value, Never>)
        case answered(Value)
        case taken
    }

    private let state = Mutex(State.empty)

    /// A place without an answer.
    package init() {}

    /// Gives the answer; does nothing if there was one.
    package func give(_ value: Value) {
        let waiter: CheckedContinuation<Value, Never>? = state.withLock { state in
            switch state {
            case .empty:
                state = .answered(value)
                return nil
            case .waiting(let continuation):
                state = .taken
                return continuation
            case .answered, .taken:
                return nil
            }
        }
        waiter?.resume(returning: value)
    }

    /// Waits for the answer, without regard to cancellation: whoever gives it decides when the wait ends. Call once.
    package func take() async -> Value {
        await withCheckedContinuation { continuation in
            let early: Value? = state.withLock { state in
                switch state {
                case .empty:
                    state = .waiting(continuation)
                    return nil
                case .answered(let value):
                    state = .taken
                    return value
                case .waiting, .taken:
                    preconditionFailure("an answer is taken once")
                }
            }
            if let early { continuation.resume(returning: early) }
        }
    }
}
