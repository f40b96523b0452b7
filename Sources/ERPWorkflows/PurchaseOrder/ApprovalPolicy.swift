/// From which amount on whom an order needs, and how long each has. Per tenant; what is left out has the default.
public struct ApprovalPolicy: Codable, Hashable, Sendable {
    /// Above this amount the department head approves; 50 000 taka.
    public var departmentHeadAbove: Money
    /// Above this amount finance approves as well; 100 000 taka.
    public var financeAbove: Money
    /// How many days each level has; 7.
    public var approvalDays: Int
    /// Count only business days of the calendar; otherwise every 24 hours are a day.
    public var businessDays: Bool
    /// Changes the level of the department head.
    public var departmentHead: ApprovalLevelPolicy?
    /// Changes the level of finance.
    public var finance: ApprovalLevelPolicy?

    /// A policy; what is not given has the default.
    public init(
        departmentHeadAbove: Money = Money(taka: 50_000),
        financeAbove: Money = Money(taka: 100_000),
        approvalDays: Int = 7,
        businessDays: Bool = false,
        departmentHead: ApprovalLevelPolicy? = nil,
        finance: ApprovalLevelPolicy? = nil
    ) {
        self.departmentHeadAbove = departmentHeadAbove
        self.financeAbove = financeAbove
        self.approvalDays = approvalDays
        self.businessDays = businessDays
        self.departmentHead = departmentHead
        self.finance = finance
    }

    /// Reads and checks a policy.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        let standard = ApprovalPolicy()
        departmentHeadAbove =
            try container.decodeIfPresent(Money.self, forKey: .departmentHeadAbove) ?? standard.departmentHeadAbove
        financeAbove = try container.decodeIfPresent(Money.self, forKey: .financeAbove) ?? standard.financeAbove
        approvalDays = try container.decodeIfPresent(Int.self, forKey: .approvalDays) ?? standard.approvalDays
        businessDays = try container.decodeIfPresent(Bool.self, forKey: .businessDays) ?? standard.businessDays
        departmentHead = try container.decodeIfPresent(ApprovalLevelPolicy.self, forKey: .departmentHead)
        finance = try container.decodeIfPresent(ApprovalLevelPolicy.self, forKey: .finance)
        guard departmentHeadAbove >= .zero, financeAbove >= departmentHeadAbove else {
            throw DecodingError.dataCorruptedError(
                forKey: .financeAbove,
                in: container,
                debugDescription: "may not be below departmentHeadAbove, and neither may be negative"
            )
        }
        guard (1...365).contains(approvalDays) else {
            throw DecodingError.dataCorruptedError(
                forKey: .approvalDays,
                in: container,
                debugDescription: "must be 1 to 365"
            )
        }
    }

    /// The levels that an amount needs, in order.
    public func levels(for amount: Money) -> [ApprovalLevel] {
        var levels: [ApprovalLevel] = []
        if amount > departmentHeadAbove {
            let level = ApprovalLevel("department_head", isDepartmentOnly: true, days: approvalDays)
            levels.append(departmentHead?.applied(to: level) ?? level)
        }
        if amount > financeAbove {
            let level = ApprovalLevel("finance", days: approvalDays)
            levels.append(finance?.applied(to: level) ?? level)
        }
        return levels
    }
}
