import Testing

@testable import ERPWorkflows

/// Invoices of each kind of vendor with what they come to, worked out with decimal arithmetic apart from this program: VAT
/// 15 %, withheld 7.5, 5 and 10 %, each once on the net and rounded half away from zero to the poisha.
struct InvoiceGoldenTests {
    private static let table = """
        # vendor kind    | net                  | VAT                  | withheld             | total                | payable              | levels
        # The examples of the rules
        contractor       |            100000.00 |             15000.00 |              7500.00 |            115000.00 |            107500.00 | AP DH
        supplier         |            200000.00 |             30000.00 |             10000.00 |            230000.00 |            220000.00 | AP DH
        service_provider |            100000.00 |             15000.00 |             10000.00 |            115000.00 |            105000.00 | AP DH
        # As they come in: a running bill, a delivery (VAT and withholding both end in half a poisha), a survey
        contractor       |            847250.75 |            127087.61 |             63543.81 |            974338.36 |            910794.55 | AP DH FM
        supplier         |             12750.50 |              1912.58 |               637.53 |             14663.08 |             14025.55 | AP
        service_provider |             63333.33 |              9500.00 |              6333.33 |             72833.33 |             66500.00 | AP
        # Next to nothing
        contractor       |                 0.01 |                 0.00 |                 0.00 |                 0.01 |                 0.01 | AP
        supplier         |                 0.01 |                 0.00 |                 0.00 |                 0.01 |                 0.01 | AP
        service_provider |                 0.01 |                 0.00 |                 0.00 |                 0.01 |                 0.01 | AP
        contractor       |                 0.03 |                 0.00 |                 0.00 |                 0.03 |                 0.03 | AP
        supplier         |                 0.04 |                 0.01 |                 0.00 |                 0.05 |                 0.05 | AP
        # A VAT of exactly half a poisha more: rounded up, also from an even poisha
        supplier         |                 0.10 |                 0.02 |                 0.01 |                 0.12 |                 0.11 | AP
        supplier         |                 0.30 |                 0.05 |                 0.02 |                 0.35 |                 0.33 | AP
        service_provider |                 0.50 |                 0.08 |                 0.05 |                 0.58 |                 0.53 | AP
        service_provider |                 0.70 |                 0.11 |                 0.07 |                 0.81 |                 0.74 | AP
        contractor       |                 1.10 |                 0.17 |                 0.08 |                 1.27 |                 1.19 | AP
        contractor       |                 1.30 |                 0.20 |                 0.10 |                 1.50 |                 1.40 | AP
        # A withholding of exactly half a poisha more
        service_provider |                 0.05 |                 0.01 |                 0.01 |                 0.06 |                 0.05 | AP
        service_provider |                 0.15 |                 0.02 |                 0.02 |                 0.17 |                 0.15 | AP
        service_provider |                 0.25 |                 0.04 |                 0.03 |                 0.29 |                 0.26 | AP
        supplier         |                 0.50 |                 0.08 |                 0.03 |                 0.58 |                 0.55 | AP
        supplier         |                 0.90 |                 0.14 |                 0.05 |                 1.04 |                 0.99 | AP
        contractor       |                 0.20 |                 0.03 |                 0.02 |                 0.23 |                 0.21 | AP
        contractor       |                 0.60 |                 0.09 |                 0.05 |                 0.69 |                 0.64 | AP
        contractor       |                 1.00 |                 0.15 |                 0.08 |                 1.15 |                 1.07 | AP
        contractor       |           1000000.20 |            150000.03 |             75000.02 |           1150000.23 |           1075000.21 | AP DH FM CFO
        # One poisha of net to either side of such a half
        service_provider |                 0.04 |                 0.01 |                 0.00 |                 0.05 |                 0.05 | AP
        service_provider |                 0.06 |                 0.01 |                 0.01 |                 0.07 |                 0.06 | AP
        supplier         |                 0.09 |                 0.01 |                 0.00 |                 0.10 |                 0.10 | AP
        supplier         |                 0.11 |                 0.02 |                 0.01 |                 0.13 |                 0.12 | AP
        contractor       |                 0.06 |                 0.01 |                 0.00 |                 0.07 |                 0.07 | AP
        contractor       |                 0.07 |                 0.01 |                 0.01 |                 0.08 |                 0.07 | AP
        contractor       |                 0.19 |                 0.03 |                 0.01 |                 0.22 |                 0.21 | AP
        contractor       |                 0.21 |                 0.03 |                 0.02 |                 0.24 |                 0.22 | AP
        contractor       |                 0.59 |                 0.09 |                 0.04 |                 0.68 |                 0.64 | AP
        contractor       |                 0.61 |                 0.09 |                 0.05 |                 0.70 |                 0.65 | AP
        # Thirds, nines and odd amounts
        contractor       |                33.33 |                 5.00 |                 2.50 |                38.33 |                35.83 | AP
        supplier         |                33.33 |                 5.00 |                 1.67 |                38.33 |                36.66 | AP
        service_provider |                33.33 |                 5.00 |                 3.33 |                38.33 |                35.00 | AP
        contractor       |                66.67 |                10.00 |                 5.00 |                76.67 |                71.67 | AP
        supplier         |                66.67 |                10.00 |                 3.33 |                76.67 |                73.34 | AP
        service_provider |                66.67 |                10.00 |                 6.67 |                76.67 |                70.00 | AP
        contractor       |                99.99 |                15.00 |                 7.50 |               114.99 |               107.49 | AP
        supplier         |                99.99 |                15.00 |                 5.00 |               114.99 |               109.99 | AP
        service_provider |                99.99 |                15.00 |                10.00 |               114.99 |               104.99 | AP
        contractor       |              1234.56 |               185.18 |                92.59 |              1419.74 |              1327.15 | AP
        supplier         |              9999.99 |              1500.00 |               500.00 |             11499.99 |             10999.99 | AP
        service_provider |             77777.77 |             11666.67 |              7777.78 |             89444.44 |             81666.66 | AP
        # A total of 100 000.00, and a poisha of net to either side
        contractor       |             86956.51 |             13043.48 |              6521.74 |             99999.99 |             93478.25 | AP
        contractor       |             86956.52 |             13043.48 |              6521.74 |            100000.00 |             93478.26 | AP
        contractor       |             86956.53 |             13043.48 |              6521.74 |            100000.01 |             93478.27 | AP DH
        supplier         |             86956.51 |             13043.48 |              4347.83 |             99999.99 |             95652.16 | AP
        supplier         |             86956.52 |             13043.48 |              4347.83 |            100000.00 |             95652.17 | AP
        supplier         |             86956.53 |             13043.48 |              4347.83 |            100000.01 |             95652.18 | AP DH
        service_provider |             86956.51 |             13043.48 |              8695.65 |             99999.99 |             91304.34 | AP
        service_provider |             86956.52 |             13043.48 |              8695.65 |            100000.00 |             91304.35 | AP
        service_provider |             86956.53 |             13043.48 |              8695.65 |            100000.01 |             91304.36 | AP DH
        # A total of 500 000.00, likewise
        contractor       |            434782.60 |             65217.39 |             32608.70 |            499999.99 |            467391.29 | AP DH
        contractor       |            434782.61 |             65217.39 |             32608.70 |            500000.00 |            467391.30 | AP DH
        contractor       |            434782.62 |             65217.39 |             32608.70 |            500000.01 |            467391.31 | AP DH FM
        supplier         |            434782.60 |             65217.39 |             21739.13 |            499999.99 |            478260.86 | AP DH
        supplier         |            434782.61 |             65217.39 |             21739.13 |            500000.00 |            478260.87 | AP DH
        supplier         |            434782.62 |             65217.39 |             21739.13 |            500000.01 |            478260.88 | AP DH FM
        service_provider |            434782.60 |             65217.39 |             43478.26 |            499999.99 |            456521.73 | AP DH
        service_provider |            434782.61 |             65217.39 |             43478.26 |            500000.00 |            456521.74 | AP DH
        service_provider |            434782.62 |             65217.39 |             43478.26 |            500000.01 |            456521.75 | AP DH FM
        # A total of 1 000 000.00, likewise
        contractor       |            869565.21 |            130434.78 |             65217.39 |            999999.99 |            934782.60 | AP DH FM
        contractor       |            869565.22 |            130434.78 |             65217.39 |           1000000.00 |            934782.61 | AP DH FM
        contractor       |            869565.23 |            130434.78 |             65217.39 |           1000000.01 |            934782.62 | AP DH FM CFO
        supplier         |            869565.21 |            130434.78 |             43478.26 |            999999.99 |            956521.73 | AP DH FM
        supplier         |            869565.22 |            130434.78 |             43478.26 |           1000000.00 |            956521.74 | AP DH FM
        supplier         |            869565.23 |            130434.78 |             43478.26 |           1000000.01 |            956521.75 | AP DH FM CFO
        service_provider |            869565.21 |            130434.78 |             86956.52 |            999999.99 |            913043.47 | AP DH FM
        service_provider |            869565.22 |            130434.78 |             86956.52 |           1000000.00 |            913043.48 | AP DH FM
        service_provider |            869565.23 |            130434.78 |             86956.52 |           1000000.01 |            913043.49 | AP DH FM CFO
        # A total of 5 000 000.00, likewise; no net comes to 5 000 000.01, since VAT is rounded: the next is 5 000 000.02
        contractor       |           4347826.08 |            652173.91 |            326086.96 |           4999999.99 |           4673913.03 | AP DH FM CFO
        contractor       |           4347826.09 |            652173.91 |            326086.96 |           5000000.00 |           4673913.04 | AP DH FM CFO
        contractor       |           4347826.10 |            652173.92 |            326086.96 |           5000000.02 |           4673913.06 | AP DH FM CFO CEO
        supplier         |           4347826.08 |            652173.91 |            217391.30 |           4999999.99 |           4782608.69 | AP DH FM CFO
        supplier         |           4347826.09 |            652173.91 |            217391.30 |           5000000.00 |           4782608.70 | AP DH FM CFO
        supplier         |           4347826.10 |            652173.92 |            217391.31 |           5000000.02 |           4782608.71 | AP DH FM CFO CEO
        service_provider |           4347826.08 |            652173.91 |            434782.61 |           4999999.99 |           4565217.38 | AP DH FM CFO
        service_provider |           4347826.09 |            652173.91 |            434782.61 |           5000000.00 |           4565217.39 | AP DH FM CFO
        service_provider |           4347826.10 |            652173.92 |            434782.61 |           5000000.02 |           4565217.41 | AP DH FM CFO CEO
        # A net, but not a total, at or below a threshold; a payable below one
        contractor       |            100000.01 |             15000.00 |              7500.00 |            115000.01 |            107500.01 | AP DH
        supplier         |             95000.00 |             14250.00 |              4750.00 |            109250.00 |            104500.00 | AP DH
        service_provider |             90000.00 |             13500.00 |              9000.00 |            103500.00 |             94500.00 | AP DH
        contractor       |            500000.00 |             75000.00 |             37500.00 |            575000.00 |            537500.00 | AP DH FM
        service_provider |           1000000.00 |            150000.00 |            100000.00 |           1150000.00 |           1050000.00 | AP DH FM CFO
        supplier         |           4999999.99 |            750000.00 |            250000.00 |           5749999.99 |           5499999.99 | AP DH FM CFO CEO
        # Crores, and as much as can be counted
        contractor       |           1234567.89 |            185185.18 |             92592.59 |           1419753.07 |           1327160.48 | AP DH FM CFO
        supplier         |          12345678.90 |           1851851.84 |            617283.95 |          14197530.74 |          13580246.79 | AP DH FM CFO CEO
        service_provider |         123456789.01 |          18518518.35 |          12345678.90 |         141975307.36 |         129629628.46 | AP DH FM CFO CEO
        contractor       |       98765432109.87 |       14814814816.48 |        7407407408.24 |      113580246926.35 |      106172839518.11 | AP DH FM CFO CEO
        supplier         |    80203235103085.40 |    12030485265462.81 |     4010161755154.27 |    92233720368548.21 |    88223558613393.94 | AP DH FM CFO CEO
        service_provider | 80203235103085007.02 | 12030485265462751.05 |  8020323510308500.70 | 92233720368547758.07 | 84213396858239257.37 | AP DH FM CFO CEO
        """

