#if PostgreSQL
import DequeModule
import Synchronization
import WorkflowAPI

/// The events that this process has added to open runs of late, so that whoever takes the next task of a run needs not read
/// them. The head of the hash chain says whether they are still the last ones: after a failover to a replica that had not
/// everything, others may stand in their place.
final class RecentEvents: Sendable {
    /// How many runs are kept in mind, and how many events of each.
    private static let (runLimit, eventLimit) = (4_096, 64)
    /// Larger additions, in bytes, are not kept.
    private static let byteLimit = 4_096

    private struct Known {
        var events: [HistoryEvent] = []
        /// The head of the chain behind the last of them.
        var head: [UInt8]
    }

    private struct State {
        var runs: [Int64: Known] = [:]
        var order: Deque<Int64> = []
    }

    private let state = Mutex(State())

    /// The events of a run after one up to another, as its transaction leaves it; nil when some are not known.
    func events(of run: StagedRun, after: Int64, through: Int64) -> [HistoryEvent]? {
        let events = state.withLock { RecentEvents.before(run, $0) } + run.newEvents
        guard let first = events.first, let last = events.last, first.id <= after + 1, last.id >= through else {
            return nil
        }
        return events.filter { $0.id > after && $0.id <= through }
    }

    /// What was known of a run and still holds.
    private static func before(_ run: StagedRun, _ state: State) -> [HistoryEvent] {
        guard let known = state.runs[run.state.execution.runKey], known.head == run.readHead else { return [] }
        return known.events
    }

    /// Runs were committed.
    func note(_ runs: some Sequence<StagedRun>) {
        state.withLock { state in
            for run in runs where !run.newEvents.isEmpty { RecentEvents.note(run, &state) }
        }
    }

    private static func note(_ run: StagedRun, _ state: inout State) {
        let key = run.state.execution.runKey
        let size = run.history.reduce(0) { $0 + $1.bytes.count }
        guard run.state.execution.status == .running, size <= byteLimit else {
            // Its place in the order stays; what stands there no longer is passed over.
            state.runs[key] = nil
            return
        }
        let isKnown = state.runs[key] != nil
        let events = before(run, state) + run.newEvents
        state.runs[key] = Known(events: events.suffix(eventLimit), head: run.state.execution.chainHead)
        if !isKnown { state.order.append(key) }
        while state.order.count > runLimit, let oldest = state.order.popFirst() { state.runs[oldest] = nil }
    }
}
#endif
