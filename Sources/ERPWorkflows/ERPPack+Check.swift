package import Database
import Foundation
package import WorkflowAPI
import WorkflowRuntime

extension ERPPack {
    /// Looks at a start before it is made. Throws a refusal when the order cannot come to anything: it cannot be read,
    /// belongs to another tenant, or names a vendor, requester or department that nobody knows.
    package static func check(
        _ request: StartWorkflowRequest,
        _ database: any ApplicationDatabase,
        replacing services: ERPServices = ERPServices()
    ) async throws {
        if request.workflowType == InvoiceApproval.workflowName {
            return try await checkInvoice(request, database, replacing: services)
        }
        if request.workflowType == EmployeeOnboarding.workflowName {
            return try await checkOnboarding(request, database, replacing: services)
        }
        guard request.workflowType == PurchaseOrderApproval.workflowName else { return }
        let order: PurchaseOrderInput
        do {
            order = try PayloadConverter.value(request.input.first ?? .null, as: PurchaseOrderInput.self)
        } catch let error as PayloadError {
            throw WorkflowServiceError(.invalidArgument, "the input is no purchase order: \(error.message)")
        }
        let tenant = request.namespace.rawValue
        func refuse(_ what: String) -> WorkflowServiceError {
            WorkflowServiceError(
                .invalidArgument,
                "\(what) in namespace '\(tenant)'; 'workflowctl erp load FILE' loads master data"
            )
        }
        guard order.tenantId == nil || order.tenantId == tenant else {
            throw WorkflowServiceError(
                .invalidArgument,
                "the order's tenantId is not the namespace '\(tenant)'; name the tenant with --namespace"
            )
        }
        let vendors = services.vendors(or: database)
        let directory = services.directory(or: database)
        let budget = services.budget(or: database)
        guard try await vendors.vendor(order.vendorId, in: tenant) != nil else {
            throw refuse("vendor '\(order.vendorId)' is not known")
        }
        guard try await directory.user(order.requestedBy, in: tenant) != nil else {
            throw refuse("user '\(order.requestedBy)' (requestedBy) is not known")
        }
        let budgets = try await budget.budgets(of: tenant)
        guard budgets.contains(where: { $0.department == order.department }) else {
            throw refuse("department '\(order.department)' has no budget")
        }
    }

    /// Throws a refusal when an invoice cannot be read, belongs to another tenant, or names a vendor, submitter or
    /// department that nobody knows. What else is wrong with it is for its workflow to say, which records it.
    private static func checkInvoice(
        _ request: StartWorkflowRequest,
        _ database: any ApplicationDatabase,
        replacing services: ERPServices
    ) async throws {
        let invoice: InvoiceInput
        do {
            invoice = try PayloadConverter.value(request.input.first ?? .null, as: InvoiceInput.self)
        } catch let error as PayloadError {
            throw WorkflowServiceError(.invalidArgument, "the input is no invoice: \(error.message)")
        }
        let tenant = request.namespace.rawValue
        guard invoice.tenantId == nil || invoice.tenantId == tenant else {
            throw WorkflowServiceError(
                .invalidArgument,
                "the invoice's tenantId is not the namespace '\(tenant)'; name the tenant with --namespace"
            )
        }
        func refuse(_ what: String) -> WorkflowServiceError {
            WorkflowServiceError(
                .invalidArgument,
                "\(what) in namespace '\(tenant)'; 'workflowctl erp load FILE' loads master data"
            )
        }
        guard try await services.vendors(or: database).vendor(invoice.vendorId, in: tenant) != nil else {
            throw refuse("vendor '\(invoice.vendorId)' is not known")
        }
        guard try await services.directory(or: database).user(invoice.submittedBy, in: tenant) != nil else {
            throw refuse("user '\(invoice.submittedBy)' (submittedBy) is not known")
        }
        let budgets = try await services.budget(or: database).budgets(of: tenant)
        guard budgets.contains(where: { $0.department == invoice.department }) else {
            throw refuse("department '\(invoice.department)' has no budget")
        }
    }
}
