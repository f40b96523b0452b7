public import WorkflowRuntime

/// What the signal `approve` carries.
public struct Approval: Codable, Hashable, Sendable {
    /// The user who approves.
    public var approver: String
    /// Their words.
    public var comments: String?

    /// An approval.
    public init(approver: String, comments: String? = nil) {
        self.approver = approver
        self.comments = comments
    }
}

/// What the signal `reject` carries.
public struct Rejection: Codable, Hashable, Sendable {
    /// The user who rejects.
    public var approver: String
    /// Why.
    public var reason: String

    /// A rejection.
    public init(approver: String, reason: String) {
        self.approver = approver
        self.reason = reason
    }
}

/// What clients can say to and ask of a `PurchaseOrderApproval`.
public struct PurchaseOrderMessages: Sendable {
    /// A person approves the order.
    public let approve = SignalDescriptor<Approval>("approve")
    /// A person rejects the order.
    public let reject = SignalDescriptor<Rejection>("reject")
    /// How far it has come.
    public let status = QueryDescriptor<NoValue, PurchaseOrderStatus>("status")
    /// Who decided what, refused attempts included.
    public let approvalHistory = QueryDescriptor<NoValue, [ApprovalHistoryEntry]>("approvalHistory")
    /// Amount, level, deadline and number.
    public let details = QueryDescriptor<NoValue, PurchaseOrderDetails>("details")
}
