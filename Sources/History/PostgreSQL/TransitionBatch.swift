#if PostgreSQL
import Database
import WorkflowAPI

/// One transaction with the work of many members: what they need is read and locked in one round trip, their bodies run, and
/// everything they changed is written and committed in another.
///
/// A member whose body throws leaves nothing behind; a member whose run somebody else has locked is left over. Nobody is told
/// of anything before the commit.
struct TransitionBatch {
    /// What a batch needs of its store.
    struct Context: Sendable {
        let now: @Sendable () -> Timestamp
        let namespaces: NamespaceCache
        let unreadable: UnreadableRows
        let makeRunKey: @Sendable () -> Int64
        /// What histories are chained with, beside hashes.
        let historyKeys: HistoryKeys?
        /// What its commits are told the others by.
        let announcement: CommitAnnouncement
        /// What takers of tasks need not read.
        let recent = RecentEvents()
        /// Where the rows of its runs are.
        let keys = KnownRunKeys()
    }

    /// What came of it.
    struct Outcome {
        /// In the order of the members; nil for one that is left over.
        var ends: [BatchMember.End?]
        var notice = CommitNotice()
        /// How the members that are left over fare next.
        var missed: [Int] = []
    }

    let context: Context
    let members: [BatchMember]
    let time: Timestamp
    var answers = BatchAnswers()
    private var outcome: Outcome
    var turns = Turns()
    /// The runs that a failure of the whole is about, for a batch of one.
    var runKeys: [Int64] { Array(answers.runs.keys) }

    init(_ members: [BatchMember], _ context: Context) {
        self.members = members
        self.context = context
        time = context.now()
        outcome = Outcome(ends: Array(repeating: nil, count: members.count))
    }

    /// Runs it. Throws ``DatabaseError``: the transaction was undone, or with `outcomeUnknown` perhaps not.
    mutating func run(on connection: PostgresConnection) async throws -> Outcome {
        try await read(on: connection)
        return try await finish(on: connection)
    }

    /// Begins the transaction, reads and locks.
    mutating func read(on connection: PostgresConnection) async throws {
        let questions = BatchQuestions(members, excluding: context.unreadable.keys(at: time), context.keys)
        let results = try await connection.pipeline(questions.statements)
        answers = try await BatchAnswers(questions, results, members, context, on: connection)
    }

    /// A run as it was read. Throws `notFound` for none, and what is wrong with its rows.
    func transition(of subject: RunSubject) throws -> Transition {
        switch answers.find(subject) {
        case .run(let key):
            guard let run = answers.runs[key] else { break }
            return Transition(state: run.state, at: time)
        case .unreadable(_, let error): throw error
        case .missing, .locked: break
        }
        throw notFound(subject)
    }

    /// Runs the bodies of the members, writes and commits.
    mutating func finish(on connection: PostgresConnection) async throws -> Outcome {
        for (index, member) in members.enumerated() {
            if case .claim(let request, let body) = member.work { claim(index, request, body) }
        }
        for (index, member) in members.enumerated() {
            switch member.work {
            case .claim: break
            case .update(let subject, _, let request, let body): update(index, member, subject, request, body)
            case .start(let name, let requestID, let body): start(index, member, name, requestID, body)
            }
        }
        do {
            try await runTurns(on: connection)
            try await commit(on: connection)
        } catch {
            turns.settle(isCommitted: false)
            throw error
        }
        turns.settle(isCommitted: true)
        return outcome
    }

    private mutating func commit(on connection: PostgresConnection) async throws {
        let runs = answers.runs.values.filter(\.isChanged)
        for run in runs { run.fill(from: context.recent) }
        let writes = BatchWrites(
            runs,
            currents: answers.newCurrents,
            riders: riders(),
            announcing: context.announcement.text(of: outcome.notice, at: time)
        )
        guard !writes.isEmpty else {
            _ = try await connection.pipeline([PostgresStatement("ROLLBACK")])
            return
        }
        let results = try await connection.pipeline(writes.statements)
        writes.fill(from: results)
        context.recent.note(runs)
        context.keys.note(runs)
    }

    /// What the members that were done want written beside.
    private func riders() -> BatchWrites.Riders {
        var riders = BatchWrites.Riders()
        for (index, member) in members.enumerated() {
            guard let end = outcome.ends[index], !end.isFailure else { continue }
            if let position = member.rider.inboxPosition { riders.inbox.append(position) }
            if let (request, execution) = member.rider.remember?(), let name = member.lane,
                let run = answers.runs.values.first(where: { $0.state.execution.execution == execution })
            {
                riders.requests.append((name, request, run.state.execution.runKey))
            }
        }
        return riders
    }
}

// MARK: - The members

