/// What was withheld at the source: a certificate for each payment, and the sums that a return needs.
public protocol WithholdingService: Sendable {
    /// Issues the certificate of a payment, once: a repeat gives the same number, `WHT-FY2026-27-00001`.
    func issue(_ request: CertificateRequest) async throws -> String
    /// The certificates of a period, in the order of their numbers.
    func certificates(of tenant: String, in period: FiscalPeriod) async throws -> [WithholdingCertificate]
    /// The sums of a period by vendor and kind, in the order of the vendors' ids.
    func totals(of tenant: String, in period: FiscalPeriod) async throws -> [VendorTaxTotal]
}

/// A certificate to issue.
public struct CertificateRequest: Codable, Hashable, Sendable {
    /// The tenant.
    public var tenant: String
    /// For which payment.
    public var paymentId: String
    /// The day of issue, which is that of the posting.
    public var date: LocalDate
    /// Whom it was withheld from.
    public var vendorId: String
    /// Their name.
    public var vendorName: String
    /// What they are to tax.
    public var vendorKind: VendorKind
    /// Their taxpayer's identification number, if they have one.
    public var tin: String?
    /// What was withheld of what, by which rule.
    public var withholding: TaxLine
    /// The VAT of the same invoice.
    public var vat: Money
}

/// A certificate that was issued.
public struct WithholdingCertificate: Codable, Hashable, Sendable {
    /// `WHT-FY2026-27-00001`.
    public var number: String
    /// The period of the return that it belongs to.
    public var period: FiscalPeriod
    /// The day of issue.
    public var issuedDate: LocalDate
    /// The payment.
    public var paymentId: String
    /// Whom it was withheld from.
    public var vendorId: String
    /// Their name.
    public var vendorName: String
    /// What they are to tax.
    public var vendorKind: VendorKind
    /// Their taxpayer's identification number, if they have one.
    public var tin: String?
    /// What it was withheld of.
    public var base: Money
    /// The rate.
    public var rate: Percentage
    /// What was withheld.
    public var amount: Money
    /// What is to be done, in words.
    public var rule: String
    /// Where that is written.
    public var source: String
}

/// What a return says of a vendor in a period.
public struct VendorTaxTotal: Codable, Hashable, Sendable {
    /// The vendor.
    public var vendorId: String
    /// Their name, as on the last certificate.
    public var vendorName: String
    /// What they are to tax.
    public var vendorKind: VendorKind
    /// Their taxpayer's identification number, as on the last certificate.
    public var tin: String?
    /// How many invoices.
    public var invoices: Int
    /// Their net amounts.
    public var base: Money
    /// Their VAT.
    public var vat: Money
    /// What was withheld of them.
    public var withheld: Money
}
