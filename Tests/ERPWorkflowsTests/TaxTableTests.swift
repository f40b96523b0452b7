import Foundation
import Testing
import WorkflowRuntime

@testable import ERPWorkflows

struct TaxTableTests {
    private func row(_ tax: TaxKind, _ from: String, _ to: String? = nil) throws -> TaxRate {
        TaxRate(
            tax: tax,
            rate: try #require(Percentage(basisPoints: 750)),
            from: try LocalDate(from),
            to: try to.map { try LocalDate($0) },
            rule: "a rule",
            source: "an act"
        )
    }

    /// The rates of the rules with other rows for VAT.
    private func table(_ vat: [TaxRate]) throws -> TaxTable {
        try TaxTable(rates: vat + TaxTable.standard.rates.filter { $0.tax != .vat })
    }

    @Test func `the rates of the rules are a valid table, in a fixed order, and survive JSON`() throws {
        let standard = TaxTable.standard
        #expect(try TaxTable(rates: standard.rates.reversed()) == standard)
        #expect(
            standard.rates.map { "\($0.tax.name) \($0.rate) \($0.from) \($0.to?.description ?? "open")" } == [
                "vat 15 % 2020-07-01 open", "withholding_contractor 7.5 % 2020-07-01 open",
                "withholding_supplier 5 % 2020-07-01 open", "withholding_service_provider 10 % 2020-07-01 open",
            ]
        )
        let data = try JSONEncoder().encode(standard)
        #expect(try JSONDecoder().decode(TaxTable.self, from: data) == standard)
        #expect(try StrictJSON.decode(TaxTable.self, from: data) == standard)
    }

    @Test func `rows of any order are put in order, and cover their time day by day`() throws {
        let rows = [
            try row(.vat, "2024-03-01"), try row(.vat, "2019-07-01", "2024-02-28"),
            try row(.vat, "2024-02-29", "2024-02-29"),
        ]
        let table = try table(rows)
        #expect(table.rates.prefix(3).map(\.from.description) == ["2019-07-01", "2024-02-29", "2024-03-01"])
        for (day, from) in [
            ("2019-07-01", "2019-07-01"), ("2024-02-28", "2019-07-01"), ("2024-02-29", "2024-02-29"),
            ("2024-03-01", "2024-03-01"), ("9999-12-31", "2024-03-01"),
        ] {
            #expect(try table.rate(of: .vat, on: LocalDate(day)).from.description == from, "\(day)")
        }
        let early = #expect(throws: TaxError.self) { try table.rate(of: .vat, on: LocalDate("2019-06-30")) }
        #expect(early?.description == "VAT: the invoice is dated 2019-06-30, and the first rate is from 2019-07-01")
    }

    @Test func `overlaps, gaps, wrong ends and missing taxes are named`() throws {
        func problem(_ vat: [TaxRate]) -> String? {
            #expect(throws: TaxTableError.self) { try table(vat) }?.description
        }
        #expect(problem([]) == "VAT: there is no rate ('vat')")
        #expect(
            problem([try row(.vat, "2020-07-01", "2023-06-30"), try row(.vat, "2023-06-30")])
                == "VAT: the rows from 2020-07-01 and from 2023-06-30 overlap"
        )
        #expect(
            problem([try row(.vat, "2020-07-01"), try row(.vat, "2023-07-01")])
                == "VAT: the rows from 2020-07-01 and from 2023-07-01 overlap"
        )
        #expect(
            problem([try row(.vat, "2020-07-01"), try row(.vat, "2020-07-01")])
                == "VAT: the rows from 2020-07-01 and from 2020-07-01 overlap"
        )
        #expect(
            problem([try row(.vat, "2020-07-01", "2023-06-29"), try row(.vat, "2023-07-01")])
                == "VAT: there is no rate after 2023-06-29 and before 2023-07-01"
        )
        #expect(
            problem([try row(.vat, "2020-07-01", "2020-06-30")])
                == "VAT: the row from 2020-07-01 ends before it begins, on 2020-06-30"
        )
        var unexplained = try row(.vat, "2020-07-01")
        unexplained.rule = ""
        #expect(problem([unexplained]) == "VAT: the rule of the row from 2020-07-01 must have 1 to 200 characters")
        #expect(problem(Array(repeating: unexplained, count: 1001)) == "at most 1000 rows")
        let noSuppliers = TaxTable.standard.rates.filter { $0.tax != .withholding(.supplier) }
        #expect(
            #expect(throws: TaxTableError.self) { try TaxTable(rates: noSuppliers) }?.description
                == "withholding from suppliers: there is no rate ('withholding_supplier')"
        )
    }

    @Test(arguments: [
        (#""percent": "7.555""#, "'[0].percent': more than two decimals"),
        (#""percent": "100.01""#, "'[0].percent': must be 0 to 100 per cent"),
        (#""percent": "-1""#, "'[0].percent': must be 0 to 100 per cent"),
        (#""percent": "99999999999999999999""#, "'[0].percent': must be 0 to 100 per cent"),
        (#""percent": "15 %""#, "'[0].percent': not a number of per cent; write \"7.5\""),
        (#""from": "2026-13-01""#, "'[0].from': the calendar has no such day"),
        (#""from": "1 July 2026""#, "'[0].from': not a date; write year, month and day such as \"2026-11-05\""),
        (#""to": "2026-07""#, "'[0].to': not a date; write year, month and day such as \"2026-11-05\""),
        (
            #""tax": "gst""#,
            "'[0].tax': not a tax; known are: vat, withholding_contractor, withholding_supplier, withholding_service_provider"
        ),
        (#""rule": 1"#, "'[0].rule' is not a text"),
        (#""till": "2026-07-01""#, "the key '[0].till' is not known; known are: from, percent, rule, source, tax, to"),
    ])
    func `a table that cannot be read names the place`(change: String, problem: String) throws {
        let key = change.prefix { $0 != ":" }
        var fields = [
            #""tax": "vat""#, #""percent": 7.5"#, #""from": "2020-07-01""#, #""rule": "r""#, #""source": "s""#,
        ].filter { !$0.hasPrefix(key) }
        fields.append(change)
        // The other taxes, so that nothing else is wrong.
        let others = try JSONEncoder().encode(TaxTable.standard.rates.filter { $0.tax != .vat })
        let json = "[{\(fields.joined(separator: ", "))}, " + String(decoding: others, as: UTF8.self).dropFirst()
        let error = #expect(throws: PayloadError.self) { try StrictJSON.decode(TaxTable.self, from: Array(json.utf8)) }
        #expect(error?.message == problem)
    }

    @Test func `percentages are exact, in texts, numbers and Bengali digits`() throws {
        func read(_ json: String) throws -> Percentage {
            try JSONDecoder().decode(Percentage.self, from: Data(json.utf8))
        }
        for (json, basisPoints, text) in [
            ("7.5", 750, "7.5"), (#""7.50""#, 750, "7.5"), (#""৭.৫""#, 750, "7.5"), ("0", 0, "0"),
            ("100", 10_000, "100"),
            ("0.07", 7, "0.07"), ("10", 1000, "10"),
        ] as [(String, Int64, String)] {
            #expect(try read(json).basisPoints == basisPoints, "\(json)")
            #expect(try read(json).text == text, "\(json)")
            #expect(String(decoding: try JSONEncoder().encode([try read(json)]), as: UTF8.self) == "[\"\(text)\"]")
        }
        #expect(Percentage(basisPoints: -1) == nil && Percentage(basisPoints: 10_001) == nil)
    }
}
