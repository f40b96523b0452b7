import ERPWorkflows
import History
import WorkflowAPI
import WorkflowCommands
import WorkflowRuntime

/// Purchase orders whose workflow is open.
enum OpenOrders {
    /// What is known of them without asking them, newest first.
    static func summaries(in namespace: Namespace, _ engine: WorkflowEngine) async throws -> [WorkflowSummary] {
        var found: [WorkflowSummary] = []
        while true {
            let page = try await engine.client.listWorkflows(
                ListWorkflowsRequest(
                    namespace: namespace,
                    statuses: [.running],
                    workflowType: PurchaseOrderApproval.workflowName,
                    limit: 1000,
                    after: found.last?.pageKey
                )
            )
            found += page
            guard page.count == 1000 else { return found }
        }
    }

    /// A client that asks orders.
    static func client(_ engine: WorkflowEngine, _ namespace: Namespace) -> WorkflowClient {
        WorkflowClient(
            service: engine.client,
            namespace: namespace,
            identity: CallerIdentity.current,
            makeID: NewID.make
        )
    }
}
