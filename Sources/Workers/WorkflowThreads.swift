import CWorkflowHooks
import Synchronization
package import WorkflowAPI
package import WorkflowRuntime

/// The plain threads that run workflow code, never on the cooperative pool: a run belongs to one of them, and so is never
/// touched by two at a time.
///
/// Code that holds its thread for too long is left alone on it: whoever waits for it is told, another thread takes over
/// the other runs, and the thread ends when the code returns at last.
package final class WorkflowThreads: Sendable {
    /// A turn that is on its thread just now.
    package struct Occupation: Hashable, Sendable {
        /// The run.
        package var runID: RunID
        /// Since when, by the clock of the worker: its beginning or its last beat.
        package var since: Duration
        /// Tells two turns of one run apart.
        package var serial: UInt64
        var thread: UInt
    }

    /// A turn that nobody waits for any more, as it holds its thread.
    package struct Held: Sendable {
        /// The run.
        package var runID: RunID
        /// For how long it had done so when it was given up.
        package var duration: Duration
        /// What the thread was doing then.
        package var stack: CapturedStack
    }

    /// What came of a turn.
    package enum Outcome<Value: Sendable>: Sendable {
        /// It returned.
        case returned(Value)
        /// It has not, for too long; it still is on its thread.
        case held(Held)
        /// ``abandon()`` came first.
        case abandoned
    }

    private struct State {
        var occupations: [Occupation?]
        var serial: UInt64 = 0
        var pending: [UInt64: @Sendable (Held?) -> Void] = [:]
        var held: [RunID: Held] = [:]
        var abandoned = false
    }

    private let queues: [JobQueue<@Sendable () -> Bool>]
    private let name: String
    private let state: Mutex<State>
    private let clock: WorkerClock

    /// Starts so many threads; ``stop()`` ends them.
    package init(count: Int, name: String, clock: WorkerClock) {
        queues = (0..<count).map { _ in JobQueue(threads: 1) }
        state = Mutex(State(occupations: Array(repeating: nil, count: count)))
        self.name = name
        self.clock = clock
        for shard in 0..<count { startThread(of: shard) }
    }

    private func startThread(of shard: Int) {
        queues[shard].start(name: "\(name)-\(shard)", while: { _, job in job() })
    }

    /// Runs code on the thread that owns the run, after what waits there already.
    /// - Returns: what it returned; nil if ``abandon()`` came first, or it was given up.
    package func run<Value: Sendable>(for runID: RunID, _ body: @escaping @Sendable () -> Value) async -> Value? {
        let outcome = await turn(for: runID, late: { (_: Value) in }, { _ in body() })
        guard case .returned(let value) = outcome else { return nil }
        return value
    }

    /// The same, for code that calls its argument, the beat, to show that it gets on. `late` gets what was returned after
    /// it had been given up, on the same thread.
    package func turn<Value: Sendable>(
        for runID: RunID,
        late: @escaping @Sendable (Value) -> Void,
        _ body: @escaping @Sendable (_ beat: @escaping @Sendable () -> Void) -> Value
    ) async -> Outcome<Value> {
        let answer = FirstAnswer<Outcome<Value>>()
        submit(for: runID, late: late, end: { answer.give($0) }, body)
        return await answer.take()
    }

    /// The same without waiting: `end` is called once, on the thread of the run or on that of whoever gives it up.
    package func submit<Value: Sendable>(
        for runID: RunID,
        late: @escaping @Sendable (Value) -> Void,
        end: @escaping @Sendable (Outcome<Value>) -> Void,
        _ body: @escaping @Sendable (_ beat: @escaping @Sendable () -> Void) -> Value
    ) {
        let shard = self.shard(of: runID)
        let serial: UInt64? = state.withLock { state in
            guard !state.abandoned else { return nil }
            state.serial += 1
            state.pending[state.serial] = { held in end(held.map { .held($0) } ?? .abandoned) }
            return state.serial
        }
        guard let serial else { return end(.abandoned) }
        let accepted = queues[shard].push {
            self.begin(
                Occupation(runID: runID, since: self.clock.elapsed, serial: serial, thread: wf_this_thread()),
                shard
            )
            let value = body { self.beat(serial, shard) }
            guard self.end(serial, shard) else {
                late(value)
                self.state.withLock { _ = $0.held.removeValue(forKey: runID) }
                return false
            }
            // Whoever has taken it out has called the end, or is about to.
            if self.isPending(serial) { end(.returned(value)) }
            return true
        }
        if !accepted, isPending(serial) { end(.abandoned) }
    }

    /// Whether nobody has been told of the end of a turn; the caller tells.
    private func isPending(_ serial: UInt64) -> Bool {
        state.withLock { $0.pending.removeValue(forKey: serial) != nil }
    }

    /// The turns that have been on their thread for at least a limit.
    package func occupations(longerThan limit: Duration) -> [Occupation] {
        let now = clock.elapsed
        return state.withLock { $0.occupations.compactMap { $0 } }.filter { now - $0.since >= limit }
    }

    /// Gives up turns that have been on their thread for at least a limit, and has other threads take over.
    /// - Returns: them, with their stacks.
    package func giveUp(longerThan limit: Duration) -> [Held] {
        occupations(longerThan: limit).compactMap { occupation in
            let shard = shard(of: occupation.runID)
            typealias Found = (held: Held, tell: (@Sendable (Held?) -> Void)?)
            let found: Found? = state.withLock { state in
                // It may have ended, or moved on. While the lock is held, its thread cannot end.
                guard let current = state.occupations[shard], current.serial == occupation.serial,
                    clock.elapsed - current.since >= limit
                else { return nil }
                let held = Held(
                    runID: current.runID,
                    duration: clock.elapsed - current.since,
                    stack: CapturedStack(thread: current.thread)
                )
                state.occupations[shard] = nil
                state.held[current.runID] = held
                return (held, state.pending.removeValue(forKey: current.serial))
            }
            guard let (held, tell) = found else { return nil }
            startThread(of: shard)
            tell?(held)
            return held
        }
    }

    /// The run's turn that was given up and still is on its thread; nil if there is none.
    package func held(_ runID: RunID) -> Held? { state.withLock { $0.held[runID] } }

    /// Gives up on everything that has not returned: whoever waits gets nil now, and so does whoever comes later.
    package func abandon() {
        let pending = state.withLock { state in
            state.abandoned = true
            defer { state.pending = [:] }
            return Array(state.pending.values)
        }
        for giveUp in pending { giveUp(nil) }
    }

    /// Ends the threads once they have done what waits for them.
    package func stop() {
        for queue in queues { queue.close() }
    }

    private func shard(of runID: RunID) -> Int {
        Int(UInt(bitPattern: runID.hashValue) % UInt(queues.count))
    }

    private func begin(_ occupation: Occupation, _ shard: Int) {
        state.withLock { $0.occupations[shard] = occupation }
    }

    private func beat(_ serial: UInt64, _ shard: Int) {
        let now = clock.elapsed
        state.withLock { state in
            if state.occupations[shard]?.serial == serial { state.occupations[shard]?.since = now }
        }
    }

    /// - Returns: false if the turn was given up: the thread is no longer the shard's.
    private func end(_ serial: UInt64, _ shard: Int) -> Bool {
        state.withLock { state in
            guard state.occupations[shard]?.serial == serial else { return false }
            state.occupations[shard] = nil
            return true
        }
    }
}
