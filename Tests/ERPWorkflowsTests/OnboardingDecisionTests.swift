import Foundation
import Testing
import WorkflowAPI
import WorkflowRuntime
import WorkflowTesting

@testable import ERPWorkflows

/// HR's decision on the benefits of a new colleague: the same building block as for orders and invoices, on one of the seven
/// rows.
@Suite(.serialized, .onEveryDatabase) struct OnboardingDecisionTests {
    private typealias Run = WorkflowHandle<EmployeeOnboarding>

    /// Somebody whose first day is long past: only the decision is left.
    private func waiting(_ policy: OnboardingPolicy? = nil) async throws -> (Company, Run) {
        var people = Company.people
        people.onboardingPolicy = policy
        let company = try await Company.withPeople(people)
        let seed = SeedFile(namespaces: [
            SeedNamespace(
                name: "default",
                users: [
                    SeedUser(id: "hira", name: "h", email: "hira@example.com", department: "hr", roles: ["hr"]),
                    SeedUser(id: "boss", name: "b", email: "boss@example.com", department: "board", roles: ["ceo"]),
                ]
            )
        ])
        try await SeedLoader(database: company.database).load(seed, at: Company.time)
        let run = try await company.onboard(try Company.newcomer(start: "2026-11-01"))
        try await company.environment.settle()
        return (company, run)
    }

    private func told(_ run: Run) async throws -> [String] {
        try await run.query(\.approvalHistory).map { "\($0.outcome.rawValue)\($0.approver.map { " \($0)" } ?? "")" }
    }

    private func row(_ company: Company) async throws -> String {
        let row = try #require(try await company.tasks().last)
        return "\(row.state.rawValue) \(row.closedBy ?? "-") \(row.note ?? "-")"
    }

