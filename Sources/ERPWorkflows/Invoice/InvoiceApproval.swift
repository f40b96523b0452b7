import Foundation
import WorkflowAPI
public import WorkflowRuntime

/// The life of an invoice: checked, matched with its order, taxed, charged to a budget, approved by people, and paid. The
/// payment, its journal entry, the withholding certificate and the budget that it spends are one step: all or nothing, once.
/// Whatever ends it before is undone in reverse order, exactly as far as the work had come; afterwards nothing undoes it.
///
/// Accounts payable approves every invoice (2 days), above 100 000 taka in all the department head as well (3 days), above
/// 500 000 the finance manager (3), above 1 000 000 the CFO (5), above 5 000 000 the CEO (7); tenants may set other figures.
/// It ends as `approved`, as `rejected`, or `on_hold` when its vendor's master data do not let it be paid; cancellation as
/// canceled; a failure that no retry helps as failed.
public actor InvoiceApproval: WorkflowDefinition {
    let steps = InvoiceSteps()
    let approval = Approval(of: "invoice")
    let saga = Saga()
    var status = InvoiceStatus.pending
    /// Why it came to nothing.
    var reason: String?
    /// What is known of tenant, vendor and submitter, once it is known.
    var preparation: InvoicePreparation?
    var taxes: TaxBreakdown?
    var matching: OrderMatch?
    var posting: InvoicePosting?
    private var work: InvoiceWork?
    private var levels: [ApprovalLevel] = []

    /// One a run.
    public init() {}

    /// What clients can say and ask.
    public static let messages = InvoiceMessages()

    /// Signals `approve`, `reject`, `requestInfo` and `provideInfo`; queries `status`, `approvalHistory`, `invoiceDetails` and
    /// `taxBreakdown`.
    public static func handlers(_ handlers: inout WorkflowHandlers<InvoiceApproval>) {
        handlers.approval { $0.approval }
        handlers.query(messages.status.name) { $0.currentStatus }
        handlers.query(messages.invoiceDetails.name) { $0.details }
        handlers.query(messages.taxBreakdown.name) { $0.taxes }
    }

    /// Carries an invoice to its end.
    public func run(_ input: InvoiceInput) async throws -> InvoiceResult {
        let work = try begin(input)
        do {
            guard let stop = try await carryOut(work) else {
                return try await Workflow.shielded { try await self.finish(work) }
            }
            // Settled before anything is waited for: a decision that comes from here on finds the invoice ended.
            end(stop.status, because: stop.reason)
            return try await Workflow.shielded { try await self.refuse(work, stop) }
        } catch {
            let loss = PurchaseOrderLoss(error, Workflow.cancelRequest)
            end(loss.status == .cancelled ? .cancelled : .error, because: loss.reason)
            try await Workflow.shielded { try await self.abandon(work, loss) }
            throw error
        }
    }

    /// Reads what is to be done. Throws a refusal when it cannot be.
    private func begin(_ input: InvoiceInput) throws -> InvoiceWork {
        do {
            let work = try InvoiceWork(input)
            self.work = work
            return work
        } catch {
            end(.error, because: String(describing: error))
            throw error
        }
    }

    /// The way to a payment; says why when it comes to nothing.
    private func carryOut(_ work: InvoiceWork) async throws -> InvoiceStop? {
        status = .validating
        let preparation = try await steps.prepare(work.preparation)
        self.preparation = preparation
        saga.add("invoice") { try await self.endInBooks(work) }
        if let stop = InvoiceChecks.figures(work.input, preparation) { return stop }
        // Runs that went on before this was looked at go on.
        if let stop = InvoiceChecks.future(work.input, Workflow.now), Workflow.patched("no-invoices-of-the-future") {
            return stop
        }

        status = .checkingDuplicates
        let answer = try await steps.register(work.registration)
        guard answer.isRegistered else { return .rejected(answer.reason ?? "the invoice was refused") }

        status = .checkingVendor
        if let stop = InvoiceChecks.vendor(work.input, preparation) { return stop }
        guard let vendor = preparation.vendor, let kind = vendor.kind else { return .rejected("no vendor") }
        let calculator = TaxCalculator(table: preparation.terms.taxTable)
        let taxes: TaxBreakdown
        do {
            taxes = try calculator.breakdown(
                net: work.input.amount,
                vendorKind: kind,
                invoiceDate: work.input.invoiceDate
            )
        } catch {
            return .rejected(String(describing: error))
        }
        if taxes.payable <= .zero, Workflow.patched("nothing-payable-is-not-paid") {
            return .rejected(
                "nothing is payable: \(taxes.total) in all, of which \(taxes.withholding.amount) are withheld"
            )
        }
        if let stop = try await match(work, taxes, preparation) { return stop }

        status = .calculatingTax
        self.taxes = taxes
        status = .checkingBudget
        saga.add("budget") { [steps] in try await steps.releaseBudget(work.step) }
        let budget = try await steps.reserveBudget(work.budget)
        guard budget.isReserved else {
            saga.forget("budget")
            return .rejected(budget.reason ?? "the budget was refused")
        }
        let outcome = try await approval.run(levels.filter { $0.name != InvoiceLevels.matching })
        if let reason = outcome.reason { return .rejected(reason, by: outcome.rejecter) }

        status = .creatingPayment
        posting = try await steps.post(work.posting(taxes, to: vendor, kind: kind, preparation.terms))
        // From here on nothing undoes it: money and books have moved, together.
        saga.complete()
        return nil
    }

    /// Compares the invoice with the order that it names, and lets accounts payable look at a difference that is too great.
    /// From here on decisions are looked at.
    private func match(
        _ work: InvoiceWork,
        _ taxes: TaxBreakdown,
        _ preparation: InvoicePreparation
    ) async throws -> InvoiceStop? {
        let policy = preparation.terms.policy
        if work.input.poNumber != nil {
            status = .matchingOrder
            let match = try await steps.match(work.match)
            matching = match
            if let refusal = match.refusal { return .rejected(refusal) }
        }
        let isDifferent = matching?.isDifferent(beyond: policy.matchingTolerance) ?? false
        levels = InvoiceLevels.levels(of: work.input, taxes, isDifferent: isDifferent, policy)
        let texts = InvoiceTexts(work: work, preparation: preparation)
        try approval.begin(
            ApprovalRequest(texts.document(taxes, matching), levels: levels, rules: preparation.terms.rules)
        )
        guard isDifferent else { return nil }
        let outcome = try await approval.run(levels.filter { $0.name == InvoiceLevels.matching })
        return outcome.reason.map { .rejected($0, by: outcome.rejecter) }
    }

    /// While a level waits, the status says which.
    private var currentStatus: InvoiceStatus { approval.waiting.map(InvoiceStatus.init) ?? status }

    private var details: InvoiceDetails {
        let waiting = approval.waiting
        return InvoiceDetails(
            status: currentStatus,
            invoice: work?.input,
            vendorKind: preparation?.vendor?.kind,
            matchingVariance: matching.flatMap { $0.refusal == nil ? $0.variance : nil },
            matchingNotes: matching?.notes ?? [],
            vendorNote: work.flatMap { InvoiceTexts(work: $0, preparation: preparation).vendorNote },
            levels: levels.map(\.name),
            waitingFor: waiting?.level.name,
            waitingSince: waiting?.since,
            deadline: waiting?.deadline,
            posting: posting,
            reason: reason,
            isBeingUndone: reason != nil && saga.hasWorkLeft,
            policyVersions: preparation?.terms.versions ?? [:]
        )
    }
}
