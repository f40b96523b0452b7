/// Who approves invoices, and in what time. Per tenant; what is left out has the default of the rules.
public struct InvoicePolicy: Codable, Hashable, Sendable {
    /// Above which total which level approves.
    public var thresholds: InvoiceThresholds
    /// How many days each level has.
    public var days: LevelDays
    /// Up to this an invoice may differ from its order without anybody being asked; 1 000 taka.
    public var matchingTolerance: Money
    /// How many days accounts payable has for a greater difference; 3.
    public var matchingDays: Int
    /// Count only business days; otherwise every 24 hours are a day.
    public var businessDays: Bool
    /// Changes single levels; its `days` stand before ``days`` and ``matchingDays``.
    public var levels: LevelPolicies

    /// What a tenant changes about single levels; what is left out stays.
    public struct LevelPolicies: Codable, Hashable, Sendable {
        /// Accounts payable looking at a difference from the order.
        public var matching: ApprovalLevelPolicy?
        /// Accounts payable.
        public var accountsPayable: ApprovalLevelPolicy?
        /// The department head.
        public var departmentHead: ApprovalLevelPolicy?
        /// The finance manager.
        public var financeManager: ApprovalLevelPolicy?
        /// The CFO.
        public var cfo: ApprovalLevelPolicy?
        /// The CEO.
        public var ceo: ApprovalLevelPolicy?

        /// Changes; what is not given stays.
        public init(
            matching: ApprovalLevelPolicy? = nil,
            accountsPayable: ApprovalLevelPolicy? = nil,
            departmentHead: ApprovalLevelPolicy? = nil,
            financeManager: ApprovalLevelPolicy? = nil,
            cfo: ApprovalLevelPolicy? = nil,
            ceo: ApprovalLevelPolicy? = nil
        ) {
            self.matching = matching
            self.accountsPayable = accountsPayable
            self.departmentHead = departmentHead
            self.financeManager = financeManager
            self.cfo = cfo
            self.ceo = ceo
        }

        /// The changes of the level of this name; nil when there are none.
        func of(level: String) -> ApprovalLevelPolicy? {
            switch level {
            case InvoiceLevels.matching: matching
            case "accounts_payable": accountsPayable
            case "department_head": departmentHead
            case "finance_manager": financeManager
            case "cfo": cfo
            case "ceo": ceo
            default: nil
            }
        }

        var all: [ApprovalLevelPolicy] {
            [matching, accountsPayable, departmentHead, financeManager, cfo, ceo].compactMap { $0 }
        }
    }

    /// How many days each level has.
    public struct LevelDays: Codable, Hashable, Sendable {
        /// 2.
        public var accountsPayable: Int
        /// 3.
        public var departmentHead: Int
        /// 3.
        public var financeManager: Int
        /// 5.
        public var cfo: Int
        /// 7.
        public var ceo: Int

        /// Days; what is not given has the default.
        public init(
            accountsPayable: Int = 2,
            departmentHead: Int = 3,
            financeManager: Int = 3,
            cfo: Int = 5,
            ceo: Int = 7
        ) {
            self.accountsPayable = accountsPayable
            self.departmentHead = departmentHead
            self.financeManager = financeManager
            self.cfo = cfo
            self.ceo = ceo
        }

        /// Reads and checks days: 1 to 365 each.
        public init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: CodingKeys.self)
            let standard = LevelDays()
            accountsPayable = try container.decodeDays(forKey: .accountsPayable) ?? standard.accountsPayable
            departmentHead = try container.decodeDays(forKey: .departmentHead) ?? standard.departmentHead
            financeManager = try container.decodeDays(forKey: .financeManager) ?? standard.financeManager
            cfo = try container.decodeDays(forKey: .cfo) ?? standard.cfo
            ceo = try container.decodeDays(forKey: .ceo) ?? standard.ceo
        }

        /// Those of the level whose role this is; nil for a role that decides no level.
        public func of(role: String) -> Int? {
            switch role {
            case "accounts_payable": accountsPayable
            case "department_head": departmentHead
            case "finance_manager": financeManager
            case "cfo": cfo
            case "ceo": ceo
            default: nil
            }
        }
    }

    /// A policy; what is not given has the default.
    public init(
        thresholds: InvoiceThresholds = .standard,
        days: LevelDays = LevelDays(),
        matchingTolerance: Money = Money(taka: 1_000),
        matchingDays: Int = 3,
        businessDays: Bool = false,
        levels: LevelPolicies = LevelPolicies()
    ) {
        self.thresholds = thresholds
        self.days = days
        self.matchingTolerance = matchingTolerance
        self.matchingDays = matchingDays
        self.businessDays = businessDays
        self.levels = levels
    }

    /// Reads and checks a policy.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        let standard = InvoicePolicy()
        thresholds =
            try container.decodeIfPresent(InvoiceThresholds.self, forKey: .thresholds) ?? standard.thresholds
        days = try container.decodeIfPresent(LevelDays.self, forKey: .days) ?? standard.days
        matchingTolerance =
            try container.decodeIfPresent(Money.self, forKey: .matchingTolerance) ?? standard.matchingTolerance
        matchingDays = try container.decodeDays(forKey: .matchingDays) ?? standard.matchingDays
        businessDays = try container.decodeIfPresent(Bool.self, forKey: .businessDays) ?? standard.businessDays
        levels = try container.decodeIfPresent(LevelPolicies.self, forKey: .levels) ?? standard.levels
        guard matchingTolerance >= .zero else {
            throw DecodingError.dataCorruptedError(
                forKey: .matchingTolerance,
                in: container,
                debugDescription: "may not be negative"
            )
        }
    }
}

extension KeyedDecodingContainer {
    /// Reads a number of days, 1 to 365; nil when it is left out.
    func decodeDays(forKey key: Key) throws -> Int? {
        guard let days = try decodeIfPresent(Int.self, forKey: key) else { return nil }
        guard (1...365).contains(days) else {
            throw DecodingError.dataCorruptedError(forKey: key, in: self, debugDescription: "must be 1 to 365")
        }
        return days
    }
}
