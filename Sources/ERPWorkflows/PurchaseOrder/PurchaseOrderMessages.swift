public import WorkflowRuntime

/// What the signal `approve` carries.
public struct Approval: Codable, Hashable, Sendable {
    /// The user who approves; 1 to 200 characters.
    public var approver: String
    /// Their words; up to 2 000 characters.
    public var comments: String?

    /// An approval; nothing is checked.
    public init(approver: String, comments: String? = nil) {
        self.approver = approver
        self.comments = comments
    }

    /// Reads and checks an approval. Throws `DecodingError` for texts that are too long.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        approver = try container.decodeName(forKey: .approver)
        let isSilent = try !container.contains(.comments) || container.decodeNil(forKey: .comments)
        comments = isSilent ? nil : try container.decodeWords(forKey: .comments)
    }
}

/// What the signal `reject` carries.
public struct Rejection: Codable, Hashable, Sendable {
    /// The user who rejects; 1 to 200 characters.
    public var approver: String
    /// Why; up to 2 000 characters.
    public var reason: String

    /// A rejection; nothing is checked.
    public init(approver: String, reason: String) {
        self.approver = approver
        self.reason = reason
    }

    /// Reads and checks a rejection. Throws `DecodingError` for texts that are too long.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        approver = try container.decodeName(forKey: .approver)
        reason = try container.decodeWords(forKey: .reason)
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
