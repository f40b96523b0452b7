import Synchronization
package import WorkflowAPI

/// The executable specification of a store: the same promises as the databases, in dictionaries under one lock.
///
/// Nothing survives the process. It is what tests run on, and what the databases are compared with.
package final class InMemoryHistoryStore: HistoryStore {
    private let clock: @Sendable () -> Timestamp
    private let tables: Mutex<MemoryTables>
    private let observers = Mutex<[@Sendable (CommitNotice) -> Void]>([])

    /// An empty store with the namespace `default`, on a clock of the caller's.
    package init(clock: @escaping @Sendable () -> Timestamp) {
        self.clock = clock
        var tables = MemoryTables()
        tables.namespaces[.default] = NamespaceDescription(namespace: .default, retention: nil, createdTime: clock())
        self.tables = Mutex(tables)
    }

    package func now() -> Timestamp { clock() }

    package func observe(_ observer: @escaping @Sendable (CommitNotice) -> Void) {
        observers.withLock { $0.append(observer) }
    }

    /// Looks at the tables, or changes them where nobody waits for it.
    func withTables<R>(_ body: (inout MemoryTables) throws -> sending R) rethrows -> R { try tables.withLock(body) }

    /// Runs one transaction: all of its changes or, when it throws, none; then tells the observers.
    private func transaction<R: Sendable>(_ body: (inout MemoryTables, inout CommitNotice) throws -> sending R) rethrows
        -> R
    {
        var notice = CommitNotice()
        let result = try tables.withLock { tables in
            let before = tables
            do {
                return try body(&tables, &notice)
            } catch {
                tables = before
                throw error
            }
        }
        for observer in observers.withLock({ $0 }) { observer(notice) }
        return result
    }

    package func start<R: Sendable>(
        _ workflowID: WorkflowID,
        in namespace: Namespace,
        requestID: String,
        _ body: @escaping @Sendable (inout StartTransition) throws -> R
    ) async throws -> R {
        let time = now()
        return try transaction { tables, notice in
            try tables.requireNamespace(namespace)
            let currentKey = tables.current[MemoryTables.ID(namespace, workflowID)]
            let repeated = tables.requests[.init(.init(namespace, workflowID), RequestKey(.start, requestID))]?.first
            var start = StartTransition(
                now: time,
                current: try currentKey.map { Transition(state: try tables.state($0, reading: .all), at: time) },
                repeated: repeated.flatMap { tables.runs[$0]?.execution.execution }
            )
            let result = try body(&start)
            if let current = start.current { try tables.commit(current, into: &notice) }
            if let new = start.new { try tables.create(new, into: &notice) }
            return result
        }
    }

    package func update<R: Sendable>(
        _ target: RunTarget,
        reading: ReadSet,
        unlessUsed request: RequestKey?,
        _ body: @escaping @Sendable (inout Transition) throws -> R
    ) async throws -> R? {
        let time = now()
        return try transaction { tables, notice in
            let key = try tables.key(of: target)
            if let request,
                tables.requests[.init(.init(target.namespace, target.workflowID), request)]?.contains(key) == true
            {
                return nil
            }
            var transition = Transition(state: try tables.state(key, reading: reading), at: time)
            let result = try body(&transition)
            try tables.commit(transition, into: &notice)
            return result
        }
    }

    package func updateNextTask<R: Sendable>(
        _ kind: TaskWake.Kind,
        in namespace: Namespace,
        queues: [TaskQueue],
        isExpected: Bool,
        session: Int64,
        _ body: @escaping @Sendable (inout Transition, Int64) throws -> R
    ) async throws -> R? {
        let time = now()
        return try transaction { tables, notice in
            guard session == 0 || tables.sessions.contains(session) else { throw closedSession(session) }
            guard tables.namespaces[namespace] != nil else { throw namespace.notFound }
            for queue in queues {
                guard let task = tables.oldestTask(kind, in: namespace, queue: queue) else { continue }
                let reading = kind == .activity ? ReadSet(activities: .one(task.scheduledEventID)) : .execution
                var transition = Transition(state: try tables.state(task.runKey, reading: reading), at: time)
                let result = try body(&transition, task.scheduledEventID)
                try tables.commit(transition, into: &notice)
                return result
            }
            return nil
        }
    }

    package func runDue(limit: Int) async throws -> DueRun {
        let time = now()
        return try transaction { tables, notice in
            let due = tables.dueRows()
            var handled = 0
            for row in due.prefix(while: { $0.time <= time }).prefix(limit) {
                guard tables.runs[row.runKey]?.execution.status == .running else { continue }
                var transition = Transition(state: try tables.state(row.runKey, reading: row.row.readSet), at: time)
                try transition.perform(row.row)
                try tables.commit(transition, into: &notice)
                handled += 1
            }
            return DueRun(handled: handled, next: tables.dueRows().first?.time)
        }
    }

    package func read(_ target: RunTarget) async throws -> MutableState {
        try tables.withLock { try $0.state(try $0.key(of: target), reading: .all) }
    }

    package func events(_ target: RunTarget, after: Int64, through: Int64) async throws -> [HistoryEvent] {
        try tables.withLock { tables in
            let events = tables.histories[try tables.key(of: target)] ?? []
            return events.filter { $0.id > after && $0.id <= through }
        }
    }

    package func list(_ request: ListWorkflowsRequest) async throws -> [WorkflowSummary] {
        try tables.withLock { tables in
            try tables.requireNamespace(request.namespace)
            return Array(tables.summaries(request).prefix(request.limit))
        }
    }

    package func count(_ request: ListWorkflowsRequest) async throws -> [WorkflowStatus: Int] {
        try tables.withLock { tables in
            try tables.requireNamespace(request.namespace)
            return tables.summaries(request).reduce(into: [:]) { $0[$1.status, default: 0] += 1 }
        }
    }

    package func backlog(_ kind: TaskWake.Kind, of queue: TaskQueue, in namespace: Namespace) async throws -> Backlog {
        tables.withLock { tables in
            let waiting = tables.waitingTasks(kind, in: namespace, queue: queue)
            return Backlog(count: waiting.count, oldest: waiting.map(\.time).min())
        }
    }

    package func openSession(identity: String) async throws -> Int64 {
        tables.withLock { tables in
            tables.lastSession += 1
            tables.sessions.insert(tables.lastSession)
            return tables.lastSession
        }
    }

    package func closeSession(_ session: Int64) async throws {
        _ = tables.withLock { $0.sessions.remove(session) }
        _ = try await reapSessions()
    }

    package func reapSessions() async throws -> Int {
        let time = now()
        return try transaction { tables, notice in
            tables.registrations.removeAll { !tables.sessions.contains($0.worker.session) }
            var lost = 0
            for (key, run) in tables.runs.sorted(by: { $0.key < $1.key }) where run.execution.status == .running {
                lost += try tables.loseTasks(of: key, at: time, into: &notice)
            }
            return lost
        }
    }

    package func publish(_ registration: WorkerRegistration) async throws {
        try transaction { tables, notice in
            try tables.requireNamespace(registration.namespace)
            tables.registrations.append(registration)
        }
    }

    package func withdraw(_ registration: WorkerRegistration) async throws {
        tables.withLock { $0.registrations.removeAll { $0 == registration } }
    }

    package func registrations(in namespace: Namespace) async throws -> [WorkerRegistration] {
        tables.withLock { $0.registrations.filter { $0.namespace == namespace } }
    }

    package func createNamespace(_ namespace: Namespace, retention: Duration?) async throws {
        try checkRetention(retention, of: namespace)
        let time = now()
        try tables.withLock { tables in
            guard tables.namespaces[namespace] == nil else {
                throw WorkflowServiceError(.alreadyStarted, "namespace '\(namespace)' exists already")
            }
            tables.namespaces[namespace] = NamespaceDescription(
                namespace: namespace,
                retention: retention,
                createdTime: time
            )
        }
    }

    package func setRetention(of namespace: Namespace, to retention: Duration?) async throws {
        try checkRetention(retention, of: namespace)
        try tables.withLock { tables in
            try tables.requireNamespace(namespace)
            tables.namespaces[namespace]?.retention = retention
        }
    }

    package func deleteExpired(limit: Int) async throws -> Int {
        let time = now()
        return tables.withLock { $0.deleteExpired(at: time, limit: limit) }
    }

    package func listNamespaces() async throws -> [NamespaceDescription] {
        tables.withLock { $0.namespaces.values.sorted { $0.namespace < $1.namespace } }
    }

    package func close() async {}
}
