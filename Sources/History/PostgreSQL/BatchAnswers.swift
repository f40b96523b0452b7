#if PostgreSQL
import Database
import WorkflowAPI

/// What a batch has read, and what its members have made of it so far.
struct BatchAnswers {
    /// A run as a member finds it.
    enum Found {
        case run(Int64)
        /// Somebody else has it locked, or it stopped being the current one just now.
        case locked
        case missing
        case unreadable(Int64, any Error)
    }

    /// A task that may be claimed.
    struct Candidate {
        var runKey: Int64
        var scheduledEventID: Int64
    }

    private struct UsedRequest: Hashable {
        var name: WorkflowName
        var request: RequestKey
    }

    private struct NewCurrent {
        var key: Int64
        var replaces: Int64
    }

    var runs: [Int64: StagedRun] = [:]
    /// Sessions that live.
    private(set) var sessions: Set<Int64> = []
    /// Queues where tasks wait that somebody else has locked.
    private(set) var isWaiting: Set<BatchQuestions.Wanted> = []
    private var unreadable: [Int64: any Error] = [:]
    private var currentKeys: [WorkflowName: Int64] = [:]
    private var runKeys: [RunID: Int64] = [:]
    private var missingRuns: Set<RunID> = []
    private var missingKeys: Set<Int64> = []
    private var used: [UsedRequest: [(runKey: Int64, runID: RunID?)]] = [:]
    private var candidates: [BatchQuestions.Wanted: [Candidate]] = [:]
    private var created: [WorkflowName: NewCurrent] = [:]
    /// All runs that the batch creates.
    private var started: [WorkflowName: [Int64]] = [:]
    /// Runs that were had by a claim alone: somebody else had them locked when the members' other rows were read, which may
    /// have changed since. To everybody but the claim they are still locked.
    private var onlyClaimed: Set<Int64> = []

    /// The rows of `current_execution` to write, each with the key that stands there now, 0 for none.
    var newCurrents: [(name: WorkflowName, key: Int64, replaces: Int64)] {
        created.map { ($0.key, $0.value.key, $0.value.replaces) }
    }

    init() {}

    init(
        _ questions: BatchQuestions,
        _ results: [PostgresResult],
        _ members: [BatchMember],
        _ context: TransitionBatch.Context,
        on connection: PostgresConnection
    ) async throws {
        var reader = RunReader(namespaces: context.namespaces)
        if let locked = questions.locked { try await reader.readRuns(results[locked], on: connection) }
        let locked = Set(questions.locked.map { results[$0].map { $0.integer(0) } } ?? [])
        for question in questions.candidates {
            let result = results[question.tasks]
            try await reader.readRuns(result, on: connection)
            onlyClaimed.formUnion(Set(result.map { $0.integer(0) }).subtracting(locked))
            candidates[question.wanted] = result.map { row in
                guard question.wanted.kind == .activity else {
                    return Candidate(runKey: row.integer(0), scheduledEventID: 0)
                }
                let activity = PostgresRow(result: result, row: row.row, skipping: RunReader.executionColumnCount)
                reader.readActivity(activity)
                return Candidate(runKey: row.integer(0), scheduledEventID: activity.integer(1))
            }
            let ready = results[question.ready].map { $0.integer(0) }.first ?? 0
            if ready > result.rowCount { isWaiting.insert(question.wanted) }
        }
        for index in questions.activities {
            for row in results[index].map({ $0 }) where !onlyClaimed.contains(row.integer(0)) {
                reader.readActivity(row)
            }
        }
        for index in questions.timers {
            for row in results[index].map({ $0 }) where !onlyClaimed.contains(row.integer(0)) { reader.readTimer(row) }
        }
        if let index = questions.currents {
            for row in results[index].map({ $0 }) {
                currentKeys[WorkflowName(namespaceID: row.integer(0), workflowID: WorkflowID(row.text(1)))] =
                    row.integer(2)
            }
        }
        if let index = questions.requests {
            for row in results[index].map({ $0 }) { readRequest(row) }
        }
        if let index = questions.sessions { sessions = Set(results[index].map { $0.integer(0) }) }
        try await reader.readBuffered(on: connection)
        (runs, unreadable) = reader.finish(wholes(of: members, reader))
        for (key, run) in runs { runKeys[run.state.execution.execution.runID] = key }
        for (key, id) in reader.unreadableIDs { runKeys[id] = key }
        try await findMissing(members, context.keys, on: connection)
    }

    private mutating func readRequest(_ row: PostgresRow) {
        let name = WorkflowName(namespaceID: row.integer(0), workflowID: WorkflowID(row.text(1)))
        guard let kind = RequestKey.Kind(rawValue: row.integer(2)) else { return }
        used[UsedRequest(name: name, request: RequestKey(kind, row.text(3))), default: []]
            .append((row.integer(4), row.optionalText(5).map { RunID($0) }))
    }

