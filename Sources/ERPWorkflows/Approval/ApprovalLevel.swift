/// One of the levels that have to agree, one after the other.
public struct ApprovalLevel: Codable, Hashable, Sendable {
    /// What histories and queries call it: `department_head`. Distinct among the levels of a request.
    public var name: String
    /// As it stands in sentences: `department head`.
    public var title: String
    /// The role in the directory that may decide it.
    public var role: String
    /// A user who may decide it as well, whatever their roles; nil for nobody in particular.
    public var person: String?
    /// Only people of the document's own department may.
    public var isDepartmentOnly: Bool
    /// It asks another question than the other levels: whoever decides it may decide one of them as well.
    public var isApart: Bool
    /// How many different people have to approve; one who rejects is always enough.
    public var quorum: Int
    /// How many days it has, counted from its opening.
    public var days: Int
    /// Its days are business days, or every 24 hours; as the rules of the request say when nil.
    public var businessDays: Bool?
    /// After how much of its time the approvers are reminded, 1 to 99; nil for never.
    public var reminderPercent: Int?
    /// Who is told, and may decide as well, when it takes long; nil for nobody.
    public var escalation: ApprovalEscalation?

    /// A level; the title is the name without underscores and the role is the name unless given.
    public init(
        _ name: String,
        title: String? = nil,
        role: String? = nil,
        person: String? = nil,
        isDepartmentOnly: Bool = false,
        isApart: Bool = false,
        quorum: Int = 1,
        days: Int,
        businessDays: Bool? = nil,
        reminderPercent: Int? = 50,
        escalation: ApprovalEscalation? = nil
    ) {
        self.name = name
        self.title = title ?? name.replacing("_", with: " ")
        self.role = role ?? name
        self.person = person
        self.isDepartmentOnly = isDepartmentOnly
        self.isApart = isApart
        self.quorum = quorum
        self.days = days
        self.businessDays = businessDays
        self.reminderPercent = reminderPercent
        self.escalation = escalation
    }
}

/// Who else may decide a level when it takes long.
public struct ApprovalEscalation: Codable, Hashable, Sendable {
    /// The role that is told then, and from then on may decide the level as well.
    public var role: String
    /// Only people of the document's own department may.
    public var isDepartmentOnly: Bool
    /// After how much of the level's time, 1 to 99.
    public var afterPercent: Int

    /// Reads it; what is left out has the default.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        role = try container.decodeName(forKey: .role)
        isDepartmentOnly = try container.decodeIfPresent(Bool.self, forKey: .isDepartmentOnly) ?? false
        afterPercent = try container.decodeIfPresent(Int.self, forKey: .afterPercent) ?? 75
        guard (1...99).contains(afterPercent) else {
            throw DecodingError.dataCorruptedError(
                forKey: .afterPercent,
                in: container,
                debugDescription: "must be 1 to 99"
            )
        }
    }

    /// An escalation; after three quarters of the time unless given.
    public init(role: String, isDepartmentOnly: Bool = false, afterPercent: Int = 75) {
        self.role = role
        self.isDepartmentOnly = isDepartmentOnly
        self.afterPercent = afterPercent
    }
}
