import Foundation
import Testing
import WorkflowAPI
import WorkflowRuntime
import WorkflowTesting

@testable import ERPWorkflows

/// The histories in `Tests/Fixtures/Histories/ERP`, which yesterday's code made, against today's.
///
/// `WORKFLOW_RECORD_HISTORIES=$PWD/Tests/Fixtures/Histories/ERP swift test --filter RecordedHistoryTests` records those of
/// today's code beside them: one for each shape that a history has, so that what is there already stays.
@Suite(.serialized) struct RecordedHistoryTests {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "Fixtures/Histories/ERP").path
    /// Each has histories that came by before it was in the code.
    private static let patches: Set<String> = [
        "levels-by-larger-total", "no-invoices-of-the-future", "nothing-payable-is-not-paid", "questions-are-tasks",
        "answers-of-the-requester",
    ]
    private static let isRecording = ProcessInfo.processInfo.environment["WORKFLOW_RECORD_HISTORIES"] != nil

    @Test(.disabled(if: isRecording))
    func `what yesterday's code made fits today's, of every workflow and on both sides of every patch`() throws {
        let corpus = try HistoryCorpus(folder: Self.folder)
        try corpus.check(covering: ERPPack.workflows, patches: Self.patches)
        // A patch that somebody adds needs histories too: replay comes by those that are known, and by no other.
        let source = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "Sources/ERPWorkflows")
        let files = FileManager.default.enumerator(at: source, includingPropertiesForKeys: nil)?.compactMap {
            $0 as? URL
        }
        let written = try (files ?? []).filter { $0.pathExtension == "swift" }.flatMap { file in
            try String(contentsOf: file, encoding: .utf8).matches(of: #/Workflow\.patched\("([^"]+)"/#)
                .map { String($0.1) }
        }
        #expect(Set(written) == Self.patches)
    }

    @Test(.enabled(if: isRecording)) func `orders are recorded`() async throws {
        try await order(30_000) { _, _ in }
        try await order(60_000) { _, _ in }
        try await order(60_000) { order, _ in try await order.signal(\.approve, ApprovalSignal(approver: "karim")) }
        try await order(60_000) { order, _ in try await order.cancel() }
        try await order(60_000) { order, _ in
            try await order.signal(\.reject, RejectionSignal(approver: "karim", reason: "too much"))
        }
        try await order(120_000) { order, company in
            try await order.signal(\.approve, ApprovalSignal(approver: "karim"))
            try await company.environment.settle()
            try await order.signal(\.approve, ApprovalSignal(approver: "nasrin"))
        }
        try await order(600_000) { _, _ in }
        for withheld in [[], ["answers-of-the-requester"]] as [Set<String>] {
            try await order(60_000, withholding: withheld) { order, company in
                try await order.signal(\.requestInfo, InfoRequestSignal(requestedBy: "karim", question: "which site?"))
                try await company.environment.settle()
                try await order.signal(\.provideInfo, InfoAnswerSignal(answer: "Savar", providedBy: "rahim"))
                try await company.environment.settle()
                try await order.signal(\.approve, ApprovalSignal(approver: "karim"))
            }
        }
    }

    private func order(
        _ taka: Int32,
        withholding patches: Set<String> = [],
        _ people: (WorkflowHandle<PurchaseOrderApproval>, Company) async throws -> Void
    ) async throws {
        let company = try await Company()
        defer { company.close() }
        company.environment.withholdPatches(patches)
        let order = try await company.start(company.order("A", taka: taka))
        try await company.environment.settle()
        try await people(order, company)
        // Some are cancelled.
        _ = try? await company.result(order)
        try await company.environment.settle()
    }

    @Test(.enabled(if: isRecording)) func `invoices are recorded`() async throws {
        let people = ["jamal", "karim", "nasrin", "farida", "tariq"]
        for taka: Int32 in [80_000, 200_000, 5_000_000] {
            try await invoice(try Books.invoice("A", net: Money(taka: taka)), approvedBy: people)
        }
        try await invoice(try Books.invoice("A", net: Money(taka: 80_000)), approvedBy: [])
        try await invoice(try Books.invoice("A", vendor: "V-5", net: Money(taka: 10)), approvedBy: [])
        var larger = try Books.invoice("A", net: Money(poisha: 8_695_652))
        larger.vatAmount = Money(poisha: 1_304_349)
        larger.totalAmount = Money(poisha: 10_000_001)
        var future = try Books.invoice("A", net: Money(taka: 10))
        future.invoiceDate = try LocalDate("2026-11-23")
        future.dueDate = try LocalDate("2028-01-01")
        var nothing = try Books.invoice("A", net: Money(taka: 10))
        nothing.vatAmount = .zero
        nothing.totalAmount = nothing.amount
        let taxes = try BooksGuardTests.everythingIsWithheld()
        for (patch, input) in [("levels-by-larger-total", larger), ("no-invoices-of-the-future", future)] {
            try await invoice(input, approvedBy: people)
            try await invoice(input, withholding: [patch], approvedBy: people)
        }
        try await invoice(nothing, taxes: taxes, approvedBy: people)
        try await invoice(nothing, withholding: ["nothing-payable-is-not-paid"], taxes: taxes, approvedBy: people)
    }

    private func invoice(
        _ input: InvoiceInput,
        withholding patches: Set<String> = [],
        taxes: TaxTable? = nil,
        approvedBy people: [String]
    ) async throws {
        let payables = try await Payables(seed: Payables.seed { seed in if let taxes { seed.taxTable = taxes } })
        defer { payables.close() }
        payables.environment.withholdPatches(patches)
        let invoice = try await payables.waiting(input)
        for person in people where try await invoice.describe().summary.status == .running {
            try await payables.approve(invoice, person)
        }
        _ = try? await payables.result(invoice)
        try await payables.environment.settle()
    }

    @Test(.enabled(if: isRecording)) func `onboardings are recorded`() async throws {
        try await onboarding("2026-10-01") { _, _ in }
        try await onboarding("2026-11-22") { run, company in
            try await company.moveClock(to: "2026-11-20", hour: 1)
            try await run.cancel()
        }
        try await onboarding("2026-11-27") { run, company in
            try await company.moveClock(to: "2026-11-27", hour: 1)
            try await run.signal(\.completeTask, TaskCompletion(taskId: "benefits-enrollment", completedBy: "salma"))
        }
        for withheld in [[], ["questions-are-tasks"]] as [Set<String>] {
            try await onboarding("2026-10-01", withholding: withheld) { run, company in
                try await run.signal(\.requestInfo, InfoRequestSignal(requestedBy: "salma", question: "Permanent?"))
                try await company.environment.settle()
                try await run.signal(\.approve, ApprovalSignal(approver: "salma"))
            }
        }
    }

    private func onboarding(
        _ start: String,
        withholding patches: Set<String> = [],
        _ people: (WorkflowHandle<EmployeeOnboarding>, Company) async throws -> Void
    ) async throws {
        let company = try await Company.withPeople()
        defer { company.close() }
        company.environment.withholdPatches(patches)
        let run = try await company.onboard(try Company.newcomer(start: start))
        try await company.environment.settle()
        try await people(run, company)
        _ = try? await company.environment.result(of: run)
        try await company.environment.settle()
    }
}
