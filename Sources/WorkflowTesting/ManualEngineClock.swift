public import History
import Synchronization
public import WorkflowAPI

/// A clock that stands still until a test moves it: the store, the engine and its loops can share one, so that deadlines
/// pass exactly when the test says so and nothing sleeps.
public final class ManualEngineClock: EngineClock {
    private enum Sleep {
        case beginning
        case cancelled
        case parked(until: Timestamp, CheckedContinuation<Void, any Error>)
    }

    private struct Watcher {
        var count: Int
        var continuation: CheckedContinuation<Void, Never>
    }

    private struct State {
        var time: Timestamp
        var lastSleep = 0
        var sleeps: [Int: Sleep] = [:]
        var watchers: [Watcher] = []

        var deadlines: [Timestamp] {
            sleeps.values.compactMap { if case .parked(let deadline, _) = $0 { deadline } else { nil } }
        }
    }

    private let state: Mutex<State>

    /// A clock that shows `start`, by default 2026-01-01T00:00:00Z.
    public init(start: Timestamp = Timestamp(nanoseconds: 1_767_225_600_000_000_000)) {
        state = Mutex(State(time: start))
    }

    /// The time it was last set to.
    public func now() -> Timestamp { state.withLock { $0.time } }

    /// Moves the clock, back if `duration` is negative, and wakes whoever slept until then.
    public func advance(by duration: Duration) { set(to: now() + duration) }

    /// Sets the clock, forward or back, and wakes whoever slept until then. Who was woken stays awake.
    public func set(to time: Timestamp) {
        let woken: [CheckedContinuation<Void, any Error>] = state.withLock { state in
            state.time = time
            var due: [(Timestamp, CheckedContinuation<Void, any Error>)] = []
            for (id, sleep) in state.sleeps {
                guard case .parked(let deadline, let continuation) = sleep, deadline <= time else { continue }
                due.append((deadline, continuation))
                state.sleeps[id] = nil
            }
            return due.sorted { $0.0 < $1.0 }.map(\.1)
        }
        for continuation in woken { continuation.resume() }
    }

    /// Parks until the clock shows `deadline` or later; throws `CancellationError` when the task is cancelled.
    public func sleep(until deadline: Timestamp) async throws {
        try Task.checkCancellation()
        let id = state.withLock { state in
            state.lastSleep += 1
            state.sleeps[state.lastSleep] = .beginning
            return state.lastSleep
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { park($0, id: id, until: deadline) }
        } onCancel: {
            cancel(id)
        }
    }

    /// How many sleeps are parked.
    public var sleeperCount: Int { state.withLock { $0.deadlines.count } }

    /// When the first parked sleep ends, if there is any.
    public var earliestDeadline: Timestamp? { state.withLock { $0.deadlines.min() } }

    /// Returns once at least `count` sleeps are parked: how a test knows that a loop has nothing to do before it moves
    /// the clock.
    public func waitForSleepers(_ count: Int = 1) async {
        await withCheckedContinuation { continuation in
            let isSatisfied = state.withLock { state in
                if state.deadlines.count >= count { return true }
                state.watchers.append(Watcher(count: count, continuation: continuation))
                return false
            }
            if isSatisfied { continuation.resume() }
        }
    }

    private func park(_ continuation: CheckedContinuation<Void, any Error>, id: Int, until deadline: Timestamp) {
        var result: Result<Void, any Error>?
        let watchers: [Watcher] = state.withLock { state in
            if case .cancelled? = state.sleeps[id] {
                state.sleeps[id] = nil
                result = .failure(CancellationError())
                return []
            }
            guard state.time < deadline else {
                state.sleeps[id] = nil
                result = .success(())
                return []
            }
            state.sleeps[id] = .parked(until: deadline, continuation)
            let parked = state.deadlines.count
            let satisfied = state.watchers.filter { $0.count <= parked }
            state.watchers.removeAll { $0.count <= parked }
            return satisfied
        }
        if let result { continuation.resume(with: result) }
        for watcher in watchers { watcher.continuation.resume() }
    }

    private func cancel(_ id: Int) {
        let parked: CheckedContinuation<Void, any Error>? = state.withLock { state in
            switch state.sleeps[id] {
            case .beginning?:
                state.sleeps[id] = .cancelled
                return nil
            case .parked(_, let continuation)?:
                state.sleeps[id] = nil
                return continuation
            case .cancelled?, nil:
                return nil
            }
        }
        parked?.resume(throwing: CancellationError())
    }
}
