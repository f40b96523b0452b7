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

    /// A decision is taken whatever it is worth; the rules are applied by the order itself.
    private static func whetherItCounts(_ request: SignalWorkflowRequest, _ type: String) -> String? {
        let messages = PurchaseOrderApproval.messages
        if type == InvoiceApproval.workflowName,
            [messages.approve.name, messages.reject.name].contains(request.signalName)
        {
            return "taken; whether it counts: '\(ProgramName.current) query \(request.workflowID) approvalHistory'"
        }
        guard type == PurchaseOrderApproval.workflowName,
            [messages.approve.name, messages.reject.name].contains(request.signalName)
        else { return nil }
        return "taken; whether it counts: '\(ProgramName.current) erp story \(request.workflowID)'"
    }
}
