package import Database
import WorkflowAPI

/// Certificates in the table `erp_withholding_certificate`, which triggers keep from being changed.
package struct SQLWithholdingService: WithholdingService {
    let database: any ApplicationDatabase

    package init(database: any ApplicationDatabase) { self.database = database }

    package func issue(_ request: CertificateRequest) async throws -> String {
        try await database.transact { tx in try Self.issue(request, in: tx) }
    }

    /// Issues in a transaction that does more.
    static func issue(_ request: CertificateRequest, in tx: any StoreTransaction) throws -> String {
        let known = try tx.query(
            "SELECT number FROM erp_withholding_certificate WHERE tenant = ? AND payment_id = ?",
            [.text(request.tenant), .text(request.paymentId)]
        ).first
        if let known { return known.text(0) }
        let period = FiscalPeriod(containing: request.date)
        let table = "erp_withholding_certificate"
        let number = try BookNumber.next("WHT", in: table, of: request.tenant, period.year, tx)
        let withholding = request.withholding
        try tx.execute(
            """
            INSERT INTO erp_withholding_certificate
            (tenant, number, fiscal_year, sequence, period, payment_id, issued_date, vendor_id, vendor_name, vendor_kind,
            tin, base, rate, amount, vat, rule, source)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            [
                .text(request.tenant), .text(number.text), number.year, number.sequence,
                .integer(Int64(period.number)), .text(request.paymentId), .text(request.date.description),
                .text(request.vendorId), .text(request.vendorName), .text(request.vendorKind.rawValue),
                StoreValue(request.tin), .integer(withholding.base.poisha), .integer(withholding.rate.basisPoints),
                .integer(withholding.amount.poisha), .integer(request.vat.poisha), .text(withholding.rule),
                .text(withholding.source),
            ]
        )
        return number.text
    }

    package func certificates(
        of tenant: String,
        in period: FiscalPeriod
    ) async throws -> [WithholdingCertificate] {
        try await database.look { tx in
            try tx.query(
                """
                SELECT number, issued_date, payment_id, vendor_id, vendor_name, vendor_kind, tin, base, rate, amount,
                rule, source FROM erp_withholding_certificate
                WHERE tenant = ? AND fiscal_year = ? AND period = ? ORDER BY sequence
                """,
                Self.bindings(tenant, period)
            ).map { row in
                WithholdingCertificate(
                    number: row.text(0),
                    period: period,
                    issuedDate: try LocalDate(row.text(1)),
                    paymentId: row.text(2),
                    vendorId: row.text(3),
                    vendorName: row.text(4),
                    vendorKind: VendorKind(rawValue: row.text(5)) ?? .supplier,
                    tin: row.optionalText(6),
                    base: Money(poisha: row.integer(7)),
                    rate: Percentage(basisPoints: row.integer(8)) ?? .zero,
                    amount: Money(poisha: row.integer(9)),
                    rule: row.text(10),
                    source: row.text(11)
                )
            }
        }
    }

    package func totals(of tenant: String, in period: FiscalPeriod) async throws -> [VendorTaxTotal] {
        try await database.look { tx in
            // The name and the TIN are those of the last certificate.
            try tx.query(
                """
                SELECT c.vendor_id, c.vendor_name, c.vendor_kind, c.tin, t.invoices, t.base, t.vat, t.amount
                FROM (
                    SELECT tenant, fiscal_year, count(*) AS invoices, sum(base) AS base, sum(vat) AS vat,
                    sum(amount) AS amount, max(sequence) AS last FROM erp_withholding_certificate
                    WHERE tenant = ? AND fiscal_year = ? AND period = ?
                    GROUP BY tenant, fiscal_year, vendor_id, vendor_kind
                ) t JOIN erp_withholding_certificate c
                ON c.tenant = t.tenant AND c.fiscal_year = t.fiscal_year AND c.sequence = t.last
                ORDER BY c.vendor_id, c.vendor_kind
                """,
                Self.bindings(tenant, period)
            ).map { row in
                VendorTaxTotal(
                    vendorId: row.text(0),
                    vendorName: row.text(1),
                    vendorKind: VendorKind(rawValue: row.text(2)) ?? .supplier,
                    tin: row.optionalText(3),
                    invoices: Int(row.integer(4)),
                    base: Money(poisha: row.integer(5)),
                    vat: Money(poisha: row.integer(6)),
                    withheld: Money(poisha: row.integer(7))
                )
            }
        }
    }

    private static func bindings(_ tenant: String, _ period: FiscalPeriod) -> [StoreValue] {
        [.text(tenant), .integer(Int64(period.year.startYear)), .integer(Int64(period.number))]
    }
}
