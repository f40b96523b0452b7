import Synchronization

/// How far a worker has come in stopping. It only goes forward.
package final class ShutdownSignal: Sendable {
    /// The steps, in order.
    package enum Phase: Int, Comparable, Sendable {
        /// Polling and running.
        case running
        /// No new tasks; what runs may finish.
        case stopping
        /// Activities are cancelled.
        case cancelling
        /// Code that has not returned by now is left behind.
        case abandoning

        /// By order of the steps.
        package static func < (left: Phase, right: Phase) -> Bool { left.rawValue < right.rawValue }
    }

    private struct State {
        var phase = Phase.running
        var waiters: [(phase: Phase, stream: AsyncStream<Void>.Continuation)] = []
    }

    private let state = Mutex(State())

    /// A worker that runs.
    package init() {}

    /// The step reached.
    package var phase: Phase { state.withLock { $0.phase } }

    /// The worker takes no new work.
    package var isStopping: Bool { phase >= .stopping }

    /// Goes forward to a step; does nothing if it was reached before. Callable from anywhere; never blocks.
    package func advance(to phase: Phase) {
        let reached = state.withLock { state -> [AsyncStream<Void>.Continuation] in
            guard phase > state.phase else { return [] }
            state.phase = phase
            let reached = state.waiters.filter { $0.phase <= phase }.map(\.stream)
            state.waiters.removeAll { $0.phase <= phase }
            return reached
        }
        for waiter in reached { waiter.finish() }
    }

    /// Waits until a step is reached or the task is cancelled.
    package func wait(for phase: Phase) async {
        let (stream, continuation) = AsyncStream.makeStream(of: Void.self)
        let waits = state.withLock { state in
            guard state.phase < phase else { return false }
            state.waiters.append((phase, continuation))
            return true
        }
        guard waits else { return }
        // The stream ends by `advance` or by cancellation of this task; nothing is ever sent.
        for await _ in stream {}
    }
}
