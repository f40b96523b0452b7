import Foundation
import WorkflowAPI
import WorkflowRuntime

/// An order with what follows from it: its amount, its key, its fiscal year.
struct PurchaseOrderWork: Sendable {
    let input: PurchaseOrderInput
    let amount: Money
    let order: OrderKey
    let fiscalYear: FiscalYear

    /// Reads the run's facts. Throws a refusal when the input names another tenant than the namespace.
    init(_ input: PurchaseOrderInput) throws {
        guard let info = Workflow.info else { throw CancellationError() }
        let tenant = info.namespace.rawValue
        guard input.tenantId == nil || input.tenantId == tenant else {
            throw ApplicationError(
                type: "WrongTenant",
                message: "the order belongs to another tenant than the namespace \(tenant)",
                nonRetryable: true
            )
        }
        self.input = input
        do {
            amount = try input.checkedAmount()
        } catch let problem as PurchaseOrderProblem {
            throw ApplicationError(type: "InvalidOrder", message: problem.reason, nonRetryable: true)
        }
        order = OrderKey(
            tenant: tenant,
            orderId: input.id,
            workflowId: info.execution.workflowID.rawValue,
            runId: info.execution.runID.rawValue
        )
        fiscalYear = FiscalYear(containing: Workflow.now)
    }

    var preparation: PreparationRequest {
        PreparationRequest(
            tenant: order.tenant,
            vendorId: input.vendorId,
            requestedBy: input.requestedBy,
            startedTime: Workflow.startedTime,
            runId: order.runId
        )
    }

    var budgetRequest: BudgetRequest {
        BudgetRequest(
            order: order,
            department: input.department,
            fiscalYear: fiscalYear,
            amount: amount,
            time: Workflow.now
        )
    }

    var orderRequest: PurchaseOrderRequest {
        PurchaseOrderRequest(
            order: order,
            fiscalYear: fiscalYear,
            vendorId: input.vendorId,
            department: input.department,
            requestedBy: input.requestedBy,
            items: input.items,
            amount: amount,
            time: Workflow.now
        )
    }

    var step: OrderStep { OrderStep(order: order, time: Workflow.now) }
}
