import Synchronization
package import WorkflowAPI

/// The plain threads that run workflow code, never on the cooperative pool: a run belongs to one of them, and so is never
/// touched by two at a time.
package final class WorkflowThreads: Sendable {
    /// A turn that is on its thread just now.
    package struct Occupation: Hashable, Sendable {
        /// The run.
        package var runID: RunID
        /// Since when, by the clock of the worker.
        package var since: Duration
        /// Tells two turns of one run apart.
        package var serial: UInt64
    }

    private struct State {
        var occupations: [Occupation?]
        var serial: UInt64 = 0
        var pending: [UInt64: @Sendable () -> Void] = [:]
        var abandoned = false
    }

    private let queues: [JobQueue<@Sendable () -> Void>]
    private let state: Mutex<State>
    private let clock: WorkerClock

    /// Starts so many threads; ``stop()`` ends them.
    package init(count: Int, name: String, clock: WorkerClock) {
        queues = (0..<count).map { _ in JobQueue(threads: 1) }
        state = Mutex(State(occupations: Array(repeating: nil, count: count)))
        self.clock = clock
        for (index, queue) in queues.enumerated() {
            queue.start(name: "\(name)-\(index)") { _, job in job() }
        }
    }

    /// Runs code on the thread that owns the run, after what waits there already.
    /// - Returns: what it returned; nil if ``abandon()`` came first.
    package func run<Value: Sendable>(for runID: RunID, _ body: @escaping @Sendable () -> Value) async -> Value? {
        let shard = self.shard(of: runID)
        let answer = FirstAnswer<Value?>()
        let serial: UInt64? = state.withLock { state in
            guard !state.abandoned else { return nil }
            state.serial += 1
            state.pending[state.serial] = { answer.give(nil) }
            return state.serial
        }
        guard let serial else { return nil }
        let accepted = queues[shard].push {
            self.note(Occupation(runID: runID, since: self.clock.elapsed, serial: serial), on: shard)
            let value = body()
            self.note(nil, on: shard)
            answer.give(value)
        }
        if !accepted { answer.give(nil) }
        let value = await answer.take()
        state.withLock { _ = $0.pending.removeValue(forKey: serial) }
        return value
    }

    /// The turns that have been on their thread for longer than a limit.
    package func occupations(longerThan limit: Duration) -> [Occupation] {
        let now = clock.elapsed
        return state.withLock { $0.occupations.compactMap { $0 } }.filter { now - $0.since > limit }
    }

    /// Gives up on everything that has not returned: whoever waits gets nil now, and so does whoever comes later.
    package func abandon() {
        let pending = state.withLock { state in
            state.abandoned = true
            defer { state.pending = [:] }
            return Array(state.pending.values)
        }
        for giveUp in pending { giveUp() }
    }

    /// Ends the threads once they have done what waits for them.
    package func stop() {
        for queue in queues { queue.close() }
    }

    private func shard(of runID: RunID) -> Int {
        Int(UInt(bitPattern: runID.hashValue) % UInt(queues.count))
    }

    private func note(_ occupation: Occupation?, on shard: Int) {
        state.withLock { $0.occupations[shard] = occupation }
    }
}
