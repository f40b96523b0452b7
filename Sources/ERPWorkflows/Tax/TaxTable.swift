/// The rates of all taxes over time, which an invoice's date chooses from.
///
/// For each tax the rows follow each other day by day, without overlap and without gap; the last may be open. Tenant
/// configuration: a JSON list of ``TaxRate``, checked when it is read.
public struct TaxTable: Hashable, Sendable, Codable {
    /// The rows, by tax in the order of ``TaxKind/allCases`` and then by date.
    public let rates: [TaxRate]

    /// The most rows that a table may have.
    public static let mostRates = 1000

    /// A table of rows in any order. Throws ``TaxTableError``.
    public init(rates: [TaxRate]) throws {
        guard rates.count <= Self.mostRates else { throw TaxTableError(description: "at most \(Self.mostRates) rows") }
        self.rates = try TaxKind.allCases.flatMap { tax in
            let rows = rates.filter { $0.tax == tax }.sorted { $0.from < $1.from }
            try TaxTable.check(rows, of: tax)
            return rows
        }
    }

    private init(checked rates: [TaxRate]) { self.rates = rates }

    /// The defaults of the ERP's rules: VAT 15 %, withheld 7.5 % from contractors, 5 % from suppliers, 10 % from service
    /// providers, for invoices from 1 July 2020 on.
    ///
    /// The acts named as sources impose the duty. The rates, and the day from which they count, are the ERP's setting and
    /// not a transcript of the law: it has more classes of vendors and goods, and its rates change. A tenant whose rates
    /// differ loads a table of its own.
    public static let standard = TaxTable(checked: [
        standardRate(
            .vat,
            1500,
            "VAT is 15 % of the net amount",
            "Value Added Tax and Supplementary Duty Act 2012, s. 15"
        ),
        standardRate(
            .withholding(.contractor),
            750,
            "7.5 % of the net amount is withheld from contractors",
            "Income Tax Act 2023, s. 89 (before: Income-tax Ordinance 1984, s. 52)"
        ),
        standardRate(
            .withholding(.supplier),
            500,
            "5 % of the net amount is withheld from suppliers",
            "Income Tax Act 2023, s. 89 (before: Income-tax Ordinance 1984, s. 52)"
        ),
        standardRate(
            .withholding(.serviceProvider),
            1000,
            "10 % of the net amount is withheld from service providers",
            "Income Tax Act 2023, s. 90 (before: Income-tax Ordinance 1984, s. 52AA)"
        ),
    ])

    private static func standardRate(_ tax: TaxKind, _ basisPoints: Int64, _ rule: String, _ source: String) -> TaxRate
    {
        TaxRate(
            tax: tax,
            rate: Percentage(checked: basisPoints),
            from: LocalDate(dayNumber: DhakaCalendar.dayNumber(year: 2020, month: 7, day: 1)),
            rule: rule,
            source: "\(source); rate as configured by the ERP's rules"
        )
    }

    /// The row that holds for an invoice of a day. Throws ``TaxError`` when the day is before the first or after the last.
    public func rate(of tax: TaxKind, on date: LocalDate) throws -> TaxRate {
        let rows = rates.filter { $0.tax == tax }
        if let row = rows.first(where: { $0.holds(on: date) }) { return row }
        if let last = rows.last?.to, date > last { throw TaxError.afterLastRate(tax, date: date, last: last) }
        throw TaxError.beforeFirstRate(tax, date: date, first: rows.first?.from ?? .latest)
    }

    /// Throws when the rows of a tax, in order, do not follow each other day by day.
    private static func check(_ rows: [TaxRate], of tax: TaxKind) throws {
        guard !rows.isEmpty else { throw TaxTableError(description: "\(tax): there is no rate ('\(tax.name)')") }
        for row in rows {
            if let to = row.to, to < row.from {
                throw TaxTableError(description: "\(tax): the row from \(row.from) ends before it begins, on \(to)")
            }
            for (name, text) in [("rule", row.rule), ("source", row.source)] {
                if let problem = TextLimits.problem(text, from: 1, to: TextLimits.name) {
                    throw TaxTableError(description: "\(tax): the \(name) of the row from \(row.from) \(problem)")
                }
            }
        }
        for (row, next) in zip(rows, rows.dropFirst()) {
            guard let to = row.to, to < next.from else {
                throw TaxTableError(description: "\(tax): the rows from \(row.from) and from \(next.from) overlap")
            }
            let missing = to.days(until: next.from) - 1
            guard missing == 0 else {
                throw TaxTableError(
                    description: "\(tax): there is no rate after \(to) and before \(next.from)"
                )
            }
        }
    }

    /// Reads and checks a list of rows.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        do {
            try self.init(rates: try container.decode([TaxRate].self))
        } catch let error as TaxTableError {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: error.description)
        }
    }

    /// Writes the list of rows.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(rates)
    }
}

/// What is wrong with a table of rates, with the tax and the dates.
public struct TaxTableError: Error, Hashable, Sendable, CustomStringConvertible {
    /// One line for people.
    public let description: String
}
