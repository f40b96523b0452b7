public import Foundation

/// Everything that makes an approved invoice a payment: budget, journal entry, payment, certificate.
public struct InvoicePostingRequest: Codable, Hashable, Sendable {
    /// The invoice.
    public var invoice: InvoiceKey
    /// The vendor's number of it.
    public var invoiceNumber: String
    /// Whom it is paid to.
    public var vendorId: String
    /// Their name.
    public var vendorName: String
    /// What they are to tax.
    public var vendorKind: VendorKind
    /// Their taxpayer's identification number, if they have one.
    public var tin: String?
    /// Whose budget pays.
    public var department: String
    /// For which project.
    public var projectId: String?
    /// The figures.
    public var taxes: TaxBreakdown
    /// When it has to be paid.
    public var dueDate: LocalDate
    /// Where it is booked.
    public var accounts: PostingAccounts
    /// When, in event time; its day in Dhaka decides period and fiscal year.
    public var time: Date
}

extension InvoicePostingRequest {
    /// The day in whose period everything counts.
    func date() throws -> LocalDate { try LocalDate(inDhaka: time) }

    /// Expense and VAT on the left; what is owed to the vendor and to the tax office on the right.
    func entry() throws -> JournalEntry {
        func line(_ account: String, debit: Money = .zero, credit: Money = .zero, _ text: String) -> JournalLine {
            JournalLine(
                account: account,
                debit: debit,
                credit: credit,
                department: department,
                projectId: projectId,
                vendorId: vendorId,
                text: text
            )
        }
        let lines = [
            line(accounts.expense, debit: taxes.net, "net"),
            line(accounts.vat, debit: taxes.vat.amount, "VAT \(taxes.vat.rate)"),
            line(accounts.payable, credit: taxes.payable, "payable to \(vendorId)"),
            line(
                accounts.withholding,
                credit: taxes.withholding.amount,
                "withheld from \(vendorId), \(taxes.withholding.rate)"
            ),
        ]
        return JournalEntry(
            tenant: invoice.tenant,
            source: "invoice",
            sourceId: invoice.invoiceId,
            date: try date(),
            text: "invoice \(invoiceNumber) of \(vendorName)",
            // A tax of nothing is not booked.
            lines: lines.filter { $0.debit != .zero || $0.credit != .zero },
            time: time
        )
    }

    func payment(bookedAs entryId: String) throws -> PaymentRequest {
        PaymentRequest(
            invoice: invoice,
            entryId: entryId,
            vendorId: vendorId,
            net: taxes.net,
            vat: taxes.vat.amount,
            withheld: taxes.withholding.amount,
            payable: taxes.payable,
            dueDate: dueDate,
            date: try date(),
            time: time
        )
    }

    func certificate(of paymentId: String) throws -> CertificateRequest {
        CertificateRequest(
            tenant: invoice.tenant,
            paymentId: paymentId,
            date: try date(),
            vendorId: vendorId,
            vendorName: vendorName,
            vendorKind: vendorKind,
            tin: tin,
            withholding: taxes.withholding,
            vat: taxes.vat.amount
        )
    }
}

/// What an invoice became.
public struct InvoicePosting: Codable, Hashable, Sendable {
    /// `PAY-FY2026-27-00001`.
    public var paymentId: String
    /// `JV-FY2026-27-00001`.
    public var entryId: String
    /// `WHT-FY2026-27-00001`.
    public var certificate: String
}

/// Where invoices are booked. Per tenant; what is left out has the default.
public struct PostingAccounts: Codable, Hashable, Sendable {
    /// Debited with the net; 5100.
    public var expense: String
    /// Debited with the VAT, which is claimed back; 1310.
    public var vat: String
    /// Credited with what the vendor gets; 2110.
    public var payable: String
    /// Credited with what was withheld for the tax office; 2310.
    public var withholding: String

    /// The defaults.
    public static let standard = PostingAccounts(expense: "5100", vat: "1310", payable: "2110", withholding: "2310")

    /// Accounts of a tenant's chart.
    public init(expense: String, vat: String, payable: String, withholding: String) {
        self.expense = expense
        self.vat = vat
        self.payable = payable
        self.withholding = withholding
    }

    /// Reads accounts.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        func account(_ key: CodingKeys, _ standard: String) throws -> String {
            container.contains(key) ? try container.decodeName(forKey: key) : standard
        }
        expense = try account(.expense, Self.standard.expense)
        vat = try account(.vat, Self.standard.vat)
        payable = try account(.payable, Self.standard.payable)
        withholding = try account(.withholding, Self.standard.withholding)
    }

    /// The accounts that the defaults name. They come into a tenant's chart when something is first booked on them.
    public static let standardChart = [
        Account(code: "1310", name: "VAT recoverable", kind: .asset),
        Account(code: "2110", name: "Accounts payable", kind: .liability),
        Account(code: "2310", name: "Tax withheld at source, payable", kind: .liability),
        Account(code: "5100", name: "Purchases and services", kind: .expense),
    ]
}
