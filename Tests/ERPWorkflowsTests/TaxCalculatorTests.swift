import Foundation
import Testing

@testable import ERPWorkflows

struct TaxCalculatorTests {
    private let kinds: [VendorKind] = [.contractor, .supplier, .serviceProvider]

    private func date(_ text: String) throws -> LocalDate { try LocalDate(text) }

    @Test func `each line says what was computed of what, by which rule, since when`() throws {
        let breakdown = try TaxCalculator().breakdown(
            net: Money(taka: 100_000),
            vendorKind: .contractor,
            invoiceDate: date("2026-11-05")
        )
        #expect(breakdown.vat.tax == .vat && breakdown.vat.rate.text == "15")
        #expect(breakdown.withholding.tax == .withholding(.contractor) && breakdown.withholding.rate.text == "7.5")
        for line in [breakdown.vat, breakdown.withholding] {
            #expect(line.base == Money(taka: 100_000))
            #expect(line.effectiveFrom.description == "2020-07-01")
            #expect(line.source.hasSuffix("; rate as configured by the ERP's rules"))
        }
        #expect(breakdown.vat.rule == "VAT is 15 % of the net amount")
        #expect(breakdown.vat.source.hasPrefix("Value Added Tax and Supplementary Duty Act 2012, s. 15"))
        #expect(breakdown.withholding.rule == "7.5 % of the net amount is withheld from contractors")
        #expect(breakdown.withholding.source.hasPrefix("Income Tax Act 2023, s. 89"))
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        let data = try encoder.encode(breakdown)
        let text = String(decoding: data, as: UTF8.self)
        #expect(text.contains(#""payable":"107500.00","total":"115000.00","vat":{"amount":"15000.00""#))
        #expect(text.contains(#""effectiveFrom":"2020-07-01","percent":"7.5","rule":"7.5 %"#))
        #expect(text.contains(#""tax":"withholding_contractor""#))
        #expect(try JSONDecoder().decode(TaxBreakdown.self, from: data) == breakdown)
    }

