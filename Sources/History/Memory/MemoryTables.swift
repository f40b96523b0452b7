import WorkflowAPI

/// The tables of the memory store. A value, so that a transaction that throws is undone by putting the old one back.
struct MemoryTables: Sendable {
    struct ID: Hashable, Sendable {
        var namespace: Namespace
        var workflowID: WorkflowID

        init(_ namespace: Namespace, _ workflowID: WorkflowID) {
            self.namespace = namespace
            self.workflowID = workflowID
        }
    }

    struct Request: Hashable, Sendable {
        var id: ID
        var key: RequestKey

        init(_ id: ID, _ key: RequestKey) {
            self.id = id
            self.key = key
        }
    }

    var namespaces: [Namespace: NamespaceDescription] = [:]
    var runs: [Int64: MutableState] = [:]
    var histories: [Int64: [HistoryEvent]] = [:]
    var current: [ID: Int64] = [:]
    /// The runs that have used a request id.
    var requests: [Request: Set<Int64>] = [:]
    var sessions: Set<Int64> = []
    var registrations: [WorkerRegistration] = []
    var lastRunKey: Int64 = 0
    var lastSession: Int64 = 0

    func requireNamespace(_ namespace: Namespace) throws {
        guard namespaces[namespace] != nil else { throw namespace.notFound }
    }

    func key(of target: RunTarget) throws -> Int64 {
        try requireNamespace(target.namespace)
        switch target {
        case .current(let namespace, let id):
            guard let key = current[ID(namespace, id)] else { throw target.notFound }
            return key
        case .run(let namespace, let execution):
            let found = runs.first {
                $0.value.execution.namespace == namespace && $0.value.execution.execution == execution
            }
            guard let found else { throw target.notFound }
            return found.key
        }
    }

    /// A run with the rows that the read set names, and no others.
    func state(_ key: Int64, reading: ReadSet) throws -> MutableState {
        guard let whole = runs[key] else { throw BrokenInvariant("run key \(key) has no row") }
        return MutableState(
            execution: whole.execution,
            activities: restrict(whole.activities, to: reading.activities, name: \.activityID, key: \.scheduledEventID),
            timers: restrict(whole.timers, to: reading.timers, name: \.timerID, key: \.startedEventID),
            buffered: whole.buffered
        )
    }

    private func restrict<Row>(
        _ rows: RowSet<Row>,
        to part: ReadSet.Rows,
        name: KeyPath<Row, String>,
        key: KeyPath<Row, Int64>
    ) -> RowSet<Row> {
        switch part {
        case .none: RowSet([:], isWhole: false)
        case .one(let id): RowSet(rows[id].map { [id: $0] } ?? [:], isWhole: false)
        case .named(let names):
            RowSet(
                Dictionary(
                    rows.loaded.filter { names.contains($0[keyPath: name]) }.map { ($0[keyPath: key], $0) },
                    uniquingKeysWith: { first, _ in first }
                ),
                isWhole: false
            )
        case .all: rows
        }
    }

    mutating func create(_ transition: Transition, into notice: inout CommitNotice) throws {
        lastRunKey += 1
        var new = transition
        new.state.execution.runKey = lastRunKey
        let execution = new.state.execution
        runs[lastRunKey] = MutableState(execution: execution)
        current[ID(execution.namespace, execution.execution.workflowID)] = lastRunKey
        try commit(new, into: &notice)
    }

    /// Writes what a transition changed: compare-and-set on the state version, as a database does it.
    mutating func commit(_ transition: Transition, into notice: inout CommitNotice) throws {
        let row = transition.state.execution
        guard var whole = runs[row.runKey], whole.execution.stateVersion == row.stateVersion else {
            throw BrokenInvariant("\(row.execution) was changed by somebody else")
        }
        merge(transition.state.activities, into: &whole.activities)
        merge(transition.state.timers, into: &whole.timers)
        if transition.bufferChanged || row.status.isClosed { whole.buffered = transition.state.buffered }
        whole.execution = row
        whole.execution.stateVersion += 1
        runs[row.runKey] = whole
        histories[row.runKey, default: []] += transition.events
        for request in transition.usedRequests {
            requests[Request(ID(row.namespace, row.execution.workflowID), request), default: []].insert(row.runKey)
        }
        notice.add(transition)
    }

    private func merge<Row>(_ change: RowSet<Row>, into rows: inout RowSet<Row>) {
        if change.clearedAll { rows.removeAll() }
        for key in change.removed { rows[key] = nil }
        for key in change.changed { rows[key] = change[key] }
        rows.markClean()
    }
}

extension Namespace {
    /// There is no such namespace.
    var notFound: WorkflowServiceError {
        WorkflowServiceError(
            .notFound,
            "there is no namespace '\(self)'; 'workflowctl namespace create \(self)' makes it"
        )
    }
}
