import DequeModule
import Synchronization
package import WorkflowAPI

/// The runs kept warm, bounded, least recently used out first.
///
/// A run is *checked out* for the time of one task, so that two tasks never have it at once and a run in use is never
/// evicted. The cache evicts nothing itself: it hands out what has to go, and the caller evicts it on its thread.
package final class StickyCache<Run: Sendable>: Sendable {
    /// A run that has left the cache and has to be evicted on its thread.
    package struct Leaving: Sendable {
        /// Its id.
        package var runID: RunID
        /// The run.
        package var run: Run
    }

    /// How an attempt to have a run ended: the run, nil if it is not in the cache.
    package typealias CheckedOut = (isReserved: Bool, run: Run?)

    private struct Entry {
        var run: Run?
        var isBusy: Bool
        var lastUse: UInt64
        var waiters: Deque<FirstAnswer<CheckedOut>> = []
    }

    private struct State {
        var entries: [RunID: Entry] = [:]
        /// Uses in order; an entry's earlier uses are stale and skipped.
        var uses: Deque<(runID: RunID, use: UInt64)> = []
        var clock: UInt64 = 0
        var abandoned = false
    }

    /// How many runs it keeps.
    package let capacity: Int
    private let state = Mutex(State())

    /// An empty cache.
    package init(capacity: Int) {
        self.capacity = capacity
    }

    /// How many runs there are, those in use included.
    package var count: Int { state.withLock { $0.entries.count } }

    /// How many tasks wait for a run that another one has.
    package var waiting: Int { state.withLock { $0.entries.values.reduce(0) { $0 + $1.waiters.count } } }

    /// Reserves a run for one task, waiting while another task has it.
    ///
    /// Every call that answers that it is reserved is followed by one ``checkIn(_:run:)``, also where there is no run.
    /// - Returns: not reserved if the task that has it will not let go of it: see ``turnAway(_:)``.
    package func checkOut(_ runID: RunID) async -> CheckedOut {
        let turn = FirstAnswer<CheckedOut>()
        state.withLock { state in
            guard !state.abandoned else { return turn.give((true, nil)) }
            guard var entry = state.entries[runID] else {
                state.entries[runID] = Entry(run: nil, isBusy: true, lastUse: 0)
                return turn.give((true, nil))
            }
            if entry.isBusy {
                entry.waiters.append(turn)
            } else {
                entry.isBusy = true
                turn.give((true, entry.run))
            }
            state.entries[runID] = entry
        }
        return await turn.take()
    }

    /// The same, but for a run that another task has: then it answers false, and nothing is reserved.
    package func tryCheckOut(_ runID: RunID) -> CheckedOut {
        state.withLock { state in
            guard !state.abandoned, state.entries[runID]?.isBusy != true else { return (false, nil) }
            let run = state.entries[runID]?.run
            if state.entries[runID] == nil { state.entries[runID] = Entry(run: nil, isBusy: true, lastUse: 0) }
            state.entries[runID]?.isBusy = true
            return (true, run)
        }
    }

    /// Answers all who wait for a run, and reserves it for none of them: the task that has it goes on having it.
    package func turnAway(_ runID: RunID) {
        let waiters = state.withLock { state in
            let waiters = state.entries[runID]?.waiters ?? []
            state.entries[runID]?.waiters = []
            return waiters
        }
        for waiter in waiters { waiter.give((false, nil)) }
    }

    /// Ends the task's hold on a run.
    /// - Parameter run: The run to keep; nil if there is none any more.
    /// - Returns: what has to be evicted to stay within the capacity.
    package func checkIn(_ runID: RunID, run: Run?) -> [Leaving] {
        let (waiter, leaving): (FirstAnswer<CheckedOut>?, [Leaving]) = state.withLock { state in
            guard var entry = state.entries[runID] else {
                return (nil, run.map { [Leaving(runID: runID, run: $0)] } ?? [])
            }
            entry.run = run
            if let next = entry.waiters.popFirst() {
                state.entries[runID] = entry
                return (next, [])
            }
            guard run != nil else {
                state.entries[runID] = nil
                return (nil, [])
            }
            entry.isBusy = false
            state.clock += 1
            entry.lastUse = state.clock
            state.uses.append((runID, state.clock))
            state.entries[runID] = entry
            return (nil, Self.shrink(&state, to: capacity))
        }
        waiter?.give((true, run))
        return leaving
    }

    /// Empties the cache of all runs that are not in use.
    package func removeAll() -> [Leaving] {
        state.withLock { Self.shrink(&$0, to: 0) }
    }

    /// Gives up: whoever waits for a run gets nil now, and so does whoever comes later.
    package func abandon() {
        let waiters = state.withLock { state in
            state.abandoned = true
            var waiters: [FirstAnswer<CheckedOut>] = []
            for runID in Array(state.entries.keys) {
                waiters += state.entries[runID]?.waiters ?? []
                state.entries[runID]?.waiters = []
            }
            return waiters
        }
        for waiter in waiters { waiter.give((true, nil)) }
    }

    private static func shrink(_ state: inout State, to capacity: Int) -> [Leaving] {
        var leaving: [Leaving] = []
        while state.entries.count > capacity, let oldest = state.uses.popFirst() {
            guard let entry = state.entries[oldest.runID], entry.lastUse == oldest.use, !entry.isBusy else { continue }
            state.entries[oldest.runID] = nil
            if let run = entry.run { leaving.append(Leaving(runID: oldest.runID, run: run)) }
        }
        // Each use leaves one record, so a few hot runs would make the list grow without end.
        if state.uses.count > 2 * state.entries.count + 64 {
            let entries = state.entries
            state.uses.removeAll { entries[$0.runID]?.lastUse != $0.use }
        }
        return leaving
    }
}
