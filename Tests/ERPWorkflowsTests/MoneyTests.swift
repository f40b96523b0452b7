import Foundation
import Testing
import WorkflowRuntime

@testable import ERPWorkflows

struct MoneyTests {
    @Test func `amounts are read exactly from texts, numbers and Bengali digits`() throws {
        func money(_ json: String) throws -> Money { try JSONDecoder().decode(Money.self, from: Data(json.utf8)) }
        for (json, poisha) in [
            (#""30000.50""#, 3_000_050), ("30000.5", 3_000_050), ("0.1", 10), ("0.29", 29), ("1e3", 100_000),
            (#""৩০০০০.৫০""#, 3_000_050), (#""10.500""#, 1050), (#""-1.01""#, -101), ("0", 0),
            (#""92233720368547758.07""#, Int64.max), (#""1,00,000.00""#, 10_000_000), (#""1,000""#, 100_000),
            (#""৫০,০০০.৫০""#, 5_000_050), (#""-12,34,567.89""#, -123_456_789),
            (#""92,23,37,20,36,85,47,758.07""#, Int64.max),
        ] {
            #expect(try money(json).poisha == poisha, "\(json)")
        }
    }

    @Test(arguments: [
        (#""12.345""#, "more than two decimals"), ("12.345", "more than two decimals"),
        (#""92233720368547758.08""#, "too large"), ("1e30", "too large"), (#""""#, "not an amount"),
        (#""1.""#, "not an amount"), (#"".5""#, "not an amount"), (#""1,2a3""#, "not an amount"),
        (#""100,000""#, "commas group"), (#""1,0000""#, "commas group"), (#"",100""#, "commas group"),
        (#""1,,000""#, "commas group"), (#""1,00,00""#, "commas group"), (#""1.000,00""#, "not an amount"),
        (#""1 000""#, "not an amount"), (#""NaN""#, "not an amount"), (#""+5""#, "not an amount"),
    ])
    func `what is no amount is refused and never rounded`(json: String, reason: String) {
        let error = #expect(throws: DecodingError.self) { try JSONDecoder().decode(Money.self, from: Data(json.utf8)) }
        #expect(error?.pathAndReason.contains(reason) == true, "\(String(describing: error))")
    }

    @Test func `a line's amount is rounded half away from zero, and overflow is an error`() throws {
        #expect(try Money(poisha: 333).times(Quantity(thousandths: 500)).poisha == 167)
        #expect(try Money(poisha: 1).times(Quantity(thousandths: 499)).poisha == 0)
        #expect(try Money(poisha: 1).times(Quantity(thousandths: 500)).poisha == 1)
        #expect(try Money(poisha: -1).times(Quantity(thousandths: 500)).poisha == -1)
        #expect(try Money(poisha: .max).times(Quantity(1)).poisha == .max)
        for (price, quantity) in [(Int64.max, Int64.max), (.max, 1001), (.min, 2000), (Int64.max / 2, 2001)] {
            #expect(throws: MoneyError.tooLarge) { try Money(poisha: price).times(Quantity(thousandths: quantity)) }
        }
        #expect(throws: MoneyError.tooLarge) { try Money(poisha: .max).adding(Money(poisha: 1)) }
    }

    @Test func `money survives JSON, and is shown in South Asian grouping and Bengali digits`() throws {
        let money = Money(poisha: 123_456_789)
        let data = try JSONEncoder().encode([money])
        #expect(String(decoding: data, as: UTF8.self) == #"["1234567.89"]"#)
        #expect(try JSONDecoder().decode([Money].self, from: data) == [money])
        #expect(MoneyText.grouped(money) == "12,34,567.89")
        #expect(MoneyText.bengali(money) == "১২,৩৪,৫৬৭.৮৯")
        #expect(MoneyText.grouped(Money(poisha: 5)) == "0.05")
        #expect(MoneyText.grouped(Money(poisha: -100_000)) == "-1,000.00")
        #expect(MoneyText.grouped(Money(poisha: 1_000_000_000_000)) == "10,00,00,00,000.00")
    }
}