    @Test func `HR approves, and the colleague is entered in the plans`() async throws {
        let (company, run) = try await waiting()
        defer { company.close() }
        #expect(try await run.query(\.tasks)[.benefitsEnrollment].state == .waiting)
        let row = try #require(try await company.tasks().last)
        #expect(row.kind == .approval && row.key.task == "benefits-enrollment" && row.isDoable)
        #expect(row.dueTime == (company.environment.clock.now() + .seconds(7 * 86_400)).date)
        #expect(try await company.tasks().count == 7)
        try await run.signal(\.approve, ApprovalSignal(approver: "karim"))
        try await run.signal(\.approve, ApprovalSignal(approver: "salma", comments: "all plans"))
        let result = try await company.environment.result(of: run)
        #expect(result.status == .completed)
        #expect(result.tasks.last?.by == "salma" && result.tasks.last?.note == "all plans")
        #expect(result.tasks.last?.given == "Provident fund")
        #expect(try await told(run) == ["refused karim", "approved salma"])
        #expect(try await self.row(company) == "done salma all plans")
        #expect(
            try await company.outbox.filter { $0.kind == "approval_requested" }.map(\.recipient) == ["hira", "salma"]
        )
    }

    @Test func `anybody in HR may reject, and the task is left out with the reason`() async throws {
        let (company, run) = try await waiting()
        defer { company.close() }
        try await run.signal(\.reject, RejectionSignal(approver: "hira", reason: "temporary contract"))
        let result = try await company.environment.result(of: run)
        #expect(result.status == .partial)
        #expect(result.tasks.last?.state == .skipped && result.tasks.last?.by == "hira")
        #expect(result.tasks.last?.note == "temporary contract")
        #expect(try await row(company) == "skipped hira temporary contract")
        #expect(try await company.rows("SELECT count(*) FROM erp_benefit_enrolment") == ["0"])
    }

    @Test func `silence is reminded half-way and leaves the task out after seven days`() async throws {
        let (company, run) = try await waiting()
        defer { company.close() }
        let start = company.environment.clock.now()
        let result = try await company.environment.result(of: run)
        #expect(company.environment.clock.now() - start == .seconds(7 * 86_400))
        #expect(result.tasks.last?.note == "nobody did it within 7 days")
        let history = try await run.query(\.approvalHistory)
        #expect(history.map(\.outcome) == [.reminded, .timeout])
        #expect(history[1].time.timeIntervalSince(history[0].time) == 3.5 * 86_400)
        #expect(try await row(company) == "skipped system nobody did it within 7 days")
    }

    @Test func `a tenant may ask for two of HR, business days, and somebody to escalate to`() async throws {
        let (company, run) = try await waiting(
            OnboardingPolicy(
                businessDays: true,
                benefits: ApprovalLevelPolicy(
                    days: 4,
                    quorum: 2,
                    reminderPercent: 25,
                    escalation: ApprovalEscalation(role: "ceo", afterPercent: 75)
                )
            )
        )
        defer { company.close() }
        // Four business days from Wednesday evening: Friday and Saturday are off.
        #expect(
            try await run.query(\.tasks)[.benefitsEnrollment].waitsUntil
                == (company.environment.clock.now() + .seconds(6 * 86_400)).date
        )
        try await run.signal(\.approve, ApprovalSignal(approver: "hira"))
        try await run.signal(\.approve, ApprovalSignal(approver: "boss"))
        try await company.environment.settle()
        #expect(try await run.query(\.tasks)[.benefitsEnrollment].state == .waiting)
        try await company.moveClock(to: "2026-11-24", hour: 1)
        #expect(try await told(run) == ["approved hira", "refused boss", "reminded", "escalated"])
        let row = try #require(try await company.tasks().last)
        #expect(row.otherRole == "ceo" && row.role == "hr" && row.excluded == ["hira", "karim"])
        try await run.signal(\.approve, ApprovalSignal(approver: "boss"))
        #expect(try await company.environment.result(of: run).tasks.last?.by == "boss")
    }

    @Test func `within the limit in business days nobody did it`() async throws {
        let (company, run) = try await waiting(OnboardingPolicy(benefitsDays: 1, businessDays: true))
        defer { company.close() }
        #expect(
            try await company.environment.result(of: run).tasks.last?.note == "nobody did it within 1 business day"
        )
    }

    @Test func `a question stops the clock, and is the manager's to answer`() async throws {
        let (company, run) = try await waiting()
        defer { company.close() }
        let start = company.environment.clock.now()
        try await run.signal(\.requestInfo, InfoRequestSignal(requestedBy: "salma", question: "Permanent?"))
        try await company.environment.settle()
        #expect(try await run.query(\.tasks)[.benefitsEnrollment].waitsUntil == nil)
        #expect(try await company.outbox.last { $0.kind == "info_requested" }?.recipient == "karim")
        #expect(try await company.tasks().filter(\.isQuestion).map { $0.assignee } == ["karim"])
        try await company.moveClock(to: "2026-11-21")
        try await run.signal(\.provideInfo, InfoAnswerSignal(answer: "yes", providedBy: "karim"))
        let pause = company.environment.clock.now() - start
        #expect(try await company.environment.result(of: run).status == .partial)
        #expect(company.environment.clock.now() - start == .seconds(7 * 86_400) + pause)
        #expect(try await company.tasks().filter(\.isQuestion).map(\.state) == [.done])
    }

    @Test func `a question about a decision that was taken meanwhile is withdrawn`() async throws {
        let (company, run) = try await waiting()
        defer { company.close() }
        try await run.signal(\.requestInfo, InfoRequestSignal(requestedBy: "salma", question: "Permanent?"))
        try await company.environment.settle()
        try await run.signal(\.approve, ApprovalSignal(approver: "salma"))
        _ = try await company.environment.result(of: run)
        #expect(try await company.tasks().filter(\.isQuestion).map(\.state) == [.withdrawn])
    }

    @Test func `a deputy decides before the first week, and it is kept until then`() async throws {
        let company = try await Company.withPeople()
        defer { company.close() }
        let deputyship = Deputyship(
            tenant: "default",
            user: "salma",
            deputy: "nasrin",
            from: try LocalDate(Company.today),
            until: try LocalDate("2026-11-30")
        )
        try await SQLDeputyService(database: company.database).delegate(deputyship, by: "salma", at: Company.time)
        let run = try await company.onboard(try Company.newcomer(start: "2026-11-27"))
        try await company.environment.settle()
        try await run.signal(\.approve, ApprovalSignal(approver: "nasrin"))
        try await company.environment.settle()
        #expect(try await told(run) == ["kept nasrin"])
        #expect(try await run.query(\.tasks)[.benefitsEnrollment].state == .pending)
        let result = try await company.environment.result(of: run)
        #expect(result.status == .completed)
        #expect(result.tasks.last?.by == "nasrin" && result.tasks.last?.note == "for salma")
        #expect(try await row(company) == "done nasrin for salma")
    }

    @Test func `whoever says that it is done ends the wait, and later decisions do not count`() async throws {
        let (company, run) = try await waiting()
        defer { company.close() }
        // Another task keeps the run open.
        let other = try await company.onboard(try Company.newcomer("E-2", start: "2026-11-01", location: "Nowhere"))
        try await company.environment.settle()
        for one in [run, other] {
            try await one.signal(
                \.completeTask,
                TaskCompletion(taskId: "benefits-enrollment", completedBy: "salma")
            )
        }
        try await company.environment.settle()
        #expect(try await run.query(\.status) == .completed)
        try await other.signal(\.approve, ApprovalSignal(approver: "hira"))
        try await company.environment.settle()
        let last = try #require(try await other.query(\.approvalHistory).last)
        #expect(last.outcome == .refused && last.reason == "The enrolment was already done.")
        #expect(try await other.query(\.tasks)[.benefitsEnrollment].by == "salma")
        #expect(try await company.environment.result(of: other).status == .partial)
    }

    @Test func `a withdrawal while HR thinks about it withdraws the row`() async throws {
        let (company, run) = try await waiting()
        defer { company.close() }
        try await run.cancel(reason: "changed their mind")
        await #expect(throws: (any Error).self) { try await company.environment.result(of: run) }
        #expect(try await run.query(\.status) == .withdrawn)
        #expect(try await row(company).hasPrefix("withdrawn -"))
    }
}
