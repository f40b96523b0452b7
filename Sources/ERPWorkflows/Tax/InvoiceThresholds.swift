/// Above which invoice total whom an invoice needs. Per tenant; what is left out has the default of the rules. Each is at
/// least the one before it. The total counts, net and VAT, not what is paid after withholding.
public struct InvoiceThresholds: Codable, Hashable, Sendable {
    /// Above this total the department head approves; 100 000 taka.
    public let departmentHeadAbove: Money
    /// Above this total the finance manager approves as well; 500 000 taka.
    public let financeManagerAbove: Money
    /// Above this total the CFO approves as well; 1 000 000 taka.
    public let cfoAbove: Money
    /// Above this total the CEO approves as well; 5 000 000 taka.
    public let ceoAbove: Money

    /// The thresholds of the rules.
    public static let standard = InvoiceThresholds(
        checked: [100_000, 500_000, 1_000_000, 5_000_000].map(Money.init(taka:))
    )

    /// The roles that approve, in their order. Accounts payable sees every invoice.
    public static let roles = ["accounts_payable", "department_head", "finance_manager", "cfo", "ceo"]

    private init(checked amounts: [Money]) {
        departmentHeadAbove = amounts[0]
        financeManagerAbove = amounts[1]
        cfoAbove = amounts[2]
        ceoAbove = amounts[3]
    }

    /// Thresholds; what is not given has the default. Throws ``InvoiceThresholdError`` when one is below the one before it,
    /// or negative.
    public init(
        departmentHeadAbove: Money = standard.departmentHeadAbove,
        financeManagerAbove: Money = standard.financeManagerAbove,
        cfoAbove: Money = standard.cfoAbove,
        ceoAbove: Money = standard.ceoAbove
    ) throws {
        self.init(checked: [departmentHeadAbove, financeManagerAbove, cfoAbove, ceoAbove])
        guard departmentHeadAbove >= .zero else {
            throw InvoiceThresholdError(key: .departmentHeadAbove, description: "may not be negative")
        }
        for (lower, higher) in zip(steps, steps.dropFirst()) where higher.amount < lower.amount {
            throw InvoiceThresholdError(key: higher.key, description: "may not be below \(lower.key.stringValue)")
        }
    }

    /// The roles that an invoice of a total needs, in order: accounts payable always, each other above its threshold.
    public func levels(forTotal total: Money) -> [String] {
        let above = steps.prefix { total > $0.amount }.count
        return Array(Self.roles.prefix(1 + above))
    }

    private var steps: [(key: CodingKeys, amount: Money)] {
        [
            (.departmentHeadAbove, departmentHeadAbove), (.financeManagerAbove, financeManagerAbove),
            (.cfoAbove, cfoAbove), (.ceoAbove, ceoAbove),
        ]
    }

    enum CodingKeys: String, CodingKey { case departmentHeadAbove, financeManagerAbove, cfoAbove, ceoAbove }

    /// Reads and checks thresholds.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        func amount(_ key: CodingKeys, _ standard: Money) throws -> Money {
            try container.decodeIfPresent(Money.self, forKey: key) ?? standard
        }
        let standard = InvoiceThresholds.standard
        do {
            try self.init(
                departmentHeadAbove: try amount(.departmentHeadAbove, standard.departmentHeadAbove),
                financeManagerAbove: try amount(.financeManagerAbove, standard.financeManagerAbove),
                cfoAbove: try amount(.cfoAbove, standard.cfoAbove),
                ceoAbove: try amount(.ceoAbove, standard.ceoAbove)
            )
        } catch let error as InvoiceThresholdError {
            throw DecodingError.dataCorruptedError(
                forKey: error.key,
                in: container,
                debugDescription: error.description
            )
        }
    }
}

/// What is wrong with thresholds.
public struct InvoiceThresholdError: Error, Hashable, Sendable, CustomStringConvertible {
    let key: InvoiceThresholds.CodingKeys
    /// One line for people.
    public let description: String
}
