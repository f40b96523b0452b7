/// Computes VAT and tax withheld at the source: pure arithmetic over a table of rates, so that workflow code may call it.
public struct TaxCalculator: Hashable, Sendable {
    /// The rates.
    public var table: TaxTable

    /// A calculator with a tenant's rates, or those of the ERP's rules.
    public init(table: TaxTable = .standard) { self.table = table }

    /// The taxes of an invoice of a day over a net amount from a vendor of a kind.
    ///
    /// Each tax is computed once on the net of the whole invoice, never item by item, and rounded half away from zero to the
    /// poisha. Throws ``TaxError``: for a vendor without a kind, which puts the invoice on hold; for a date without rates; for
    /// a net that is negative or too large.
    public func breakdown(net: Money, vendorKind: VendorKind?, invoiceDate: LocalDate) throws -> TaxBreakdown {
        guard net >= .zero else { throw TaxError.negativeNet }
        do {
            // Before the vendor's kind: an invoice of a time without rates is not made payable by waiting for it.
            let vat = try line(.vat, net, invoiceDate)
            guard let vendorKind else { throw TaxError.noVendorKind }
            let withholding = try line(.withholding(vendorKind), net, invoiceDate)
            let total = try net.adding(vat.amount)
            return TaxBreakdown(
                net: net,
                invoiceDate: invoiceDate,
                vat: vat,
                withholding: withholding,
                total: total,
                payable: try total.subtracting(withholding.amount)
            )
        } catch is MoneyError {
            throw TaxError.tooLarge
        }
    }

    private func line(_ tax: TaxKind, _ net: Money, _ date: LocalDate) throws -> TaxLine {
        let row = try table.rate(of: tax, on: date)
        return TaxLine(
            tax: tax,
            rate: row.rate,
            base: net,
            amount: try row.rate.of(net),
            rule: row.rule,
            source: row.source,
            effectiveFrom: row.from
        )
    }
}
