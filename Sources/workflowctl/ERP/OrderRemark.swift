import ERPWorkflows
import WorkflowAPI
import WorkflowCommands
import WorkflowRuntime

/// What people should know after they have started an order or sent it something.
enum OrderRemark {
    /// A line for people; nil when there is nothing to say.
    static func text(_ deed: CommandDeed) -> String? {
        switch deed {
        case .started(let request): differentID(request)
        case .signaled(let request, let type): whetherItCounts(request, type)
        }
    }

    /// Signals and queries go by the workflow id, documents by the order's own.
    private static func differentID(_ request: StartWorkflowRequest) -> String? {
        guard request.workflowType == PurchaseOrderApproval.workflowName,
            let order = try? PayloadConverter.value(request.input.first ?? .null, as: PurchaseOrderInput.self),
            order.id != request.workflowID.rawValue
        else { return nil }
        return "order '\(order.id)' is in the hands of workflow '\(request.workflowID)': "
            + "signals, queries and the result go by '\(request.workflowID)'"
    }

    /// What people say is taken whatever it is worth; the rules are applied by the workflow itself.
    private static func whetherItCounts(_ request: SignalWorkflowRequest, _ type: String) -> String? {
        let decisions = [PurchaseOrderApproval.messages.approve.name, PurchaseOrderApproval.messages.reject.name]
        let tasks = [EmployeeOnboarding.messages.completeTask.name, EmployeeOnboarding.messages.skipTask.name]
        let (name, id) = (request.signalName, request.workflowID)
        switch type {
        case InvoiceApproval.workflowName where decisions.contains(name):
            return "taken; whether it counts: '\(ProgramName.current) query \(id) approvalHistory'"
        case PurchaseOrderApproval.workflowName where decisions.contains(name),
            EmployeeOnboarding.workflowName where (decisions + tasks).contains(name):
            return "taken; whether it counts: '\(ProgramName.current) erp story \(id)'"
        default: return nil
        }
    }
}
