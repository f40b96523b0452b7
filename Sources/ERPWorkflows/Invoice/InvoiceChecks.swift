import Foundation

/// Why an invoice comes to nothing, and by whom; nobody for what no person decided.
struct InvoiceStop {
    /// `rejected` or `on_hold`.
    var status: InvoiceStatus
    var reason: String
    var rejecter: String?

    static func rejected(_ reason: String, by person: String? = nil) -> InvoiceStop {
        InvoiceStop(status: .rejected, reason: reason.clipped(to: TextLimits.words), rejecter: person)
    }

    static func onHold(_ reason: String) -> InvoiceStop {
        InvoiceStop(status: .onHold, reason: reason.clipped(to: TextLimits.words))
    }
}

/// What is checked before anybody is asked. Pure.
enum InvoiceChecks {
    /// Submitter, sums, dates, VAT and total; nil when all is well.
    static func figures(_ input: InvoiceInput, _ preparation: InvoicePreparation) -> InvoiceStop? {
        guard preparation.submitter?.isActive == true else {
            return .rejected("the submitter \(input.submittedBy) is not an active user")
        }
        var problems = input.problems()
        do {
            // VAT and total do not depend on what the vendor is; that has a check of its own.
            let taxes = try TaxCalculator(table: preparation.terms.taxTable).breakdown(
                net: input.amount,
                vendorKind: preparation.vendor?.kind ?? .supplier,
                invoiceDate: input.invoiceDate
            )
            if let problem = taxes.check(statedVAT: input.vatAmount, statedTotal: input.totalAmount) {
                problems.append(problem)
            }
        } catch {
            problems.append(String(describing: error))
        }
        return problems.isEmpty ? nil : .rejected(problems.joined(separator: "; "))
    }

    /// The invoice is of a day that is further away than the next one; nil when it is not. Its date chooses rates and budget, and
    /// a day's difference is one of clocks and time zones.
    static func future(_ input: InvoiceInput, _ now: Date) -> InvoiceStop? {
        guard let today = try? LocalDate(inDhaka: now), today.days(until: input.invoiceDate) > 1 else { return nil }
        return .rejected("the invoice's date \(input.invoiceDate) lies in the future; today is \(today)")
    }

    /// Whether the vendor can be paid; nil when it can.
    static func vendor(_ input: InvoiceInput, _ preparation: InvoicePreparation) -> InvoiceStop? {
        guard let vendor = preparation.vendor else { return .rejected("vendor \(input.vendorId) is not known") }
        if !vendor.isActive {
            return .onHold("vendor \(vendor.id) is on hold\(vendor.holdReason.map { ": \($0)" } ?? "")")
        }
        if vendor.kind == nil { return .onHold("vendor \(vendor.id): \(TaxError.noVendorKind)") }
        return nil
    }
}