extension TransitionBatch {
    private mutating func claim(
        _ index: Int,
        _ request: TaskClaimRequest,
        _ body: (inout Transition, Int64) throws -> Void
    ) {
        if request.session != 0, !answers.sessions.contains(request.session) {
            outcome.ends[index] = .failed(closedSession(request.session))
            return
        }
        for queue in request.queues {
            let wanted = BatchQuestions.Wanted(kind: request.kind, namespaceID: request.namespaceID, queue: queue)
            while let task = answers.nextTask(wanted) {
                do {
                    try perform(task.runKey) { try body(&$0, task.scheduledEventID) }
                    outcome.ends[index] = .done
                    return
                } catch let error where UnreadableRows.concernsOneRun(error) {
                    leaveAlone(task.runKey, error)
                } catch {
                    outcome.ends[index] = .failed(error)
                    return
                }
            }
            // Somebody else has the rows: perhaps for something else.
            if answers.isWaiting.contains(wanted) { return outcome.missed.append(index) }
        }
        outcome.ends[index] = .nothing
    }

    private mutating func update(
        _ index: Int,
        _ member: BatchMember,
        _ subject: RunSubject,
        _ request: RequestKey?,
        _ body: (inout Transition) throws -> Void
    ) {
        switch answers.find(subject) {
        case .locked: outcome.missed.append(index)
        case .missing: outcome.ends[index] = .failed(notFound(subject))
        case .unreadable(let key, let error): fail(index, member, key, error)
        case .run(let key):
            if let request, let name = subject.name, answers.isUsed(request, name, by: key) {
                outcome.ends[index] = .nothing
                return
            }
            do {
                try perform(key, body)
                outcome.ends[index] = .done
            } catch is NothingToDo {
                outcome.ends[index] = .nothing
            } catch {
                fail(index, member, key, error)
            }
        }
    }

    private mutating func start(
        _ index: Int,
        _ member: BatchMember,
        _ name: WorkflowName,
        _ requestID: String,
        _ body: (inout StartTransition) throws -> Void
    ) {
        var currentKey: Int64?
        switch answers.find(.current(name)) {
        case .locked: return outcome.missed.append(index)
        case .unreadable(let key, let error): return fail(index, member, key, error)
        case .missing: break
        case .run(let key): currentKey = key
        }
        let current = currentKey.flatMap { answers.runs[$0] }
        var start = StartTransition(
            now: time,
            current: current.map { Transition(state: $0.state, at: time) },
            repeated: answers.execution(of: RequestKey(.start, requestID), name)
        )
        do {
            try body(&start)
        } catch {
            outcome.ends[index] = .failed(error)
            return
        }
        if let changed = start.current, !changed.events.isEmpty, let currentKey {
            answers.runs[currentKey]?.absorb(changed, keys: context.historyKeys, &outcome.notice)
        }
        if var new = start.new {
            let key = context.makeRunKey()
            new.state.execution.runKey = key
            let run = StagedRun(new.state, namespaceID: name.namespaceID, isNew: true)
            run.absorb(new, keys: context.historyKeys, &outcome.notice)
            answers.add(run, name)
        }
        outcome.ends[index] = .done
    }

    /// Runs a body on a staged run, which is as it was when the body throws.
    mutating func perform(_ key: Int64, _ body: (inout Transition) throws -> Void) throws {
        guard let run = answers.runs[key] else { throw BrokenInvariant("run key \(key) has no row") }
        var transition = Transition(state: run.state, at: time)
        try body(&transition)
        answers.runs[key]?.absorb(transition, keys: context.historyKeys, &outcome.notice)
    }

    private mutating func fail(_ index: Int, _ member: BatchMember, _ key: Int64, _ error: any Error) {
        outcome.ends[index] = .failed(error)
        if member.isUnasked, UnreadableRows.concernsOneRun(error) { leaveAlone(key, error) }
    }

    private func leaveAlone(_ key: Int64, _ error: any Error) {
        let name = answers.runs[key].map {
            let execution = $0.state.execution.execution
            return "workflow '\(execution.workflowID)' run \(execution.runID)"
        }
        context.unreadable.leaveAlone(key, named: name, at: time, because: error)
    }

    private func notFound(_ subject: RunSubject) -> WorkflowServiceError {
        guard let name = subject.name, let namespace = context.namespaces.name(of: name.namespaceID) else {
            return WorkflowServiceError(.notFound, "there is no such run")
        }
        if case .run(_, let id) = subject {
            return RunTarget.run(namespace, WorkflowExecution(workflowID: name.workflowID, runID: id)).notFound
        }
        return RunTarget.current(namespace, name.workflowID).notFound
    }
}

/// Thrown by a body whose work somebody else has done meanwhile.
struct NothingToDo: Error {}

extension BatchMember.End {
    var isFailure: Bool { if case .failed = self { true } else { false } }
}
#endif
