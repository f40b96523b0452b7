import WorkflowAPI

/// The service over a store: one request, one transition.
package final class EmbeddedWorkflowService: Sendable {
    let store: any HistoryStore
    let clock: any EngineClock
    let matcher = TaskMatcher()
    let closings = CloseWaiters()
    let queries = QueryResponders()
    let random: @Sendable () -> UInt64

    /// A service over `store`. `random` gives 64 random bits for run ids at each call.
    package init(store: any HistoryStore, clock: any EngineClock, random: @escaping @Sendable () -> UInt64) {
        self.store = store
        self.clock = clock
        self.random = random
        store.observe { [matcher, closings] notice in
            if notice.isElsewhere {
                matcher.wakeAll()
                closings.wakeAll()
            } else {
                for action in notice.afterCommit { action() }
                matcher.wake(notice.wakes)
                closings.wake(notice.closed, with: notice.lastEvents)
            }
        }
    }

    func makeRunID(at time: Timestamp) -> RunID { RunIDMaker.make(at: time, random: random(), random()) }
}
