import WorkflowAPI

/// The next number of a book that numbers its rows by fiscal year without gaps: `PAY-FY2026-27-00001`.
struct BookNumber {
    let text: String
    let year: StoreValue
    let sequence: StoreValue

    /// One more than the last in the table. Nobody else writes before the transaction is over.
    static func next(
        _ prefix: String,
        in table: String,
        of tenant: String,
        _ year: FiscalYear,
        _ tx: any StoreTransaction
    ) throws -> BookNumber {
        let start = StoreValue.integer(Int64(year.startYear))
        let last = try tx.query(
            "SELECT coalesce(max(sequence), 0) FROM \(table) WHERE tenant = ? AND fiscal_year = ?",
            [.text(tenant), start]
        ).first?.integer(0)
        let sequence = (last ?? 0) + 1
        let digits = String(sequence)
        let padding = String(repeating: "0", count: max(0, 5 - digits.count))
        return BookNumber(text: "\(prefix)-\(year)-\(padding)\(digits)", year: start, sequence: .integer(sequence))
    }
}
