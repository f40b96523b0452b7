import Foundation
import WorkflowAPI
import WorkflowRuntime

/// An invoice with what follows from it.
struct InvoiceWork: Sendable {
    let input: InvoiceInput
    let invoice: InvoiceKey

    /// Reads the run's facts. Throws a refusal when the input names another tenant than the namespace.
    init(_ input: InvoiceInput) throws {
        guard let info = Workflow.info else { throw CancellationError() }
        let tenant = info.namespace.rawValue
        guard input.tenantId == nil || input.tenantId == tenant else {
            throw ApplicationError(
                type: "WrongTenant",
                message: "the invoice belongs to another tenant than the namespace \(tenant)",
                nonRetryable: true
            )
        }
        self.input = input
        invoice = InvoiceKey(
            tenant: tenant,
            invoiceId: input.invoiceId,
            workflowId: info.execution.workflowID.rawValue,
            runId: info.execution.runID.rawValue
        )
    }

    var preparation: InvoicePreparationRequest {
        InvoicePreparationRequest(
            tenant: invoice.tenant,
            vendorId: input.vendorId,
            submittedBy: input.submittedBy,
            startedTime: Workflow.startedTime,
            runId: invoice.runId
        )
    }

    var registration: InvoiceRegistration {
        InvoiceRegistration(invoice: invoice, input: input, time: Workflow.now)
    }

    var match: MatchRequest { MatchRequest(invoice: invoice, input: input) }

    var budget: InvoiceBudgetRequest {
        InvoiceBudgetRequest(
            invoice: invoice,
            department: input.department,
            fiscalYear: FiscalYear(containing: input.invoiceDate),
            amount: input.amount,
            poNumber: input.poNumber,
            time: Workflow.now
        )
    }

    var step: InvoiceStep { InvoiceStep(invoice: invoice, time: Workflow.now) }

    func ending(_ state: InvoiceState, because reason: String) -> InvoiceEnding {
        InvoiceEnding(registration: registration, state: state, reason: reason)
    }

    func posting(_ taxes: TaxBreakdown, to vendor: Vendor, kind: VendorKind, _ terms: InvoiceTerms)
        -> InvoicePostingRequest
    {
        InvoicePostingRequest(
            invoice: invoice,
            invoiceNumber: input.invoiceNumber,
            vendorId: vendor.id,
            vendorName: vendor.name,
            vendorKind: kind,
            tin: vendor.tin,
            department: input.department,
            projectId: input.projectId,
            taxes: taxes,
            dueDate: input.dueDate,
            accounts: terms.accounts,
            time: Workflow.now
        )
    }
}
