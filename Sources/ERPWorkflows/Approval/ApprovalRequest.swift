/// A document that people have to approve, by which levels, and by which rules.
public struct ApprovalRequest: Codable, Hashable, Sendable {
    /// What is to be approved.
    public var document: ApprovalDocument
    /// Who has to agree, in order; none means that nobody has to.
    public var levels: [ApprovalLevel]
    /// By which rules.
    public var rules: ApprovalRules

    /// A request of its parts.
    public init(_ document: ApprovalDocument, levels: [ApprovalLevel], rules: ApprovalRules = ApprovalRules()) {
        self.document = document
        self.levels = levels
        self.rules = rules
    }

    /// What is wrong with it; nil when nothing is.
    var problem: String? {
        var names: Set<String> = []
        for level in levels {
            if !names.insert(level.name).inserted { return "the level '\(level.name)' stands twice" }
            if level.quorum < 1 { return "the level '\(level.name)' needs a quorum of at least 1" }
            if !(1...3660).contains(level.days) { return "the level '\(level.name)' must have 1 to 3660 days" }
            let percents = [level.reminderPercent, level.escalation?.afterPercent].compactMap { $0 }
            if !percents.allSatisfy((1...99).contains) {
                return
                    "reminder and escalation of the level '\(level.name)' must come after 1 to 99 percent of its time"
            }
        }
        return nil
    }
}

/// What people approve.
public struct ApprovalDocument: Codable, Hashable, Sendable {
    /// What it is: `purchase_order`.
    public var kind: String
    /// Its own id.
    public var id: String
    /// In a few words, with the amount: `Order PO-1 (BDT 60,000.00)`.
    public var title: String
    /// What the approvers are told about it: a sentence or two.
    public var summary: String
    /// What it comes to, if it does.
    public var amount: Money?
    /// Whose it is.
    public var department: String
    /// The user who wants it; may not approve it.
    public var requestedBy: String

    /// A document of its parts.
    public init(
        kind: String,
        id: String,
        title: String,
        summary: String,
        amount: Money? = nil,
        department: String,
        requestedBy: String
    ) {
        self.kind = kind
        self.id = id
        self.title = title
        self.summary = summary
        self.amount = amount
        self.department = department
        self.requestedBy = requestedBy
    }
}
