/// An order that somebody wants approved. Reading it checks everything that can be checked without a database, so that
/// a client that knows the type refuses a bad order before it is started.
public struct PurchaseOrderInput: Codable, Hashable, Sendable {
    /// The business key: one order is approved once.
    public var id: String
    /// The tenant; when given it must be the namespace that the workflow runs in.
    public var tenantId: String?
    /// Whom it is bought from.
    public var vendorId: String
    /// What is bought; 1 to 500.
    public var items: [PurchaseOrderItem]
    /// The user who wants it; may not approve it.
    public var requestedBy: String
    /// Whose budget pays.
    public var department: String
    /// `BDT`.
    public var currency: String
    /// The sum of the items, as stated; may be left out.
    public var amount: Money?

    /// How many items an order may have.
    public static let mostItems = 500

    /// An order of its parts; nothing is checked.
    public init(
        id: String,
        tenantId: String? = nil,
        vendorId: String,
        items: [PurchaseOrderItem],
        requestedBy: String,
        department: String,
        currency: String = Money.currency,
        amount: Money? = nil
    ) {
        self.id = id
        self.tenantId = tenantId
        self.vendorId = vendorId
        self.items = items
        self.requestedBy = requestedBy
        self.department = department
        self.currency = currency
        self.amount = amount
    }

    /// Reads and checks an order. Throws `DecodingError` with one line that names what is wrong.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        id = try container.decodeName(forKey: .id)
        tenantId = try container.decodeIfPresent(String.self, forKey: .tenantId)
        vendorId = try container.decodeName(forKey: .vendorId)
        items = try container.decode([PurchaseOrderItem].self, forKey: .items)
        requestedBy = try container.decodeName(forKey: .requestedBy)
        department = try container.decodeName(forKey: .department)
        currency = try container.decode(String.self, forKey: .currency)
        amount = try container.decodeIfPresent(Money.self, forKey: .amount)
        do {
            _ = try checkedAmount()
        } catch let problem as PurchaseOrderProblem {
            throw DecodingError.dataCorruptedError(forKey: problem.key, in: container, debugDescription: problem.reason)
        }
    }

    /// The sum of the items. Throws ``PurchaseOrderProblem`` when there are none or too many, when one is not positive,
    /// when the sum is too large or differs from the stated amount, and for a currency other than taka.
    func checkedAmount() throws -> Money {
        guard currency == Money.currency else {
            throw PurchaseOrderProblem(key: .currency, reason: "only \(Money.currency) is accepted")
        }
        guard !items.isEmpty else {
            throw PurchaseOrderProblem(key: .items, reason: "an order needs at least one item")
        }
        guard items.count <= Self.mostItems else {
            throw PurchaseOrderProblem(
                key: .items,
                reason: "an order may have at most \(Self.mostItems) items, and these are \(items.count)"
            )
        }
        var sum = Money.zero
        for (index, item) in items.enumerated() {
            do {
                sum = try sum.adding(try item.amount())
            } catch {
                throw PurchaseOrderProblem(key: .items, reason: "item \(index + 1): \(error)")
            }
        }
        guard sum > .zero else { throw PurchaseOrderProblem(key: .items, reason: "the items come to nothing") }
        guard amount == nil || amount == sum else {
            throw PurchaseOrderProblem(key: .amount, reason: "the items come to \(sum.text), not to the stated amount")
        }
        return sum
    }

    enum CodingKeys: String, CodingKey {
        case id, tenantId, vendorId, items, requestedBy, department, currency, amount
    }
}

/// What is wrong with an order.
struct PurchaseOrderProblem: Error {
    var key: PurchaseOrderInput.CodingKeys
    var reason: String
}