    /// Stated a poisha more than computed, or less, which is near enough: at each threshold the larger total counts.
    private static let stated = """
        # net         | stated VAT    | stated total  | levels
        # Computed to the threshold exactly, stated a poisha above it: by the VAT, by the total alone
        86956.52      | 13043.49      | 100000.01     | AP DH
        86956.52      | 13043.48      | 100000.01     | AP DH
        434782.61     | 65217.40      | 500000.01     | AP DH FM
        434782.61     | 65217.39      | 500000.01     | AP DH FM
        869565.22     | 130434.79     | 1000000.01    | AP DH FM CFO
        4347826.09    | 652173.92     | 5000000.01    | AP DH FM CFO CEO
        4347826.09    | 652173.91     | 5000000.01    | AP DH FM CFO CEO
        # Stated to the threshold exactly, computed a poisha above it
        86956.53      | 13043.47      | 100000.00     | AP DH
        86956.53      | 13043.48      | 100000.00     | AP DH
        434782.62     | 65217.38      | 500000.00     | AP DH FM
        # To either side, and neither is above
        86956.52      | 13043.47      | 99999.99      | AP
        86956.51      | 13043.49      | 100000.00     | AP
        434782.60     | 65217.40      | 500000.00     | AP DH
        """

    /// The levels as the table abbreviates them.
    private static let roles = [
        "AP": "accounts_payable", "DH": "department_head", "FM": "finance_manager", "CFO": "cfo", "CEO": "ceo",
    ]

