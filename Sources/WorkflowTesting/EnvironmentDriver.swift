import History
import Synchronization
import WorkflowAPI

/// What an environment and its client share: the queues that are served, and how to make something happen.
final class EnvironmentDriver: Sendable {
    private struct State {
        var queues: [TaskQueue]
        var namespaces: [Namespace] = [.default]
        var step: (@Sendable () async throws -> Bool)?
    }

    private let state: Mutex<State>
    private let clock: ManualEngineClock

    init(queue: TaskQueue, clock: ManualEngineClock) {
        state = Mutex(State(queues: [queue]))
        self.clock = clock
    }

    /// The queues where something may wait, in the order in which they were first heard of.
    var queues: [TaskQueue] { state.withLock { $0.queues } }

    /// Serves a queue from now on.
    func serve(_ queue: TaskQueue) {
        state.withLock { if !$0.queues.contains(queue) { $0.queues.append(queue) } }
    }

    /// The tenants of which something may wait, in the order in which they were first heard of.
    var namespaces: [Namespace] { state.withLock { $0.namespaces } }

    /// Serves a tenant from now on.
    func serve(_ namespace: Namespace) {
        state.withLock { if !$0.namespaces.contains(namespace) { $0.namespaces.append(namespace) } }
    }

    /// Says how to make something happen; the answer is false when nothing can.
    func drive(with step: @escaping @Sendable () async throws -> Bool) { state.withLock { $0.step = step } }

    /// Makes things happen while `isWaiting`, for so long by the environment's clock.
    func drive(for patience: Duration, while isWaiting: () async throws -> Bool) async throws {
        let deadline = clock.now() + patience
        while try await isWaiting(), clock.now() < deadline {
            guard let step = state.withLock({ $0.step }), try await step() else { return }
        }
    }
}
