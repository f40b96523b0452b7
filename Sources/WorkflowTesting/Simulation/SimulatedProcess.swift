import History
import WorkflowAPI
import WorkflowRuntime

/// An engine and a worker that live and die together.
final class SimulatedProcess: Sendable {
    let store: CrashingStore
    let service: EmbeddedWorkflowService
    let worker: WorkerIdentity
    let stickyQueue: TaskQueue

    /// A process on a store. Without a session nobody notices its death: its tasks time out.
    init(
        number: Int,
        base: any HistoryStore,
        plan: FaultPlan,
        clock: ManualEngineClock,
        hasSession: Bool,
        random: @escaping @Sendable () -> UInt64,
        workflows: [String: WorkflowRegistration]
    ) async throws {
        let identity = "process-\(number)"
        store = CrashingStore(base, plan)
        service = EmbeddedWorkflowService(store: store, clock: clock, random: random)
        worker = WorkerIdentity(
            identity: identity,
            session: hasSession ? try await base.openSession(identity: identity) : 0
        )
        stickyQueue = TaskQueue("\(identity)-kept-runs")
        for registration in workflows.values {
            service.answerQueries(of: registration.name) { task in
                registration.answer(task, logger: TestWorker.silent)
            }
        }
    }
}
