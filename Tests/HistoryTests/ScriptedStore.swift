import History
import Synchronization
import WorkflowAPI

/// A store that knows only what is due and what is to be deleted, as scripts say; everything else is unavailable.
final class ScriptedStore: HistoryStore {
    private struct State {
        var script: [Result<DueRun, WorkflowServiceError>]
        var rounds = 0
        var deletions: [Result<Int, WorkflowServiceError>]
        var sweeps = 0
        var observers: [@Sendable (CommitNotice) -> Void] = []
    }

    private let clock: any EngineClock
    private let state: Mutex<State>

    /// Answers each look with the next line of the script, and after the last with nothing due.
    init(
        clock: any EngineClock,
        _ script: [Result<DueRun, WorkflowServiceError>],
        deletions: [Result<Int, WorkflowServiceError>] = []
    ) {
        self.clock = clock
        state = Mutex(State(script: script, deletions: deletions))
    }

    /// How often somebody deleted.
    var sweeps: Int { state.withLock { $0.sweeps } }

    /// How often somebody looked.
    var rounds: Int { state.withLock { $0.rounds } }

    /// Tells the observers of a commit.
    func commit(_ notice: CommitNotice) {
        for observer in state.withLock({ $0.observers }) { observer(notice) }
    }

    func now() -> Timestamp { clock.now() }

    func observe(_ observer: @escaping @Sendable (CommitNotice) -> Void) {
        state.withLock { $0.observers.append(observer) }
    }

    func runDue(limit: Int) async throws -> DueRun {
        let answer = state.withLock { state in
            state.rounds += 1
            return state.script.isEmpty ? .success(DueRun.idle) : state.script.removeFirst()
        }
        return try answer.get()
    }

    private var unavailable: WorkflowServiceError { WorkflowServiceError(.unavailable, "the script does not say") }

    func start<R: Sendable>(
        _ workflowID: WorkflowID,
        in namespace: Namespace,
        requestID: String,
        _ body: @escaping @Sendable (inout StartTransition) throws -> R
    ) async throws -> R { throw unavailable }

    func update<R: Sendable>(
        _ target: RunTarget,
        reading: ReadSet,
        unlessUsed request: RequestKey?,
        _ body: @escaping @Sendable (inout Transition) throws -> R
    ) async throws -> R? { throw unavailable }

    func updateNextTask<R: Sendable>(
        _ kind: TaskWake.Kind,
        in namespace: Namespace,
        queues: [TaskQueue],
        isExpected: Bool,
        session: Int64,
        _ body: @escaping @Sendable (inout Transition, Int64) throws -> R
    ) async throws -> R? { throw unavailable }

    func read(_ target: RunTarget) async throws -> MutableState { throw unavailable }
    func events(_ target: RunTarget, after: Int64, through: Int64) async throws -> [HistoryEvent] { throw unavailable }
    func list(_ request: ListWorkflowsRequest) async throws -> [WorkflowSummary] { throw unavailable }
    func count(_ request: ListWorkflowsRequest) async throws -> [WorkflowStatus: Int] { throw unavailable }
    func backlog(_ kind: TaskWake.Kind, of queue: TaskQueue, in namespace: Namespace) async throws -> Backlog {
        throw unavailable
    }
    func openSession(identity: String) async throws -> Int64 { throw unavailable }
    func closeSession(_ session: Int64) async throws { throw unavailable }
    func reapSessions() async throws -> Int { throw unavailable }
    func publish(_ registration: WorkerRegistration) async throws { throw unavailable }
    func withdraw(_ registration: WorkerRegistration) async throws { throw unavailable }
    func registrations(in namespace: Namespace) async throws -> [WorkerRegistration] { throw unavailable }
    func createNamespace(_ namespace: Namespace, retention: Duration?) async throws { throw unavailable }
    func setRetention(of namespace: Namespace, to retention: Duration?) async throws { throw unavailable }
    func deleteExpired(limit: Int) async throws -> Int {
        let answer = state.withLock { state in
            state.sweeps += 1
            return state.deletions.isEmpty ? .failure(unavailable) : state.deletions.removeFirst()
        }
        return try answer.get()
    }
    func listNamespaces() async throws -> [NamespaceDescription] { throw unavailable }
    func close() async {}
}
