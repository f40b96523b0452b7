import Database
import ERPWorkflows
import History
import WorkflowAPI
import WorkflowCommands
import WorkflowRuntime

/// Orders without a number whose workflow is closed: nobody will give back what they hold.
enum StrandedOrders {
    /// All of a tenant, oldest first.
    static func all(
        in namespace: Namespace,
        _ engine: WorkflowEngine,
        _ database: any ApplicationDatabase
    ) async throws -> [OrderHold] {
        let service = SQLOrderHoldService(database: database)
        let held = try await service.holds(of: namespace.rawValue)
        guard !held.isEmpty else { return [] }
        let running = Set(try await OpenOrders.summaries(in: namespace, engine).map(\.execution.runID.rawValue))
        var stranded: Set<OrderKey> = []
        for hold in held where !running.contains(hold.order.runId) {
            if try await isClosed(hold.order, engine) { stranded.insert(hold.order) }
        }
        guard !stranded.isEmpty else { return [] }
        // A workflow may have ended in good order since the first look.
        return try await service.holds(of: namespace.rawValue).filter { stranded.contains($0.order) }
    }

    /// Whether the run that works on an order is over; one that the store does not know is.
    static func isClosed(_ order: OrderKey, _ engine: WorkflowEngine) async throws -> Bool {
        try await isClosed(order.tenant, order.workflowId, order.runId, engine)
    }

    /// The same for a run that works on something else.
    static func isClosed(
        _ tenant: String,
        _ workflowId: String,
        _ runId: String,
        _ engine: WorkflowEngine
    ) async throws -> Bool {
        do {
            let description = try await engine.client.describeWorkflow(
                DescribeWorkflowRequest(
                    namespace: Namespace(tenant),
                    workflowID: WorkflowID(workflowId),
                    runID: RunID(runId)
                )
            )
            return description.summary.status.isClosed
        } catch let error as WorkflowServiceError where error.code == .notFound {
            return true
        }
    }
}
