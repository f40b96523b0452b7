import ArgumentParser
import ERPWorkflows
import WorkflowCommands

struct TaxReportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tax-report",
        abstract: "Shows by vendor the VAT and the tax withheld of a fiscal period, for the return.",
        discussion: """
            A period is a month of the fiscal year, which begins in July: FY2026-27-P05 is November 2026. An invoice counts \
            in the period in which it was posted. With --certificates each certificate instead of the sums.
            """
    )

    @OptionGroup var global: GlobalOptions
    @Option(help: "FY2026-27-P05 for November 2026; P01 is July, P12 June.") var period: String
    @Flag(help: "Shows the withholding certificates.") var certificates = false
    @OptionGroup var digits: DigitsOption

    func validate() throws { _ = try parsed() }

    private func parsed() throws -> FiscalPeriod {
        guard let parsed = FiscalPeriod(period) else {
            throw ValidationError(
                "'\(period)' is not a fiscal period; write FY2026-27-P05 for November 2026, P01 (July) to P12 (June)"
            )
        }
        return parsed
    }

    func run() async throws {
        let period = try parsed()
        try await global.withERP { database, tenant in
            let service = SQLWithholdingService(database: database)
            guard !certificates else { return report(try await service.certificates(of: tenant, in: period)) }
            report(try await service.totals(of: tenant, in: period), of: period)
        }
    }

    private func report(_ totals: [VendorTaxTotal], of period: FiscalPeriod) {
        func sum(_ part: (VendorTaxTotal) -> Money) -> Money {
            Money(poisha: totals.reduce(0) { $0 &+ part($1).poisha })
        }
        guard !global.json else {
            for total in totals {
                Output.json([
                    "period": period.description, "vendorId": total.vendorId, "vendorName": total.vendorName,
                    "vendorKind": total.vendorKind.rawValue, "tin": total.tin ?? "", "invoices": total.invoices,
                    "base": total.base.text, "vat": total.vat.text, "withheld": total.withheld.text,
                ])
            }
            return
        }
        Output.table(
            ["VENDOR", "NAME", "KIND", "TIN", "INVOICES", "NET", "VAT", "WITHHELD"],
            totals.map { total in
                [
                    total.vendorId, total.vendorName, total.vendorKind.rawValue, total.tin ?? "-",
                    String(total.invoices), digits.text(total.base), digits.text(total.vat),
                    digits.text(total.withheld),
                ]
            } + [
                [
                    "total", "", "", "", String(totals.reduce(0) { $0 + $1.invoices }),
                    digits.text(sum(\.base)), digits.text(sum(\.vat)), digits.text(sum(\.withheld)),
                ]
            ]
        )
        let missing = Set(totals.filter { $0.tin == nil }.map(\.vendorId)).sorted()
        if !missing.isEmpty {
            Output.note("without a TIN, which the return asks for: \(missing.joined(separator: ", "))")
        }
    }

    private func report(_ certificates: [WithholdingCertificate]) {
        guard !global.json else {
            for item in certificates {
                Output.json([
                    "certificate": item.number, "period": item.period.description,
                    "issuedDate": item.issuedDate.description, "paymentId": item.paymentId,
                    "vendorId": item.vendorId, "vendorName": item.vendorName,
                    "vendorKind": item.vendorKind.rawValue, "tin": item.tin ?? "", "base": item.base.text,
                    "percent": item.rate.text, "amount": item.amount.text, "rule": item.rule, "source": item.source,
                ])
            }
            return
        }
        Output.table(
            ["CERTIFICATE", "DATE", "PAYMENT", "VENDOR", "TIN", "NET", "RATE", "WITHHELD"],
            certificates.map { item in
                [
                    item.number, item.issuedDate.description, item.paymentId, item.vendorId, item.tin ?? "-",
                    digits.text(item.base), item.rate.description, digits.text(item.amount),
                ]
            }
        )
    }
}
