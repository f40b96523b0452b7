#if PostgreSQL
import Synchronization

/// Plain threads for work that blocks: made when needed, kept for the next, at most so many.
final class PostgresThreads: Sendable {
    private struct State {
        var work: [@Sendable () -> Void] = []
        var threads = 0
        var idle = 0
        var isStopping = false
    }

    private let state = Mutex(State())
    private let semaphore = ThreadSemaphore()
    private let maximum: Int

    init(maximum: Int) { self.maximum = max(1, maximum) }

    /// The result of `body`, which runs on one of the threads as soon as one is free.
    func run<R: Sendable>(_ body: @escaping @Sendable () throws -> R) async throws -> R {
        try await withCheckedThrowingContinuation { continuation in
            submit { continuation.resume(with: Result { try body() }) }
        }
    }

    /// The threads end when nothing is left to do.
    func stop() {
        let count = state.withLock { state in
            state.isStopping = true
            return state.threads
        }
        for _ in 0..<count { semaphore.signal() }
    }

    /// Work that comes too late gets a thread of its own: somebody waits for it.
    private func submit(_ work: @escaping @Sendable () -> Void) {
        let (isAccepted, isNew) = state.withLock { state in
            guard !state.isStopping else { return (false, false) }
            state.work.append(work)
            let isNew = state.work.count > state.idle && state.threads < maximum
            if isNew { state.threads += 1 }
            return (true, isNew)
        }
        guard isAccepted else { return startThread(named: "workflow-pg-step", work) }
        if isNew { startThread(named: "workflow-pg-step") { [self] in loop() } }
        semaphore.signal()
    }

    private func loop() {
        while true {
            state.withLock { $0.idle += 1 }
            semaphore.wait()
            let (work, isStopping) = state.withLock { state in
                state.idle -= 1
                return (state.work.isEmpty ? nil : state.work.removeFirst(), state.isStopping)
            }
            if let work { work() } else if isStopping { return }
        }
    }
}
#endif
