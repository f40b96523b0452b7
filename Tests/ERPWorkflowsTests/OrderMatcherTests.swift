import Foundation
import Testing

@testable import ERPWorkflows

struct OrderMatcherTests {
    private static func line(
        _ number: Int,
        _ product: String,
        _ quantity: Int32,
        at taka: Int32,
        billed: Int32 = 0
    ) -> OrderedLine {
        OrderedLine(
            line: number,
            productId: product,
            quantity: Quantity(quantity),
            unitPrice: Money(taka: taka),
            billed: Quantity(billed),
            billedAmount: Money(taka: billed * taka)
        )
    }

    private func match(_ ordered: [OrderedLine], _ items: [InvoiceItem]) throws -> OrderMatch {
        var matcher = OrderMatcher(ordered: ordered)
        return try matcher.match(items)
    }

    @Test func `lines are found by product id, by the id among words, and by price`() throws {
        let ordered = [
            Self.line(1, "CEM-1", 10, at: 500), Self.line(2, "CEM-10", 10, at: 600), Self.line(3, "CEM-1", 5, at: 450),
        ]
        let match = try match(
            ordered,
            [
                Books.item("cem-1", 5, Money(taka: 450)),
                Books.item("Portland cement (CEM-10), bags", 2, Money(taka: 600)),
                Books.item(" Cem-1 ", 10, Money(taka: 500)), Books.item("CEM-100", 1, Money(taka: 7)),
            ]
        )
        #expect(match.lines.map(\.orderLine) == [3, 2, 1, nil])
        #expect(match.lines.map(\.variance) == [.zero, .zero, .zero, Money(taka: 7)])
        #expect(match.notes == ["line 4: BDT 7.00 for what was not ordered"])
    }

    @Test func `quantities beyond the order and other prices differ, and one does not make up for another`() throws {
        let ordered = [Self.line(1, "A", 10, at: 100, billed: 8), Self.line(2, "B", 10, at: 100)]
        let match = try match(
            ordered,
            [Books.item("A", 3, Money(taka: 100)), Books.item("B", 10, Money(taka: 90))]
        )
        #expect(match.lines.map(\.variance) == [Money(taka: 100), Money(taka: 100)])
        #expect(match.variance == Money(taka: 200))
        #expect(
            match.notes == [
                "line 1: 1 of 3 more than ordered (10, of which 8 were billed)",
                "line 2: unit price BDT 90.00, ordered at BDT 100.00",
            ]
        )
    }

    @Test func `two lines of one invoice do not bill the same twice`() throws {
        let item = try Books.item("A", 6, Money(taka: 10))
        let match = try match([Self.line(1, "A", 10, at: 10)], [item, item])
        #expect(match.lines.map(\.variance) == [.zero, Money(taka: 20)])
    }
}
