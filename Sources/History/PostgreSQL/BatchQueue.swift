#if PostgreSQL
import Database
import DequeModule
import Synchronization
import WorkflowAPI

/// Where requests wait to share a transaction: whoever comes while one runs goes into the next.
///
/// There is no window of time. Up to ``runnerLimit`` batches run at once, on connections of their own; requests for one
/// workflow id take turns, and so do polls of one queue, so that batches of one process never lock each other out.
final class BatchQueue: Sendable {
    /// How many members a batch has at most.
    static let batchLimit = 128
    /// How many batches run at once at most.
    static let runnerLimit = 4
    /// For another runner to begin, this many have to wait for each that runs: few large batches beat many small ones.
    private static let crowd = 16
    /// How many members wait for a lock at once at most: each on a connection of its own, while the others go on.
    private static let patientLimit = 2
    /// How often a member's transaction is tried before its trouble is told.
    private static let attemptLimit = 8

    private struct State {
        var waiting: Deque<BatchMember> = []
        var busy: Set<BatchMember.Turn> = []
        var runners = 0
        /// How many members wait for a lock now.
        var patient = 0
        var isClosed = false
        var idle: [CheckedContinuation<Void, Never>] = []
    }

    private let state = Mutex(State())
    private let database: PostgresDatabase
    private let context: TransitionBatch.Context
    private let tell: @Sendable (CommitNotice) -> Void

    init(
        _ database: PostgresDatabase,
        _ context: TransitionBatch.Context,
        tell: @escaping @Sendable (CommitNotice) -> Void
    ) {
        self.database = database
        self.context = context
        self.tell = tell
    }

    /// Runs a member's work and answers what its body made of it; nil when there was nothing to do.
    func run<R: Sendable>(
        rider: BatchMember.Rider = BatchMember.Rider(),
        isUnasked: Bool = false,
        _ work: (@escaping @Sendable (R) -> Void) -> BatchMember.Work
    ) async throws -> R? {
        let answer = Box<R>()
        return try await withCheckedThrowingContinuation { continuation in
            submit(
                BatchMember(
                    work: work { answer.value = $0 },
                    rider: rider,
                    end: { end in
                        switch end {
                        case .done: continuation.resume(returning: answer.value)
                        case .nothing: continuation.resume(returning: nil)
                        case .failed(let error): continuation.resume(throwing: error)
                        }
                    },
                    isUnasked: isUnasked
                )
            )
        }
    }

    private func submit(_ member: BatchMember) {
        let (isClosed, begins) = state.withLock { state in
            guard !state.isClosed else { return (true, false) }
            state.waiting.append(member)
            return (false, BatchQueue.begin(&state))
        }
        if isClosed { return member.end(.failed(WorkflowServiceError(.unavailable, "the store was closed"))) }
        if begins { Task.detached { await self.serve() } }
    }

    /// Whether one more runner is worth it; it counts as running from now on.
    private static func begin(_ state: inout State) -> Bool {
        guard state.runners == 0 || (state.runners < runnerLimit && state.waiting.count >= crowd * state.runners) else {
            return false
        }
        state.runners += 1
        return true
    }

    private func serve() async {
        while let batch = next() {
            guard !batch.contains(where: \.isPatient) else {
                // Somebody keeps the run locked, perhaps for seconds. Nobody else waits for that.
                Task.detached { await self.wait(batch) }
                continue
            }
            settle(batch, await execute(batch))
        }
    }

    /// Runs a member that waits for its lock, beside all others.
    private func wait(_ batch: [BatchMember]) async {
        settle(batch, await execute(batch))
        let begins = state.withLock { state in
            state.patient -= 1
            let begins = !state.waiting.isEmpty && BatchQueue.begin(&state)
            if BatchQueue.isIdle(state) { BatchQueue.tellIdle(&state) }
            return begins
        }
        if begins { await serve() }
    }