    private static let rows = cells(of: table)

    private static func cells(of table: String) -> [[String]] {
        table.split(separator: "\n").filter { !$0.hasPrefix("#") }.map { line in
            line.split(separator: "|").map { $0.trimmingPrefix(while: \.isWhitespace) }
                .map { String($0.reversed().drop(while: \.isWhitespace).reversed()) }
        }
    }

    @Test func `there are invoices of every kind and for every level`() {
        #expect(Self.rows.count == 96)
        #expect(Self.rows.allSatisfy { $0.count == 7 })
        for kind in ["contractor", "supplier", "service_provider"] {
            for levels in ["AP", "AP DH", "AP DH FM", "AP DH FM CFO", "AP DH FM CFO CEO"] {
                #expect(Self.rows.contains { $0[0] == kind && $0[6] == levels }, "\(kind) \(levels)")
            }
        }
    }

    @Test(arguments: rows)
    func `an invoice comes to what was worked out by hand`(row: [String]) throws {
        let kind = try #require(VendorKind(rawValue: row[0]))
        let breakdown = try TaxCalculator().breakdown(
            net: Money(row[1]),
            vendorKind: kind,
            invoiceDate: LocalDate("2026-11-05")
        )
        #expect(breakdown.net.text == row[1])
        #expect(breakdown.vat.amount.text == row[2])
        #expect(breakdown.withholding.amount.text == row[3])
        #expect(breakdown.total.text == row[4])
        #expect(breakdown.payable.text == row[5])
        #expect(breakdown.withholding.tax == .withholding(kind))
        #expect(breakdown.check(statedVAT: try Money(row[2]), statedTotal: try Money(row[4])) == nil)
        let levels = try row[6].split(separator: " ").map { try #require(Self.roles[String($0)]) }
        #expect(InvoiceThresholds.standard.levels(forTotal: breakdown.total) == levels)
    }

    @Test(arguments: cells(of: stated))
    func `a poisha off never gets an invoice by a level`(row: [String]) throws {
        var input = try Books.invoice("A", net: Money(row[0]))
        input.vatAmount = try Money(row[1])
        input.totalAmount = try Money(row[2])
        let taxes = try TaxCalculator().breakdown(
            net: input.amount,
            vendorKind: .supplier,
            invoiceDate: LocalDate("2026-11-05")
        )
        #expect(taxes.check(statedVAT: input.vatAmount, statedTotal: input.totalAmount) == nil)
        let levels = InvoiceLevels.levels(
            total: InvoiceLevels.total(of: input, taxes),
            isDifferent: false,
            InvoiceTerms.standard.policy
        )
        #expect(levels.map(\.name) == row[3].split(separator: " ").compactMap { Self.roles[String($0)] })
    }
}
