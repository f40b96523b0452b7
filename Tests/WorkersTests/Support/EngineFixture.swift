import History
import Logging
import ServiceLifecycle
import Synchronization
import Workers
import WorkflowAPI
import WorkflowRuntime
import WorkflowTesting

/// The real engine on a store in memory, with a clock that a test moves, and workers that poll it.
final class EngineFixture: Sendable {
    let clock = ManualEngineClock()
    let store: InMemoryHistoryStore
    let service: EmbeddedWorkflowService
    let client: WorkflowClient

    init(answering workflows: [WorkflowRegistration] = []) {
        let counter = Mutex<UInt64>(0)
        let number: @Sendable () -> UInt64 = {
            counter.withLock { counter in
                counter += 1
                return counter &* 0x9E37_79B9_7F4A_7C15
            }
        }
        let clock = clock
        store = InMemoryHistoryStore(clock: { clock.now() })
        service = EmbeddedWorkflowService(store: store, clock: clock, random: number)
        client = WorkflowClient(service: service, identity: "test", makeID: { "id-\(number())" })
        for registration in workflows {
            service.answerQueries(of: registration.name) { task in
                registration.answer(task, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
            }
        }
    }

    func history(_ id: WorkflowID) async throws -> [HistoryEvent] {
        try await service.history(GetHistoryRequest(workflowID: id))
    }

    /// Waits until the history of an execution has something.
    @discardableResult
    func history(_ id: WorkflowID, when matches: ([HistoryEvent]) -> Bool) async throws -> [HistoryEvent] {
        while true {
            let events = try await history(id)
            if matches(events) { return events }
            try Task.checkCancellation()
            await Task.yield()
        }
    }

    /// Waits until nothing is in work and everything waits for time to pass, then moves the clock to that, until an execution's
    /// history has an event.
    ///
    /// No execution may be in work: to its tasks the jump would be their time limit, and who failed waits for time to pass.
    func skip(to type: EventType, of id: WorkflowID) async throws {
        while try await !history(id).contains(where: { $0.type == type }) {
            if try await isAtRest(), let due = try await store.runDue(limit: 64).next, due > clock.now() {
                clock.set(to: due)
                _ = try await store.runDue(limit: 64)
            }
            try Task.checkCancellation()
            await Task.yield()
        }
    }

    /// No open execution has a task that a worker has or could have.
    private func isAtRest() async throws -> Bool {
        for summary in try await service.listWorkflows(ListWorkflowsRequest(statuses: [.running])) {
            let request = DescribeWorkflowRequest(workflowID: summary.execution.workflowID)
            let described = try await service.describeWorkflow(request)
            if let task = described.workflowTask, !waits(task.nextAttemptTime) { return false }
            if !described.pendingActivities.allSatisfy({ waits($0.nextAttemptTime) }) { return false }
        }
        return true
    }

    private func waits(_ attempt: Timestamp?) -> Bool { attempt.map { $0 > clock.now() } ?? false }
}
