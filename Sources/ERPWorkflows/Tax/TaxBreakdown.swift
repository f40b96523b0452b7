/// What an invoice comes to with its taxes, each with its rule: the answer of ``TaxCalculator`` and of the query
/// `taxBreakdown`.
///
/// `total` = net + VAT is what the invoice says and what approval levels go by; `payable` = net + VAT − withheld is what
/// the vendor gets.
public struct TaxBreakdown: Codable, Hashable, Sendable {
    /// The VAT-exclusive amount.
    public let net: Money
    /// The date that chose the rates.
    public let invoiceDate: LocalDate
    /// What the vendor charges on top.
    public let vat: TaxLine
    /// What is kept for the tax office.
    public let withholding: TaxLine
    /// Net + VAT.
    public let total: Money
    /// Net + VAT − withheld.
    public let payable: Money

    /// By how much a stated figure may differ from the computed: 0.01 taka.
    public static let tolerance = Money(poisha: 1)

    /// Why the figures that stand on the invoice cannot be accepted, with what was expected and what was stated; nil when
    /// neither differs by more than ``tolerance``.
    public func check(statedVAT: Money, statedTotal: Money) -> String? {
        let problems = [
            problem("VAT", stated: statedVAT, expected: vat.amount, as: "\(vat.rate) of \(net)"),
            problem("total", stated: statedTotal, expected: total, as: "\(net) and VAT of \(vat.amount)"),
        ].compactMap { $0 }
        return problems.isEmpty ? nil : problems.joined(separator: "; ")
    }

    private func problem(_ name: String, stated: Money, expected: Money, as reason: String) -> String? {
        // What is too far apart to be subtracted differs, too.
        if let difference = try? stated.subtracting(expected),
            difference.poisha.magnitude <= Self.tolerance.poisha.magnitude
        {
            return nil
        }
        return "the \(name) should be \(expected) (\(reason)), and \(stated) is stated"
    }
}
