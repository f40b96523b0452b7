/// An invoice that somebody hands in for payment. Reading it checks forms and limits, so that a client that knows the type
/// refuses what is none before it is started; ``problems()`` checks its figures.
public struct InvoiceInput: Codable, Hashable, Sendable {
    /// The business key: one invoice is paid once.
    public var invoiceId: String
    /// The tenant; when given it must be the namespace that the workflow runs in.
    public var tenantId: String?
    /// The vendor's number of it, unique among the vendor's invoices.
    public var invoiceNumber: String
    /// Who sent it.
    public var vendorId: String
    /// Their name as it stands on the invoice.
    public var vendorName: String
    /// Its date, which chooses the tax rates and the budget's fiscal year.
    public var invoiceDate: LocalDate
    /// When it has to be paid.
    public var dueDate: LocalDate
    /// The net: without VAT.
    public var amount: Money
    /// The VAT as stated.
    public var vatAmount: Money
    /// Net and VAT as stated.
    public var totalAmount: Money
    /// `BDT`.
    public var currency: String
    /// The order that it bills, when there is one.
    public var poNumber: String?
    /// Whose budget pays.
    public var department: String
    /// For which project.
    public var projectId: String?
    /// The user who handed it in; may not approve it.
    public var submittedBy: String
    /// What is billed; 1 to 500.
    public var lineItems: [InvoiceItem]

    /// How many lines an invoice may have.
    public static let mostItems = 500

    /// Reads and checks an invoice. Throws `DecodingError` with one line that names what is wrong.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        func optionalName(_ key: CodingKeys) throws -> String? {
            try container.decodeIfPresent(String.self, forKey: key) == nil ? nil : container.decodeName(forKey: key)
        }
        func money(_ key: CodingKeys) throws -> Money {
            let money = try container.decode(Money.self, forKey: key)
            guard money >= .zero else { throw Self.problem(key, container, "may not be negative") }
            return money
        }
        invoiceId = try container.decodeName(forKey: .invoiceId)
        tenantId = try container.decodeIfPresent(String.self, forKey: .tenantId)
        invoiceNumber = try container.decodeName(forKey: .invoiceNumber)
        vendorId = try container.decodeName(forKey: .vendorId)
        vendorName = try container.decodeName(forKey: .vendorName)
        invoiceDate = try container.decode(LocalDate.self, forKey: .invoiceDate)
        dueDate = try container.decode(LocalDate.self, forKey: .dueDate)
        amount = try money(.amount)
        vatAmount = try money(.vatAmount)
        totalAmount = try money(.totalAmount)
        currency = try container.decode(String.self, forKey: .currency)
        poNumber = try optionalName(.poNumber)
        department = try container.decodeName(forKey: .department)
        projectId = try optionalName(.projectId)
        submittedBy = try container.decodeName(forKey: .submittedBy)
        lineItems = try container.decode([InvoiceItem].self, forKey: .lineItems)
        guard currency == Money.currency else {
            throw Self.problem(.currency, container, "only \(Money.currency) is accepted")
        }
        guard amount > .zero else { throw Self.problem(.amount, container, "must be above zero") }
        guard (1...Self.mostItems).contains(lineItems.count) else {
            throw Self.problem(.lineItems, container, "an invoice has 1 to \(Self.mostItems) lines")
        }
    }

    /// An invoice of its parts; nothing is checked.
    init(
        invoiceId: String,
        tenantId: String? = nil,
        invoiceNumber: String,
        vendorId: String,
        vendorName: String,
        invoiceDate: LocalDate,
        dueDate: LocalDate,
        amount: Money,
        vatAmount: Money,
        totalAmount: Money,
        currency: String = Money.currency,
        poNumber: String? = nil,
        department: String,
        projectId: String? = nil,
        submittedBy: String,
        lineItems: [InvoiceItem]
    ) {
        self.invoiceId = invoiceId
        self.tenantId = tenantId
        self.invoiceNumber = invoiceNumber
        self.vendorId = vendorId
        self.vendorName = vendorName
        self.invoiceDate = invoiceDate
        self.dueDate = dueDate
        self.amount = amount
        self.vatAmount = vatAmount
        self.totalAmount = totalAmount
        self.currency = currency
        self.poNumber = poNumber
        self.department = department
        self.projectId = projectId
        self.submittedBy = submittedBy
        self.lineItems = lineItems
    }

    /// What does not add up, one clause each; nothing when all does. VAT and total are another matter: they follow from
    /// the rates (``TaxBreakdown/check(statedVAT:statedTotal:)``).
    func problems() -> [String] {
        var problems: [String] = []
        var sum: Money? = .zero
        for (index, item) in lineItems.enumerated() {
            sum = sum.flatMap { try? $0.adding(item.amount) }
            guard let expected = try? item.unitPrice.times(item.quantity) else {
                problems.append("line \(index + 1): the amount is too large")
                continue
            }
            if !expected.isNear(item.amount) {
                problems.append(
                    "line \(index + 1): \(item.quantity) at \(item.unitPrice) come to \(expected), and \(item.amount) is stated"
                )
            }
        }
        if sum != amount {
            let lines = sum.map { "\($0)" } ?? "too much"
            problems.append("the lines come to \(lines), and a net amount of \(amount) is stated")
        }
        if dueDate < invoiceDate {
            problems.append("the due date \(dueDate) is before the invoice's date \(invoiceDate)")
        }
        return problems
    }

    private static func problem(
        _ key: CodingKeys,
        _ container: KeyedDecodingContainer<CodingKeys>,
        _ reason: String
    ) -> DecodingError {
        DecodingError.dataCorruptedError(forKey: key, in: container, debugDescription: reason)
    }

    enum CodingKeys: String, CodingKey {
        case invoiceId, tenantId, invoiceNumber, vendorId, vendorName, invoiceDate, dueDate, amount, vatAmount
        case totalAmount, currency, poNumber, department, projectId, submittedBy, lineItems
    }
}

extension Money {
    /// Differs by at most ``TaxBreakdown/tolerance``.
    func isNear(_ other: Money) -> Bool {
        let (difference, overflow) = poisha.subtractingReportingOverflow(other.poisha)
        return !overflow && difference.magnitude <= TaxBreakdown.tolerance.poisha.magnitude
    }
}
