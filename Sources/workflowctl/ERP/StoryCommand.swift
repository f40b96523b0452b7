import ArgumentParser
import ERPWorkflows
import History
import WorkflowAPI
import WorkflowCommands
import WorkflowRuntime

struct StoryCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "story",
        abstract: "Tells the history of an order, an invoice or an onboarding in sentences, in Dhaka time."
    )

    @OptionGroup var global: GlobalOptions
    @Argument(help: "The workflow id, or an order's own id.") var id: String

    func run() async throws {
        try await global.withERPEngine { engine, database in
            let runs = try await SQLOrderHoldService(database: database).runs(of: id, in: global.tenant.rawValue)
            let (workflow, run) = try await found(runs, engine)
            let books = SQLOrderClosingService(database: database)
            for line in try await lines(of: workflow, run, engine, books) { Output.line(line) }
        }
    }

    /// The workflow with the id; when there is none, the newest run that held budget for the order with the id. Which it
    /// is, is said whenever the other one could have been meant.
    private func found(_ runs: [OrderKey], _ engine: WorkflowEngine) async throws -> (WorkflowID, RunID?) {
        let others = runs.filter { $0.workflowId != id }
        do {
            _ = try await engine.client.describeWorkflow(
                DescribeWorkflowRequest(namespace: global.tenant, workflowID: WorkflowID(id))
            )
            if let other = others.first {
                Output.note(
                    "the order '\(id)' was also in the hands of the workflow '\(other.workflowId)': "
                        + "'\(ProgramName.current) erp story \(other.workflowId)'"
                )
            }
            return (WorkflowID(id), nil)
        } catch let error as WorkflowServiceError where error.code == .notFound {
            guard let newest = runs.first else {
                throw WorkflowServiceError(
                    .notFound,
                    "there is no workflow '\(id)' in namespace '\(global.tenant)', "
                        + "and no order '\(id)' that ever held budget"
                )
            }
            let earlier = runs.count > 1 ? ", the newest of \(runs.count) runs" : ""
            Output.note("the order '\(id)' is in the hands of the workflow '\(newest.workflowId)'\(earlier)")
            return (WorkflowID(newest.workflowId), RunID(newest.runId))
        }
    }

    private func lines(
        of id: WorkflowID,
        _ run: RunID?,
        _ engine: WorkflowEngine,
        _ books: SQLOrderClosingService
    ) async throws -> [String] {
        let client = OpenOrders.client(engine, global.tenant)
        let order = client.handle(PurchaseOrderApproval.self, id: id, runID: run)
        let summary = try await order.describe().summary
        let type = summary.workflowType
        guard ERPPack.workflows.contains(where: { $0.name == type }) else {
            throw WorkflowServiceError(.invalidArgument, "'\(id)' is a \(type), which has no story; see 'show \(id)'")
        }
        let events = try await engine.client.history(
            GetHistoryRequest(namespace: global.tenant, workflowID: id, runID: run)
        )
        let approvals = try await order.query(\.approvalHistory)
        let onboarding =
            type == EmployeeOnboarding.workflowName
            ? try await client.handle(EmployeeOnboarding.self, id: id, runID: run).query(\.details) : nil
        let closing = try await books.closing(
            ofRun: summary.execution.runID.rawValue,
            id.rawValue,
            in: global.tenant.rawValue
        )
        return OrderStory.lines(events, approvals, onboarding: onboarding, closing: closing).map {
            "\($0.time.dhaka) +06:00  \($0.text)"
        }
    }
}
