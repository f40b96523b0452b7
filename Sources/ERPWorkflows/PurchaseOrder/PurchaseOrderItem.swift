/// One line of an order.
public struct PurchaseOrderItem: Codable, Hashable, Sendable {
    /// What is bought.
    public var productId: String
    /// How many; above zero.
    public var quantity: Quantity
    /// What one costs; zero or more.
    public var unitPrice: Money

    /// A line of its parts; nothing is checked.
    public init(productId: String, quantity: Quantity, unitPrice: Money) {
        self.productId = productId
        self.quantity = quantity
        self.unitPrice = unitPrice
    }

    /// Quantity times price, rounded half away from zero to the poisha. Throws an error whose description says what is
    /// wrong with the line.
    func amount() throws -> Money {
        if let problem = TextLimits.problem(productId, from: 1, to: TextLimits.name) {
            throw PurchaseOrderItemProblem(description: "productId \(problem)")
        }
        guard quantity.thousandths > 0 else {
            throw PurchaseOrderItemProblem(description: "quantity must be above zero")
        }
        guard unitPrice >= .zero else { throw PurchaseOrderItemProblem(description: "unitPrice may not be negative") }
        return try unitPrice.times(quantity)
    }
}

/// What is wrong with a line.
struct PurchaseOrderItemProblem: Error, CustomStringConvertible {
    var description: String
}
