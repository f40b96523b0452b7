import Foundation
import Testing
import WorkflowAPI
import WorkflowRuntime
import WorkflowTesting

@testable import ERPWorkflows

@Suite(.serialized, .onEveryDatabase) struct OnboardingTests {
    @Test func `an employee is onboarded phase by phase, and nothing is skipped`() async throws {
        let company = try await Company.withPeople()
        defer { company.close() }
        let run = try await company.onboard(try Company.newcomer(start: "2026-11-27"))
        try await company.environment.settle()
        #expect(try await run.query(\.status) == .pending)
        #expect(try await run.query(\.progress) == 0)
        let pending = try await run.query(\.details)
        #expect(pending.nextPhaseTime == (try LocalDate("2026-11-25").startInDhaka()).date)
        // All seven rows are there from the beginning, with owner and due date.
        let rows = try await company.tasks()
        #expect(rows.map(\.key.task) == OnboardingTaskID.allCases.map(\.rawValue))
        #expect(rows.allSatisfy { $0.state == .open })
        // What benefits a colleague gets is decided.
        #expect(rows.map(\.kind) == Array(repeating: .todo, count: 6) + [.approval])
        #expect(rows.map { $0.assignee ?? $0.role } == ["it", "it", "it", "security", "salma", "karim", "salma"])
        #expect(rows[2].dueTime == (try LocalDate("2026-11-26").startInDhaka()).date)
        #expect(rows[6].dueTime == (try LocalDate("2026-12-05").startInDhaka()).date)

        try await company.moveClock(to: "2026-11-25", hour: 1)
        #expect(try await run.query(\.status) == .preArrivalSetup)
        #expect(try await run.query(\.progress) == 42)
        #expect(try await company.rows("SELECT user_name, state FROM erp_user_account") == ["shirin.akhter active"])
        #expect(
            try await company.rows("SELECT address, state FROM erp_mailbox") == ["shirin.akhter@example.com.bd active"]
        )
        #expect(
            try await company.rows("SELECT asset_tag, state FROM erp_workstation_assignment") == ["WS-1 assigned"]
        )

        try await company.moveClock(to: "2026-11-27", hour: 1)
        #expect(try await run.query(\.status) == .firstWeekTasks)
        #expect(try await run.query(\.progress) == 85)
        let list = try await run.query(\.tasks)
        #expect(try list[.createBadge].given == "B-00001")
        // 2026-11-27 is a Friday.
        #expect(try list[.scheduleOrientation].given == "2026-11-29 10:00, room R-1")
        // The manager is no mentor.
        #expect(try list[.assignMentor].given == "rahim")
        #expect(try list[.benefitsEnrollment].state == .waiting)
        let welcome = try #require(try await company.outbox.first { $0.kind == "welcome" })
        #expect(welcome.address == "shirin@home.example")
        #expect(welcome.body.contains("shirin.akhter@example.com.bd") && welcome.body.contains("Your mentor: rahim"))

        try await run.signal(
            \.completeTask,
            TaskCompletion(taskId: "benefits-enrollment", completedBy: "salma")
        )
        let result = try await company.environment.result(of: run)
        #expect(result.status == .completed)
        #expect(result.tasks.map(\.state) == Array(repeating: .done, count: 7))
        #expect(result.tasks.last?.by == "salma" && result.tasks.last?.given == "Provident fund")
        #expect(try await run.query(\.status) == .completed)
        #expect(try await run.query(\.progress) == 100)
        #expect(
            try await company.rows("SELECT plan_id, enrolled_by, state FROM erp_benefit_enrolment")
                == ["PF salma enrolled"]
        )
        #expect(try await company.rows("SELECT state FROM erp_employee") == ["active"])
        #expect(try await company.tasks().map(\.state) == Array(repeating: .done, count: 7))
        let told = try await company.outbox.filter { $0.kind == "onboarding_completed" }
        #expect(told.map(\.recipient) == ["karim", "salma"])
        #expect(
            try await company.audit.map { "\($0.entity) \($0.entityId) \($0.action)" } == ["employee E-1 completed"]
        )
        #expect(try await run.query(\.details).compensations.isEmpty)
    }

    @Test func `one who began in the past is seen to at once, and benefits are skipped after seven days`() async throws
    {
        let company = try await Company.withPeople()
        defer { company.close() }
        let run = try await company.onboard(try Company.newcomer(start: "2026-10-01"))
        try await company.environment.settle()
        #expect(try await run.query(\.status) == .firstWeekTasks)
        // 10 o'clock of this day is over.
        #expect(try await run.query(\.tasks)[.scheduleOrientation].given == "2026-11-19 10:00, room R-1")
        #expect(try await run.query(\.details).waitingFor == [.benefitsEnrollment])
        let start = company.environment.clock.now()
        let result = try await company.environment.result(of: run)
        #expect(company.environment.clock.now() - start == .seconds(7 * 86_400))
        #expect(result.status == .partial)
        #expect(result.tasks.last?.state == .skipped)
        #expect(result.tasks.last?.note == "nobody did it within 7 days")
        #expect(try await company.tasks().last?.state == .skipped)
        #expect(try await company.rows("SELECT count(*) FROM erp_benefit_enrolment") == ["0"])
        #expect(try await company.rows("SELECT state FROM erp_employee") == ["active"])
        #expect(try await company.outbox.filter { $0.kind == "onboarding_partial" }.count == 2)
        let asked = try await company.outbox.filter { $0.kind.hasPrefix("approval") }
        #expect(asked.map { "\($0.kind) \($0.recipient)" } == ["approval_requested salma", "approval_reminder salma"])
    }

    @Test func `what the system cannot do waits for its owner, later phases go on, and then it is skipped`()
        async throws
    {
        let company = try await Company.withPeople(SeedPeople())
        defer { company.close() }
        let run = try await company.onboard(try Company.newcomer(start: "2026-11-22"))
        try await company.moveClock(to: "2026-11-20", hour: 1)
        let list = try await run.query(\.tasks)
        #expect(list.states == ["done", "waiting", "waiting", "pending", "pending", "pending", "pending"])
        #expect(try list[.createEmail].note == "no mail domain is set for the company")
        #expect(try list[.assignWorkstation].note == "no workstation is free at Dhaka")
        #expect(
            try list[.assignWorkstation].waitsUntil == (try LocalDate("2026-11-27").startInDhaka()).date
        )
        #expect(try await company.tasks()[2].state == .open)
        try await company.moveClock(to: "2026-11-22", hour: 1)
        let later = try await run.query(\.tasks)
        #expect(later.states == ["done", "waiting", "waiting", "done", "waiting", "waiting", "waiting"])
        #expect(try later[.scheduleOrientation].note == "there is no room for orientations at Dhaka")
        #expect(try later[.assignMentor].note == "nobody but the manager may be a mentor in operations")
        try await run.signal(\.completeTask, TaskCompletion(taskId: "assign-workstation", completedBy: "nasrin"))
        let result = try await company.environment.result(of: run)
        #expect(result.status == .partial)
        #expect(result.tasks.map(\.state) == [.done, .skipped, .done, .done, .skipped, .skipped, .skipped])
        #expect(
            result.tasks[1].note == "no mail domain is set for the company; nobody did it within 7 days"
        )
        #expect(result.tasks[2].by == "nasrin")
        #expect(try await company.tasks()[2].closedBy == "nasrin")
        let waits = try await company.outbox.filter { $0.kind.hasPrefix("task_waits") }
        #expect(waits.map(\.recipient) == ["salma", "salma", "salma", "karim"])
        #expect(waits[1].body.contains("waits for IT: no workstation is free at Dhaka"))
    }

    @Test func `people do and skip tasks before the system, which then leaves them alone`() async throws {
        let company = try await Company.withPeople()
        defer { company.close() }
        let run = try await company.onboard(try Company.newcomer(start: "2026-11-27"))
        for task in OnboardingTaskID.allCases.dropFirst() {
            try await run.signal(\.skipTask, TaskSkip(taskId: task.rawValue, reason: "has one"))
        }
        try await run.signal(\.completeTask, TaskCompletion(taskId: "create-user-account", completedBy: "nasrin"))
        try await company.environment.settle()
        #expect(try await run.query(\.progress) == 100)
        #expect(try await company.tasks().map(\.state) == [.done] + Array(repeating: .skipped, count: 6))
        #expect(try await company.tasks()[1].note == "has one")
        let result = try await company.environment.result(of: run)
        #expect(result.status == .partial)
        #expect(try await company.rows("SELECT * FROM erp_user_account").isEmpty)
        #expect(try await company.rows("SELECT * FROM erp_badge").isEmpty)
    }

    @Test func `when everything is skipped it has failed, and the employee can be onboarded again`() async throws {
        let company = try await Company.withPeople()
        defer { company.close() }
        let run = try await company.onboard(try Company.newcomer())
        for task in OnboardingTaskID.allCases {
            try await run.signal(\.skipTask, TaskSkip(taskId: task.rawValue, reason: "no"))
        }
        #expect(try await company.environment.result(of: run).status == .failed)
        #expect(try await company.rows("SELECT state FROM erp_employee") == ["withdrawn"])
        #expect(try await company.audit.map(\.action) == ["failed"])
        let again = try await company.onboard(try Company.newcomer(), id: "again")
        #expect(try await company.environment.result(of: again).status == .partial)
    }

    @Test func `signals that break a rule change nothing and are listed with why`() async throws {
        let company = try await Company.withPeople()
        defer { company.close() }
        let run = try await company.onboard(try Company.newcomer(start: "2026-10-01"))
        try await company.environment.settle()
        func complete(_ task: String, _ person: String) async throws {
            try await run.signal(\.completeTask, TaskCompletion(taskId: task, completedBy: person))
        }
        try await complete("create-coffee", "salma")
        try await complete("create-badge", "salma")
        try await complete("benefits-enrollment", "nobody")
        try await run.signal(\.skipTask, TaskSkip(taskId: "benefits-enrollment", reason: "  "))
        try await company.environment.settle()
        let list = try await run.query(\.tasks)
        #expect(
            list.refused.map(\.reason) == [
                OnboardingRefusalText.unknownTask, "The task was already done by system.",
                OnboardingRefusalText.notAnActiveUser, OnboardingRefusalText.noReason,
            ]
        )
        #expect(list.refused.map(\.signal) == ["completeTask", "completeTask", "completeTask", "skipTask"])
        #expect(try list[.benefitsEnrollment].state == .waiting)
        #expect(try await run.query(\.details).refused.count == 4)
        try await complete("benefits-enrollment", "salma")
        #expect(try await company.environment.result(of: run).status == .completed)
    }

    @Test func `where nobody may act for others a person sends their own completions`() async throws {
        let company = try await Company.withPeople(strict: true)
        defer { company.close() }
        let run = try await company.onboard(try Company.newcomer(start: "2026-10-01"))
        try await run.signal(\.completeTask, TaskCompletion(taskId: "benefits-enrollment", completedBy: "salma"))
        try await run.signal(\.skipTask, TaskSkip(taskId: "benefits-enrollment", reason: "no"))
        try await company.environment.settle()
        let refused = try await run.query(\.tasks).refused
        #expect(
            refused.map(\.reason) == [
                "It was sent by test, and this person has to send it themselves.", OnboardingRefusalText.nobodySent,
            ]
        )
        let salma = WorkflowClient(
            service: company.environment.client.service,
            identity: "salma@desk",
            makeID: { "salma-\(UUID())" }
        )
        try await salma.handle(EmployeeOnboarding.self, id: "E-1").signal(
            \.completeTask,
            TaskCompletion(taskId: "benefits-enrollment", completedBy: "salma")
        )
        #expect(try await company.environment.result(of: run).status == .completed)
    }
}
