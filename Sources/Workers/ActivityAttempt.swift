import Synchronization
package import WorkflowAPI

/// One attempt of an activity while it runs: its task, why it was cancelled, and its heartbeats.
///
/// The code runs in a task of its own rather than in a child task, because a worker that stops has to be able to leave
/// behind code that does not return.
package final class ActivityAttempt: Sendable {
    /// How the code ended.
    package enum Ending: Sendable {
        /// It returned.
        case returned([Payload])
        /// It threw.
        case threw(any Error)
        /// It has not returned, and the worker no longer waits.
        case abandoned
    }

    /// Why the code was told to stop. The first reason stands, but for a stale task, which overrides all.
    package enum CancelReason: Sendable {
        /// The run no longer wants it.
        case requested
        /// Its time limit has passed.
        case deadline
        /// The worker stops.
        case shutdown
        /// Somebody else has the task, or it is over.
        case stale
    }

    private struct State {
        var task: Task<Void, Never>?
        var reason: CancelReason?
        var throttle: HeartbeatThrottle
    }

    private let state: Mutex<State>
    private let ending = FirstAnswer<Ending>()
    private let wakes: AsyncStream<Void>
    private let wake: AsyncStream<Void>.Continuation

    /// An attempt that has not begun.
    package init(throttle: HeartbeatThrottle) {
        state = Mutex(State(throttle: throttle))
        (wakes, wake) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
    }

    /// Why the code was told to stop, if it was.
    package var cancelReason: CancelReason? { state.withLock { $0.reason } }

    /// Details that the code gave and that were not sent.
    package var pendingHeartbeat: [Payload]? { state.withLock { $0.throttle.pending } }

    /// Starts the code on an executor. Call once.
    package func start(
        on executor: ActivityExecutor,
        _ code: @escaping @Sendable () async throws -> [Payload]
    ) {
        let task = Task(executorPreference: executor) {
            do {
                self.ending.give(.returned(try await code()))
            } catch {
                self.ending.give(.threw(error))
            }
        }
        let wasCancelled = state.withLock { state in
            state.task = task
            return state.reason != nil
        }
        if wasCancelled { task.cancel() }
    }

    /// Waits for the end. Call once.
    package func end() async -> Ending {
        await ending.take()
    }

    /// Tells the code to stop. Callable from anywhere, before the start too.
    package func cancel(_ reason: CancelReason) {
        let task = state.withLock { state in
            if state.reason == nil || reason == .stale { state.reason = reason }
            return state.task
        }
        task?.cancel()
    }

    /// Stops waiting for the code.
    package func abandon() {
        ending.give(.abandoned)
    }

    /// Takes note of a heartbeat. Never blocks.
    package func heartbeat(_ details: [Payload]) {
        if state.withLock({ $0.throttle.record(details) }) { wake.yield() }
    }

    /// Sends heartbeats as the throttle allows, until the task is cancelled.
    /// - Parameter send: Sends details; false when that failed and they should be tried again later.
    package func pumpHeartbeats(clock: WorkerClock, send: @Sendable ([Payload]) async -> Bool) async {
        for await _ in wakes {
            sending: while !Task.isCancelled {
                switch state.withLock({ $0.throttle.step(at: clock.elapsed) }) {
                case .idle:
                    break sending
                case .wait(let duration):
                    guard (try? await clock.sleep(for: duration)) != nil else { return }
                case .send(let details):
                    let sent = await send(details)
                    if !sent { state.withLock { $0.throttle.restore(details) } }
                }
            }
        }
    }
}
