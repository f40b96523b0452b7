import Foundation
import Testing
import WorkflowAPI
import WorkflowRuntime
import WorkflowTesting

@testable import ERPWorkflows

/// Invoices and onboardings in sentences.
@Suite(.serialized) struct DocumentStoryTests {
    @Test func `an invoice is told from its arrival to its payment`() async throws {
        let payables = try await Payables()
        defer { payables.close() }
        let invoice = try await payables.waiting(try Books.invoice("A", net: Money(taka: 1_000)))
        try await payables.approve(invoice, "rahim", "jamal")
        _ = try await payables.result(invoice)
        let events = try await payables.environment.history(of: "A")
        let lines = OrderStory.lines(events, try await invoice.query(\.approvalHistory)).map(\.text)
        #expect(
            lines.first == "rahim hands in invoice N-A of V-1 for department operations: BDT 1,150.00"
        )
        for line in [
            "the invoice is new", "the budget is reserved", "jamal says: approve",
            "  → counts: accounts payable approved by jamal",
            "payment PAY-FY2026-27-00001, journal entry JV-FY2026-27-00001, certificate WHT-FY2026-27-00001",
            "the audit trail records it",
        ] { #expect(lines.contains(line), "\(line)") }
        #expect(lines.contains { $0.hasPrefix("  → the decision of rahim does not count") })
        #expect(lines.contains("the invoice is approved"))
    }

    @Test func `an onboarding is told without the national id, with what was given and left out`() async throws {
        let company = try await Company.withPeople()
        defer { company.close() }
        let run = try await company.onboard(try Company.newcomer(start: "2026-11-01", location: "Nowhere"))
        try await company.environment.settle()
        try await run.signal(\.skipTask, TaskSkip(taskId: "assign-workstation", reason: "own", skippedBy: "nasrin"))
        try await run.signal(\.approve, ApprovalSignal(approver: "salma"))
        _ = try await company.environment.result(of: run)
        let events = try await company.environment.history(of: "E-1")
        let lines = OrderStory.lines(events, try await run.query(\.approvalHistory)).map(\.text)
        #expect(
            lines.first
                == "Shirin Akhter (E-1) is to begin on 2026-11-01 as Engineer in operations, at Nowhere"
        )
        for line in [
            "create-user-account: shirin.akhter",
            "assign-workstation waits for a person: no workstation is free at Nowhere",
            "nasrin leaves assign-workstation out: own", "salma says: approve", "benefits-enrollment: Provident fund",
        ] { #expect(lines.contains(line), "\(line)") }
        #expect(lines.last?.hasPrefix("the onboarding is partial; assign-workstation was left out (own)") == true)
        #expect(!lines.contains { $0.contains("1234567890") })
    }

    private func story(_ company: Company, _ run: WorkflowHandle<EmployeeOnboarding>) async throws -> [String] {
        OrderStory.lines(
            try await company.environment.history(of: "E-1"),
            try await run.query(\.approvalHistory),
            onboarding: try await run.query(\.details)
        ).map(\.text)
    }

    @Test func `what was done by hand before a withdrawal is still to be undone, and progress stays where it was`()
        async throws
    {
        let company = try await Company.withPeople()
        defer { company.close() }
        let run = try await company.onboard(try Company.newcomer(start: "2026-11-27"))
        try await company.environment.settle()
        try await run.signal(\.completeTask, TaskCompletion(taskId: "create-badge", completedBy: "salma"))
        try await company.environment.settle()
        try await run.cancel()
        await #expect(throws: WorkflowClosedError.self) { try await company.environment.result(of: run) }
        #expect(
            try await story(company, run).last
                == "the onboarding is cancelled, and what the system did is undone; still to be undone by hand: "
                + "create-badge (done by salma)"
        )
        #expect(try await run.query(\.details).stillToUndo == ["create-badge (done by salma)"])
        #expect(try await run.query(\.progress) == 14)
    }

    @Test func `withdrawn before anybody did anything, everything is undone and nothing was reached`() async throws {
        let company = try await Company.withPeople()
        defer { company.close() }
        let run = try await company.onboard(try Company.newcomer(start: "2026-11-27"))
        try await company.environment.settle()
        try await run.cancel()
        await #expect(throws: WorkflowClosedError.self) { try await company.environment.result(of: run) }
        #expect(try await story(company, run).last == "the onboarding is cancelled, and everything is undone")
        #expect(try await run.query(\.progress) == 0)
    }

    @Test func `what the system could not undo is told at the end, of a withdrawal and of a failure`() async throws {
        let company = try await Company.withPeople(replaced: [
            ActivityRegistration(OnboardingActivities.undo(.createEmail)) { _ in
                throw ApplicationError(type: "Broken", message: "mail is down", nonRetryable: true)
            }
        ])
        defer { company.close() }
        let run = try await company.onboard(try Company.newcomer(start: "2026-11-22"))
        try await company.moveClock(to: "2026-11-20", hour: 1)
        try await run.cancel()
        await #expect(throws: WorkflowClosedError.self) { try await company.environment.result(of: run) }
        let end = try await story(company, run).last ?? ""
        #expect(end.contains("still to be undone by hand: create-email (the system could not: "), "\(end)")
        #expect(end.contains("mail is down"))
        #expect(OrderStory.leftToPeople(["a (done by b)", "c"]) == "; still to be undone by hand: a (done by b), c")
    }

    @Test func `what people say in vain about a task is told as such, with why`() async throws {
        let company = try await Company.withPeople()
        defer { company.close() }
        let run = try await company.onboard(try Company.newcomer(start: "2026-11-27"))
        try await company.environment.settle()
        try await run.signal(\.completeTask, TaskCompletion(taskId: "create-badge", completedBy: "nobody"))
        try await company.environment.settle()
        try await run.signal(\.skipTask, TaskSkip(taskId: "make-tea", reason: "none left"))
        try await company.environment.settle()
        let lines = try await story(company, run)
        let said = try #require(lines.firstIndex(of: "nobody says: create-badge is done"))
        // Of the same moment is what they said first.
        #expect(
            lines[(said + 1)...].contains(
                "  → what nobody says about create-badge does not count: "
                    + "There is no active user with this name in the company's directory."
            )
        )
        #expect(
            lines.contains { $0.hasPrefix("  → what somebody says about make-tea does not count: There is no such") }
        )
    }
}
