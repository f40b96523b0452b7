public import Foundation
public import WorkflowRuntime

/// How an order ended.
public struct PurchaseOrderResult: Codable, Hashable, Sendable {
    /// `completed` or `rejected`.
    public var status: PurchaseOrderStatus
    /// The number of the order that was created.
    public var poNumber: String?
    /// Why it was rejected.
    public var reason: String?
    /// Who decided what, refused attempts included.
    public var approvalHistory: [ApprovalHistoryEntry]

    /// A result of its parts.
    public init(
        status: PurchaseOrderStatus,
        poNumber: String? = nil,
        reason: String? = nil,
        approvalHistory: [ApprovalHistoryEntry]
    ) {
        self.status = status
        self.poNumber = poNumber
        self.reason = reason
        self.approvalHistory = approvalHistory
    }
}

/// Everything about an order in flight; what the query `details` answers.
public struct PurchaseOrderDetails: Codable, Hashable, Sendable {
    /// How far it has come.
    public var status: PurchaseOrderStatus
    /// The order's own id.
    public var orderId: String?
    /// Whose budget pays.
    public var department: String?
    /// Who wants it.
    public var requestedBy: String?
    /// What it costs.
    public var amount: Money?
    /// The number, once created.
    public var poNumber: String?
    /// The level that waits, by its name.
    public var waitingFor: String?
    /// When that level opened.
    public var waitingSince: Date?
    /// When that level ends by itself.
    public var deadline: Date?
    /// Why it was rejected or cancelled.
    public var reason: String?
    /// What would have to be undone, or is being undone, the first step first.
    public var compensations: [SagaStep]
    /// It is lost, and what was done for it is not yet undone.
    public var isBeingUndone: Bool
    /// The version of each setting of the tenant by which it is judged; what is not named is the default.
    public var policyVersions: [String: Int64]
}