    /// The runs of which some member has asked for every row.
    private func wholes(of members: [BatchMember], _ reader: RunReader) -> RunReader.Wholes {
        var wholes = RunReader.Wholes()
        for case .update(let subject, let reading, _, _) in members.map(\.work)
        where reading.activities == .all || reading.timers == .all {
            let key: Int64? =
                switch subject {
                case .key(let key): key
                case .run(_, let id): reader.key(of: id)
                case .current(let name): currentKeys[name]
                }
            guard let key, !onlyClaimed.contains(key) else { continue }
            if reading.activities == .all { wholes.activities.insert(key) }
            if reading.timers == .all { wholes.timers.insert(key) }
        }
        return wholes
    }

    /// A run that was not locked either has other locks on it or does not exist: to take the one for the other would be to wait
    /// for ever for a run that was deleted, or that a row of somebody's making names.
    private mutating func findMissing(
        _ members: [BatchMember],
        _ known: KnownRunKeys,
        on connection: PostgresConnection
    ) async throws {
        var ids: Set<RunID> = []
        var keys: Set<Int64> = []
        for member in members {
            switch member.work {
            case .update(.run(_, let id), _, _, _): if runKeys[id] == nil { ids.insert(id) }
            case .update(.key(let key), _, _, _): keys.insert(key)
            case .update(.current(let name), _, _, _), .start(let name, _, _):
                if let key = currentKeys[name] { keys.insert(key) }
            case .claim: break
            }
        }
        keys = keys.filter { runs[$0] == nil && unreadable[$0] == nil }
        guard !ids.isEmpty || !keys.isEmpty else { return }
        let there = try await connection.query(
            "SELECT run_key, run_id FROM execution WHERE run_id = ANY ($1) OR run_key = ANY ($2)",
            [.texts(ids.map(\.rawValue)), .integers(Array(keys))]
        )
        for row in there.map({ $0 }) {
            let id = RunID(row.text(1))
            if let key = known[id], key != row.integer(0) { known.forget(id) }
        }
        missingRuns = ids.subtracting(there.map { RunID($0.text(1)) })
        missingKeys = keys.subtracting(there.map { $0.integer(0) })
    }

    func find(_ subject: RunSubject) -> Found {
        let key: Int64
        switch subject {
        case .key(let runKey): key = runKey
        case .current(let name):
            guard let current = created[name]?.key ?? currentKeys[name] else { return .missing }
            key = current
        case .run(let name, let id):
            guard let known = runKeys[id] else { return missingRuns.contains(id) ? .missing : .locked }
            if let run = runs[known] {
                guard run.namespaceID == name.namespaceID, run.state.execution.execution.workflowID == name.workflowID
                else { return .missing }
            }
            key = known
        }
        if let error = unreadable[key] { return .unreadable(key, error) }
        if missingKeys.contains(key) { return .missing }
        return runs[key] == nil || onlyClaimed.contains(key) ? .locked : .run(key)
    }

    /// The next task of a queue that nobody in this batch has taken.
    mutating func nextTask(_ wanted: BatchQuestions.Wanted) -> Candidate? {
        guard candidates[wanted]?.isEmpty == false else { return nil }
        return candidates[wanted]?.removeFirst()
    }

    /// Whether a run has used a request id, before this batch or in it.
    func isUsed(_ request: RequestKey, _ name: WorkflowName, by runKey: Int64) -> Bool {
        if used[UsedRequest(name: name, request: request)]?.contains(where: { $0.runKey == runKey }) == true {
            return true
        }
        return runs[runKey]?.requests.contains(request) ?? false
    }

    /// The run that a request id started, before this batch or in it.
    func execution(of request: RequestKey, _ name: WorkflowName) -> WorkflowExecution? {
        if let id = used[UsedRequest(name: name, request: request)]?.compactMap(\.runID).first {
            return WorkflowExecution(workflowID: name.workflowID, runID: id)
        }
        // A start changes nothing but the current run and those that come after it.
        let keys = (currentKeys[name].map { [$0] } ?? []) + (started[name] ?? [])
        return keys.compactMap { runs[$0] }.first { $0.requests.contains(request) }?.state.execution.execution
    }

    /// A run that the batch creates: the current one of its workflow id from now on.
    mutating func add(_ run: StagedRun, _ name: WorkflowName) {
        let key = run.state.execution.runKey
        runs[key] = run
        runKeys[run.state.execution.execution.runID] = key
        started[name, default: []].append(key)
        created[name] = NewCurrent(key: key, replaces: created[name]?.replaces ?? currentKeys[name] ?? 0)
    }
}
#endif