    @Test func `nothing is guessed: not a kind, not a rate before the first, not a negative net`() throws {
        let calculator = TaxCalculator()
        func error(_ net: Money, _ kind: VendorKind?, _ day: String) throws -> String {
            let date = try date(day)
            let error = #expect(throws: TaxError.self) {
                try calculator.breakdown(net: net, vendorKind: kind, invoiceDate: date)
            }
            return "\(try #require(error))"
        }
        #expect(
            try error(Money(taka: 1), nil, "2026-11-05")
                == "the vendor has no kind, which decides the tax to withhold; set it to contractor, supplier or "
                + "service_provider"
        )
        let early = "VAT: the invoice is dated 2020-06-30, and the first rate is from 2020-07-01"
        #expect(try error(Money(taka: 1), .supplier, "2020-06-30") == early)
        #expect(try error(Money(taka: 1), nil, "2020-06-30") == early)
        #expect(try error(Money(poisha: -1), .supplier, "2026-11-05") == "the net amount may not be negative")
        #expect(
            try calculator.breakdown(net: .zero, vendorKind: .supplier, invoiceDate: date("2020-07-01")).total == .zero
        )
    }

    @Test func `what does not fit into 64 bits of poisha is refused, one poisha above what does`() throws {
        let largest = Money(poisha: 8_020_323_510_308_500_702)
        for kind in kinds {
            let day = try date("2026-11-05")
            #expect(
                try TaxCalculator().breakdown(net: largest, vendorKind: kind, invoiceDate: day).total.poisha == .max
            )
            for net in [Money(poisha: largest.poisha + 1), Money(poisha: .max)] {
                let error = #expect(throws: TaxError.self) {
                    try TaxCalculator().breakdown(net: net, vendorKind: kind, invoiceDate: day)
                }
                #expect(error == .tooLarge && error?.description == "the net amount is too large")
            }
        }
    }

    @Test func `the invoice's date chooses the rate, to the day`() throws {
        var rates = TaxTable.standard.rates
        let index = try #require(rates.firstIndex { $0.tax == .withholding(.contractor) })
        rates[index].to = try date("2026-06-30")
        var next = rates[index]
        next.from = try date("2026-07-01")
        next.to = try date("2027-06-30")
        next.rate = try #require(Percentage(basisPoints: 625))
        next.source = "Finance Act 2026"
        let calculator = TaxCalculator(table: try TaxTable(rates: rates + [next]))
        func withheld(_ day: String, _ kind: VendorKind = .contractor) throws -> TaxLine {
            try calculator.breakdown(net: Money(taka: 1000), vendorKind: kind, invoiceDate: date(day)).withholding
        }
        #expect(try withheld("2026-06-30").amount.text == "75.00")
        #expect(try withheld("2026-07-01").amount.text == "62.50")
        #expect(try withheld("2026-07-01").source == "Finance Act 2026")
        #expect(try withheld("2026-07-01").effectiveFrom.description == "2026-07-01")
        #expect(try withheld("2027-06-30").rate.description == "6.25 %")
        #expect(try withheld("2027-07-01", .supplier).amount.text == "50.00")
        let late = #expect(throws: TaxError.self) { try withheld("2027-07-01") }
        #expect(
            late?.description
                == "withholding from contractors: the invoice is dated 2027-07-01, and the last rate ended on 2027-06-30"
        )
    }

    @Test func `stated figures may be off by one poisha, and what is off by more is named with what was expected`()
        throws
    {
        let breakdown = try TaxCalculator().breakdown(
            net: Money(taka: 100_000),
            vendorKind: .supplier,
            invoiceDate: date("2026-11-05")
        )
        func check(_ vat: String, _ total: String) throws -> String? {
            breakdown.check(statedVAT: try Money(vat), statedTotal: try Money(total))
        }
        for (vat, total) in [
            ("15000", "115000"), ("15000.01", "115000.01"), ("14999.99", "114999.99"), ("15000.01", "114999.99"),
        ] {
            #expect(try check(vat, total) == nil)
        }
        let vat = "the VAT should be BDT 15,000.00 (15 % of BDT 1,00,000.00), and BDT 15,000.02 is stated"
        let total =
            "the total should be BDT 1,15,000.00 (BDT 1,00,000.00 and VAT of BDT 15,000.00), and BDT 1,14,999.98 is stated"
        #expect(try check("15000.02", "115000") == vat)
        #expect(try check("15000", "114999.98") == total)
        #expect(try check("15000.02", "114999.98") == "\(vat); \(total)")
        #expect(try check("14999.98", "115000")?.hasSuffix("and BDT 14,999.98 is stated") == true)
        #expect(try check("-15000", "115000")?.hasSuffix("and BDT -15,000.00 is stated") == true)
        #expect(breakdown.check(statedVAT: Money(poisha: .min), statedTotal: Money(poisha: .max)) != nil)
    }

    @Test func `payable is net and VAT less what is withheld, and each tax is rounded by half a poisha at most`() throws
    {
        var random = SeededGenerator()
        let day = try date("2026-11-05")
        for _ in 0..<3000 {
            let net = Money(poisha: min(random.magnitude(), 8_020_323_510_308_500_702))
            let kind = try #require(kinds.randomElement(using: &random))
            let breakdown = try TaxCalculator().breakdown(net: net, vendorKind: kind, invoiceDate: day)
            let (vat, withheld) = (breakdown.vat.amount.poisha, breakdown.withholding.amount.poisha)
            let label = "seed \(random.seed), net \(net.text), \(kind)"
            #expect(breakdown.payable.poisha == net.poisha + vat - withheld, "\(label)")
            #expect(breakdown.total.poisha == net.poisha + vat, "\(label)")
            for line in [breakdown.vat, breakdown.withholding] {
                // Above by half a poisha at most, and below by less than half: a half is rounded up.
                let off = Int128(line.amount.poisha) * 10_000 - Int128(net.poisha) * Int128(line.rate.basisPoints)
                #expect(off <= 5000 && off > -5000, "\(label)")
            }
        }
    }

    @Test func `any rate of a negative amount is that of the positive one with the sign changed`() throws {
        var random = SeededGenerator()
        for _ in 0..<1000 {
            let rate = try #require(Percentage(basisPoints: .random(in: 0...10_000, using: &random)))
            let amount = Money(poisha: random.magnitude())
            let label = "seed \(random.seed), \(rate) of \(amount.text)"
            #expect(try rate.of(Money(poisha: -amount.poisha)).poisha == -(try rate.of(amount).poisha), "\(label)")
            #expect(try rate.of(amount) <= amount, "\(label)")
        }
        let whole = try #require(Percentage(basisPoints: 10_000))
        #expect(try whole.of(Money(poisha: .max)).poisha == .max)
        #expect(throws: MoneyError.tooLarge) { try whole.of(Money(poisha: .min)) }
    }
}
