/// One line of an invoice.
public struct InvoiceItem: Codable, Hashable, Sendable {
    /// What is billed. With an order: the product's id, or words among which it stands.
    public var description: String
    /// How many; above zero.
    public var quantity: Quantity
    /// What one costs; zero or more.
    public var unitPrice: Money
    /// Quantity times price, as stated.
    public var amount: Money

    /// A line of its parts; nothing is checked.
    init(description: String, quantity: Quantity, unitPrice: Money, amount: Money) {
        self.description = description
        self.quantity = quantity
        self.unitPrice = unitPrice
        self.amount = amount
    }

    /// Reads and checks a line.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        func problem(_ key: CodingKeys, _ reason: String) -> DecodingError {
            DecodingError.dataCorruptedError(forKey: key, in: container, debugDescription: reason)
        }
        description = try container.decodeName(forKey: .description)
        quantity = try container.decode(Quantity.self, forKey: .quantity)
        unitPrice = try container.decode(Money.self, forKey: .unitPrice)
        amount = try container.decode(Money.self, forKey: .amount)
        guard quantity.thousandths > 0 else { throw problem(.quantity, "must be above zero") }
        guard unitPrice >= .zero else { throw problem(.unitPrice, "may not be negative") }
        guard amount >= .zero else { throw problem(.amount, "may not be negative") }
    }

    enum CodingKeys: String, CodingKey { case description, quantity, unitPrice, amount }
}
