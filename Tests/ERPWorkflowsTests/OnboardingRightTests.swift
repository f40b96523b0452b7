import Foundation
import Testing
import WorkflowAPI
import WorkflowRuntime
import WorkflowTesting

@testable import ERPWorkflows

/// Who may complete and skip the tasks of a new colleague, and who is recorded.
@Suite(.serialized, .onEveryDatabase) struct OnboardingRightTests {
    private func complete(_ run: WorkflowHandle<EmployeeOnboarding>, _ task: String, _ person: String) async throws {
        try await run.signal(\.completeTask, TaskCompletion(taskId: task, completedBy: person))
    }

    @Test func `a task is its owner's, HR's, or a deputy's of theirs, and nobody else's`() async throws {
        let company = try await Company.withPeople()
        defer { company.close() }
        let deputyship = Deputyship(
            tenant: "default",
            user: "karim",
            deputy: "rahim",
            from: try LocalDate(Company.today),
            until: try LocalDate("2026-11-30")
        )
        try await SQLDeputyService(database: company.database).delegate(deputyship, by: "karim", at: Company.time)
        let run = try await company.onboard(try Company.newcomer(start: "2026-11-27"))
        try await company.environment.settle()
        // The manager is not of IT, finance has the role, the mentor is the manager's or his deputy's, all are HR's.
        for (task, person) in [
            ("create-email", "karim"), ("create-email", "nasrin"), ("assign-mentor", "nasrin"),
            ("assign-mentor", "rahim"), ("create-badge", "rahim"), ("create-badge", "salma"),
            ("schedule-orientation", "karim"),
        ] {
            try await complete(run, task, person)
        }
        try await run.signal(
            \.skipTask,
            TaskSkip(taskId: "assign-workstation", reason: "brings one", skippedBy: "rahim")
        )
        try await run.signal(
            \.skipTask,
            TaskSkip(taskId: "assign-workstation", reason: "brings one", skippedBy: "nasrin")
        )
        try await company.environment.settle()
        let list = try await run.query(\.tasks)
        #expect(list.tasks.map(\.by) == [nil, "nasrin", "nasrin", "salma", nil, "rahim", nil])
        #expect(list.refused.map { $0.completedBy ?? "-" } == ["karim", "nasrin", "rahim", "karim", "rahim"])
        #expect(
            list.refused.first?.reason
                == "This person is neither of IT, to whom the task belongs, nor of HR, nor a deputy of theirs."
        )
        let row = try await company.tasks()[2]
        #expect(row.state == .skipped && row.closedBy == "nasrin" && row.note == "brings one")
    }

    @Test func `a tenant may let anybody see to tasks`() async throws {
        var people = Company.people
        people.onboardingPolicy = OnboardingPolicy(anyoneMayComplete: true)
        let company = try await Company.withPeople(people)
        defer { company.close() }
        let run = try await company.onboard(try Company.newcomer(start: "2026-11-27"))
        try await complete(run, "create-email", "rahim")
        try await company.environment.settle()
        #expect(try await run.query(\.tasks)[.createEmail].by == "rahim")
    }

    @Test func `whoever skips in another's name is refused where logins count`() async throws {
        let company = try await Company.withPeople(strict: true)
        defer { company.close() }
        let run = try await company.onboard(try Company.newcomer(start: "2026-11-27"))
        try await run.signal(\.skipTask, TaskSkip(taskId: "create-email", reason: "no", skippedBy: "salma"))
        try await company.environment.settle()
        let refused = try await run.query(\.tasks).refused
        #expect(refused.count == 1 && refused[0].completedBy == "salma")
        #expect(refused[0].reason.hasSuffix("this person has to send it themselves."))
    }
}
