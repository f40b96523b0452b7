public import WorkflowRuntime

/// What clients can say to and ask of an `InvoiceApproval`.
public struct InvoiceMessages: Sendable {
    /// A person approves the invoice, or accepts its difference from its order.
    public let approve = ApprovalMessages.approve
    /// A person rejects the invoice.
    public let reject = ApprovalMessages.reject
    /// An approver asks something; the clock of their level stands until the answer.
    public let requestInfo = ApprovalMessages.requestInfo
    /// The answer.
    public let provideInfo = ApprovalMessages.provideInfo
    /// How far it has come.
    public let status = QueryDescriptor<NoValue, InvoiceStatus>("status")
    /// Who decided what, refused attempts included.
    public let approvalHistory = ApprovalMessages.approvalHistory
    /// Everything about it.
    public let invoiceDetails = QueryDescriptor<NoValue, InvoiceDetails>("invoiceDetails")
    /// VAT, withholding and payable with their rules; null until they are computed.
    public let taxBreakdown = QueryDescriptor<NoValue, TaxBreakdown?>("taxBreakdown")
}
