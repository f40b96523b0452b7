import Synchronization
import WorkflowAPI

/// Fires what is due: user timers, time limits, retries, delayed starts. One loop over one question to the store.
///
/// Several engines may run it on one store: a row that another has handled is no longer due.
final class TimerQueue: Sendable {
    private struct State {
        var ticket = WakeTicket()
        var next: Timestamp?
    }

    private let store: any HistoryStore
    private let clock: any EngineClock
    private let state = Mutex(State())

    /// How many rows one round handles.
    private static let batch = 64
    init(store: any HistoryStore, clock: any EngineClock) {
        self.store = store
        self.clock = clock
        store.observe { [weak self] in self?.noticed($0) }
    }

    private func noticed(_ notice: CommitNotice) {
        let ticket: WakeTicket? = state.withLock { state in
            let isEarlier = notice.earliestDue.map { due in state.next.map { due < $0 } ?? true } ?? false
            return isEarlier || notice.isElsewhere ? state.ticket : nil
        }
        ticket?.wake()
    }

    /// One round: handles everything that is due now.
    func fire() async throws -> Timestamp? {
        while true {
            let run = try await store.runDue(limit: TimerQueue.batch)
            if run.handled < TimerQueue.batch { return run.next }
        }
    }

    /// Runs until the task is cancelled; store trouble is waited out, `onTrouble` hears of it.
    func run(onTrouble: @escaping @Sendable (any Error) -> Void) async {
        while !Task.isCancelled {
            let ticket = WakeTicket()
            state.withLock {
                $0.ticket = ticket
                $0.next = nil
            }
            var wakeTime = clock.now() + store.longestSilence
            do {
                let next = try await fire()
                if let next { wakeTime = min(wakeTime, next) }
                // What is due after the next look need not be heard of before.
                let look = wakeTime
                state.withLock { $0.next = look }
            } catch {
                onTrouble(error)
            }
            await ticket.wait(until: wakeTime, on: clock)
        }
    }
}
