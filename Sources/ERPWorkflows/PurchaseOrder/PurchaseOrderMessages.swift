public import WorkflowRuntime

/// What clients can say to and ask of a `PurchaseOrderApproval`.
public struct PurchaseOrderMessages: Sendable {
    /// A person approves the order.
    public let approve = ApprovalMessages.approve
    /// A person rejects the order.
    public let reject = ApprovalMessages.reject
    /// An approver asks something; the clock of the level stands until the answer.
    public let requestInfo = ApprovalMessages.requestInfo
    /// The answer.
    public let provideInfo = ApprovalMessages.provideInfo
    /// How far it has come.
    public let status = QueryDescriptor<NoValue, PurchaseOrderStatus>("status")
    /// Who decided what, refused attempts included.
    public let approvalHistory = ApprovalMessages.approvalHistory
    /// Amount, level, deadline and number.
    public let details = QueryDescriptor<NoValue, PurchaseOrderDetails>("details")
}
