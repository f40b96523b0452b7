import Testing

@testable import ERPWorkflows

struct BengaliDigitTests {
    @Test func `digits are exchanged and nothing else`() {
        #expect(BengaliDigits.bengali("FY2026-27, 5.09 %") == "FY২০২৬-২৭, ৫.০৯ %")
        #expect(BengaliDigits.latin("৳ ০১২৩৪৫৬৭৮৯ – ১টি") == "৳ 0123456789 – 1টি")
        #expect(BengaliDigits.latin("१२३ 123 ١٢٣ ꯱") == "१२३ 123 ١٢٣ ꯱")
        #expect(BengaliDigits.bengali("") == "" && BengaliDigits.latin("") == "")
    }

    @Test func `amounts are read back from every way in which they are shown`() throws {
        for (poisha, latin, bengali) in [
            (123_456_789, "12,34,567.89", "১২,৩৪,৫৬৭.৮৯"), (0, "0.00", "০.০০"), (1, "0.01", "০.০১"),
            (99_999, "999.99", "৯৯৯.৯৯"), (100_000, "1,000.00", "১,০০০.০০"), (9_999_999, "99,999.99", "৯৯,৯৯৯.৯৯"),
            (10_000_000, "1,00,000.00", "১,০০,০০০.০০"), (1_000_000_000, "1,00,00,000.00", "১,০০,০০,০০০.০০"),
            (-5_000_050, "-50,000.50", "-৫০,০০০.৫০"),
        ] as [(Int64, String, String)] {
            let money = Money(poisha: poisha)
            #expect(MoneyText.grouped(money) == latin && MoneyText.bengali(money) == bengali)
            #expect(try Money(latin) == money && Money(bengali) == money)
        }
        var random = SeededGenerator()
        for _ in 0..<2000 {
            let money = Money(poisha: random.magnitude() * (Bool.random(using: &random) ? 1 : -1))
            for text in [
                money.text, MoneyText.grouped(money), MoneyText.bengali(money), BengaliDigits.bengali(money.text),
            ] {
                #expect(try Money(text) == money, "seed \(random.seed), \(text)")
            }
        }
    }

    @Test(arguments: [
        ("1,234,567.89", MoneyError.badGrouping), ("১,২৩৪,৫৬৭", .badGrouping), ("12,34,567.8९", .notAnAmount),
        ("৳১০০", .notAnAmount), ("১০০.০০১", .tooFine), ("৯,২২,৩৩,৭২,০৩,৬৮,৫৪,৭৭,৫৮.০৮", .badGrouping),
        ("৯২,২৩,৩৭,২০,৩৬,৮৫,৪৭,৭৫৮.০৮", .tooLarge), ("--1", .notAnAmount), ("১০০.", .notAnAmount),
    ])
    func `amounts in Bengali digits are read as strictly`(text: String, error: MoneyError) {
        #expect(throws: error) { try Money(text) }
    }
}
