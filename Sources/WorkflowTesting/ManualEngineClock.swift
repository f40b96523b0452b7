public import History
import Synchronization
public import WorkflowAPI

/// A clock that stands still until a test moves it. Sleepers wake when it passes their time.
public final class ManualEngineClock: EngineClock {
    private struct State {
        var now: Timestamp
        var sleepers: [Int: (deadline: Timestamp, continuation: CheckedContinuation<Void, any Error>)] = [:]
        var lastID = 0
        var cancelled: Set<Int> = []
    }

    private let state: Mutex<State>

    /// A clock that shows `now`: 1 January 2026 unless said otherwise.
    public init(now: Timestamp = Timestamp(nanoseconds: 1_767_225_600_000_000_000)) {
        state = Mutex(State(now: now))
    }

    /// What the clock shows.
    public func now() -> Timestamp { state.withLock { $0.now } }

    /// Moves the clock, back too, and wakes whose time has come.
    public func advance(by duration: Duration) { set(to: now() + duration) }

    /// Sets the clock, back too, and wakes whose time has come.
    public func set(to time: Timestamp) {
        let due = state.withLock { state in
            state.now = time
            let due = state.sleepers.filter { $0.value.deadline <= time }
            for id in due.keys { state.sleepers[id] = nil }
            return due.sorted { ($0.value.deadline, $0.key) < ($1.value.deadline, $1.key) }.map(\.value.continuation)
        }
        for continuation in due { continuation.resume() }
    }

    /// Parks the caller until the clock passes `deadline`.
    public func sleep(until deadline: Timestamp) async throws {
        let id = state.withLock { state in
            state.lastID += 1
            return state.lastID
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
                enum Outcome { case wait, due, cancelled }
                let outcome: Outcome = state.withLock { state in
                    if state.cancelled.remove(id) != nil { return .cancelled }
                    if deadline <= state.now { return .due }
                    state.sleepers[id] = (deadline, continuation)
                    return .wait
                }
                switch outcome {
                case .wait: break
                case .due: continuation.resume()
                case .cancelled: continuation.resume(throwing: CancellationError())
                }
            }
        } onCancel: {
            let sleeper = state.withLock { state in
                let sleeper = state.sleepers.removeValue(forKey: id)
                if sleeper == nil { state.cancelled.insert(id) }
                return sleeper
            }
            sleeper?.continuation.resume(throwing: CancellationError())
        }
    }
}
