import History
import Synchronization
import WorkflowAPI

/// The process that asked is dead; nobody hears of this.
struct SimulatedCrash: Error {}

/// A store as one process sees it: before each call and after each commit the process may die, and then every call of it
/// fails. What was committed stays, for the next process.
final class CrashingStore: HistoryStore {
    private let base: any HistoryStore
    private let plan: FaultPlan
    private let death = Mutex(false)

    init(_ base: any HistoryStore, _ plan: FaultPlan) {
        self.base = base
        self.plan = plan
    }

    var isDead: Bool { death.withLock { $0 } }

    func die() { death.withLock { $0 = true } }

    private func call<R>(
        _ operation: String,
        isWrite: Bool = true,
        _ body: () async throws -> R
    ) async throws -> R {
        guard !isDead else { throw SimulatedCrash() }
        let number = plan.count(\.calls)
        if plan.dies(at: plan.point("before", operation), .crashBeforeCall(number)) {
            die()
            throw SimulatedCrash()
        }
        let answer = try await body()
        guard isWrite else { return answer }
        _ = plan.count(\.commits)
        if plan.dies(at: plan.point("after", operation), .crashAfterCall(number)) {
            die()
            throw SimulatedCrash()
        }
        return answer
    }

    func now() -> Timestamp { base.now() }
    var longestSilence: Duration { base.longestSilence }
    var runsSteps: Bool { base.runsSteps }

    func observe(_ observer: @escaping @Sendable (CommitNotice) -> Void) {
        base.observe { [weak self] notice in
            guard let self, !self.isDead else { return }
            observer(notice)
        }
    }

    func start<R: Sendable>(
        _ workflowID: WorkflowID,
        in namespace: Namespace,
        requestID: String,
        _ body: @escaping @Sendable (inout StartTransition) throws -> R
    ) async throws -> R {
        try await call("start") { try await base.start(workflowID, in: namespace, requestID: requestID, body) }
    }

    func update<R: Sendable>(
        _ target: RunTarget,
        reading: ReadSet,
        unlessUsed request: RequestKey?,
        _ body: @escaping @Sendable (inout Transition) throws -> R
    ) async throws -> R? {
        try await call("update") {
            try await base.update(target, reading: reading, unlessUsed: request, body)
        }
    }

    func update<R: Sendable>(
        _ target: RunTarget,
        reading: ReadSet,
        running step: @escaping StoreStep,
        after check: @escaping @Sendable (Transition) throws -> Void,
        _ body: @escaping @Sendable (inout Transition, StoreStepResult) throws -> R
    ) async throws -> R {
        try await call("update with a step") {
            try await base.update(target, reading: reading, running: step, after: check, body)
        }
    }

    func deliverInbox(limit: Int, _ delivery: InboxDelivery) async throws -> Int {
        // Most stores have none, or nothing in it: no place to die at.
        guard !isDead else { throw SimulatedCrash() }
        return try await base.deliverInbox(limit: limit, delivery)
    }

    func refusedInboxRows(in namespace: Namespace) async throws -> [RefusedInboxRow] {
        try await call("refusedInboxRows", isWrite: false) { try await base.refusedInboxRows(in: namespace) }
    }

    func settleInboxRow(_ requestID: String, in namespace: Namespace, retrying: Bool) async throws -> Bool {
        try await call("settleInboxRow") {
            try await base.settleInboxRow(requestID, in: namespace, retrying: retrying)
        }
    }

    func updateNextTask<R: Sendable>(
        _ kind: TaskWake.Kind,
        in namespace: Namespace,
        queues: [TaskQueue],
        isExpected: Bool,
        session: Int64,
        _ body: @escaping @Sendable (inout Transition, Int64) throws -> R
    ) async throws -> R? {
        try await call("updateNextTask") {
            try await base.updateNextTask(
                kind,
                in: namespace,
                queues: queues,
                isExpected: isExpected,
                session: session,
                body
            )
        }
    }

    func runDue(limit: Int) async throws -> DueRun { try await call("runDue") { try await base.runDue(limit: limit) } }

    func read(_ target: RunTarget) async throws -> MutableState {
        try await call("read", isWrite: false) { try await base.read(target) }
    }

    func execution(_ target: RunTarget) async throws -> ExecutionRow {
        try await call("execution", isWrite: false) { try await base.execution(target) }
    }

    func events(_ target: RunTarget, after: Int64, through: Int64) async throws -> [HistoryEvent] {
        try await call("events", isWrite: false) { try await base.events(target, after: after, through: through) }
    }

    func list(_ request: ListWorkflowsRequest) async throws -> [WorkflowSummary] {
        try await call("list", isWrite: false) { try await base.list(request) }
    }

    func count(_ request: ListWorkflowsRequest) async throws -> [WorkflowStatus: Int] {
        try await call("count", isWrite: false) { try await base.count(request) }
    }

    func backlog(_ kind: TaskWake.Kind, of queue: TaskQueue, in namespace: Namespace) async throws -> Backlog {
        try await call("backlog", isWrite: false) { try await base.backlog(kind, of: queue, in: namespace) }
    }

    func openSession(identity: String) async throws -> Int64 { try await base.openSession(identity: identity) }
    func closeSession(_ session: Int64) async throws { try await base.closeSession(session) }
    func reapSessions() async throws -> Int { try await base.reapSessions() }

    func publish(_ registration: WorkerRegistration) async throws {
        try await call("publish") { try await base.publish(registration) }
    }

    func withdraw(_ registration: WorkerRegistration) async throws {
        try await call("withdraw") { try await base.withdraw(registration) }
    }

    func registrations(in namespace: Namespace) async throws -> [WorkerRegistration] {
        try await call("registrations", isWrite: false) { try await base.registrations(in: namespace) }
    }

    func createNamespace(_ namespace: Namespace, retention: Duration?) async throws {
        try await call("createNamespace") { try await base.createNamespace(namespace, retention: retention) }
    }

    func setRetention(of namespace: Namespace, to retention: Duration?) async throws {
        try await call("setRetention") { try await base.setRetention(of: namespace, to: retention) }
    }

    func listNamespaces() async throws -> [NamespaceDescription] {
        try await call("listNamespaces", isWrite: false) { try await base.listNamespaces() }
    }

    func deleteExpired(limit: Int) async throws -> Int {
        try await call("deleteExpired") { try await base.deleteExpired(limit: limit) }
    }

    /// The store outlives the process.
    func close() async { die() }
}