    /// Lets the turns of a batch go, and those of its members that come again wait once more.
    private func settle(_ batch: [BatchMember], _ again: [BatchMember]) {
        state.withLock { state in
            for member in batch { state.busy.subtract(member.turns) }
            for member in again.reversed() where !member.isClaim { state.waiting.prepend(member) }
        }
        for member in again where member.isClaim { comeAgainLater(member) }
    }

    private static func isIdle(_ state: State) -> Bool { state.runners == 0 && state.patient == 0 }

    private static func tellIdle(_ state: inout State) {
        for waiter in state.idle { waiter.resume() }
        state.idle = []
    }

    /// Somebody else has the tasks locked, for what takes a moment: asking again at once would find the same.
    private func comeAgainLater(_ member: BatchMember) {
        Task.detached { [self] in
            await database.pauseBeforeRetry(max(member.misses, member.attempts))
            submit(member)
        }
    }

    /// The members of the next batch; nil when this runner is done.
    private func next() -> [BatchMember]? {
        state.withLock { state in
            var batch: [BatchMember] = []
            var own: Set<BatchMember.Turn> = []
            var passed: Deque<BatchMember> = []
            while batch.count < BatchQueue.batchLimit, let member = state.waiting.popFirst() {
                let turns = member.turns
                let isBlocked =
                    turns.contains { state.busy.contains($0) && !own.contains($0) }
                    || member.isPatient && state.patient >= BatchQueue.patientLimit
                let wantsAlone = member.isAlone || member.isPatient
                if isBlocked || (wantsAlone && !batch.isEmpty) {
                    passed.append(member)
                    // Whoever comes alone is not overtaken by what stands behind it.
                    if isBlocked { continue } else { break }
                }
                state.busy.formUnion(turns)
                own.formUnion(turns)
                batch.append(member)
                if member.isPatient { state.patient += 1 }
                if wantsAlone { break }
            }
            for member in passed.reversed() { state.waiting.prepend(member) }
            guard batch.isEmpty else { return batch }
            state.runners -= 1
            if BatchQueue.isIdle(state) { BatchQueue.tellIdle(&state) }
            return nil
        }
    }

    /// Runs a batch and answers its members; those that have to come again are given back.
    private func execute(_ members: [BatchMember]) async -> [BatchMember] {
        do {
            let outcome = try await database.withConnection { [context] connection in
                var batch = TransitionBatch(members, context)
                return try await batch.run(on: connection)
            }
            tell(outcome.notice)
            var again: [BatchMember] = []
            for (member, end) in zip(members, outcome.ends) {
                if let end {
                    member.end(end)
                } else {
                    var next = member
                    next.misses += 1
                    again.append(next)
                }
            }
            return again
        } catch {
            return decide(members, error)
        }
    }

    /// What becomes of the members of a transaction that failed: they come again alone, so that the one that is at fault
    /// fails alone, or they are told.
    private func decide(_ members: [BatchMember], _ error: any Error) -> [BatchMember] {
        let trouble = error as? DatabaseError
        let isWorthTrying = trouble.map { $0.code != .outcomeUnknown && $0.code != .closed } ?? false
        let isRetryable = trouble?.isWorthRetrying ?? false
        if isWorthTrying, members.count > 1 || isRetryable {
            let isTired = members.contains { $0.attempts >= BatchQueue.attemptLimit }
            if !isTired {
                return members.map { member in
                    var next = member
                    next.isAlone = true
                    next.attempts += 1
                    return next
                }
            }
        }
        let told: any Error = trouble?.translated ?? error
        for member in members { member.end(.failed(told)) }
        return []
    }

    /// Refuses what comes from now on and waits for what runs.
    func close() async {
        let left: Deque<BatchMember> = state.withLock { state in
            state.isClosed = true
            defer { state.waiting = [] }
            return state.waiting
        }
        for member in left { member.end(.failed(WorkflowServiceError(.unavailable, "the store was closed"))) }
        await withCheckedContinuation { continuation in
            let isIdle = state.withLock { state in
                if BatchQueue.isIdle(state) { return true }
                state.idle.append(continuation)
                return false
            }
            if isIdle { continuation.resume() }
        }
    }
}
#endif
