import Database
import Foundation
import Synchronization
import Testing
import WorkflowAPI
import WorkflowRuntime
import WorkflowTesting

@testable import ERPWorkflows

@Suite(.serialized, .onEveryDatabase) struct OnboardingWithdrawalTests {
    private func states(_ company: Company) async throws -> [String] {
        try await company.rows(
            """
            SELECT 'account', state FROM erp_user_account UNION ALL SELECT 'mailbox', state FROM erp_mailbox
            UNION ALL SELECT 'workstation', state FROM erp_workstation_assignment
            UNION ALL SELECT 'badge', state FROM erp_badge UNION ALL SELECT 'orientation', state FROM erp_orientation
            UNION ALL SELECT 'mentor', state FROM erp_mentorship
            UNION ALL SELECT 'benefits', state FROM erp_benefit_enrolment
            """
        )
    }

    private func undone(_ company: Company) async throws -> [String] {
        let names = Set(OnboardingTaskID.allCases.map { OnboardingActivities.undo($0).name } + ["changeEmployee"])
        return try await company.environment.history(of: "E-1").compactMap { event in
            guard case .activityTaskScheduled(let scheduled) = event.attributes,
                names.contains(scheduled.activityType)
            else { return nil }
            return scheduled.activityType
        }
    }

    @Test func `withdrawn before its first phase, there is nothing to undo but the record`() async throws {
        let company = try await Company.withPeople()
        defer { company.close() }
        let run = try await company.onboard(try Company.newcomer(start: "2026-11-27"))
        try await company.environment.settle()
        try await run.cancel(reason: "they took another offer")
        await #expect(throws: WorkflowClosedError.self) { try await company.environment.result(of: run) }
        #expect(try await run.query(\.status) == .withdrawn)
        #expect(try await states(company).isEmpty)
        #expect(try await undone(company) == ["changeEmployee"])
        #expect(try await company.tasks().map(\.state) == Array(repeating: .withdrawn, count: 7))
        #expect(try await company.rows("SELECT state FROM erp_employee") == ["withdrawn"])
        #expect(
            try await company.outbox.map { "\($0.kind) \($0.recipient)" } == [
                "onboarding_withdrawn karim", "onboarding_withdrawn salma",
            ]
        )
        #expect(
            try await company.audit.map { "\($0.action) by \($0.actor): \($0.details)" } == [
                "withdrawn by test: they took another offer"
            ]
        )
        #expect(try await run.query(\.tasks).states == Array(repeating: "withdrawn", count: 7))
    }

    @Test func `withdrawn at once, before anything was looked up, manager and HR are told all the same`() async throws {
        let company = try await Company.withPeople()
        defer { company.close() }
        let run = try await company.onboard(try Company.newcomer(start: "2026-10-01"))
        try await run.signal(\.skipTask, TaskSkip(taskId: "create-badge", reason: "no"))
        try await run.cancel()
        await #expect(throws: WorkflowClosedError.self) { try await company.environment.result(of: run) }
        #expect(try await states(company).isEmpty)
        #expect(try await company.rows("SELECT * FROM erp_employee").isEmpty)
        #expect(try await run.query(\.tasks).refused.count == 1)
        #expect(try await company.outbox.map(\.kind) == ["onboarding_withdrawn", "onboarding_withdrawn"])
    }

    @Test func `withdrawn after preparations, these are undone in reverse order and nothing else`() async throws {
        let company = try await Company.withPeople()
        defer { company.close() }
        let run = try await company.onboard(try Company.newcomer(start: "2026-11-22"))
        try await company.moveClock(to: "2026-11-20", hour: 1)
        #expect(
            try await run.query(\.details).compensations.map(\.name) == [
                "employee-record", "create-user-account", "create-email", "assign-workstation",
            ]
        )
        try await run.cancel()
        await #expect(throws: WorkflowClosedError.self) { try await company.environment.result(of: run) }
        #expect(try await states(company) == ["account disabled", "mailbox closed", "workstation returned"])
        #expect(
            try await undone(company) == ["returnWorkstation", "closeMailbox", "disableUserAccount", "changeEmployee"]
        )
        // The workstation is free again, the user name is not.
        let next = try await company.onboard(try Company.newcomer("E-2", start: "2026-10-01"))
        try await company.environment.settle()
        #expect(try await next.query(\.tasks)[.assignWorkstation].given == "WS-1")
        #expect(try await next.query(\.tasks)[.createUserAccount].given == "shirin.akhter2")
        #expect(try await company.outbox.contains { $0.kind == "welcome_withdrawn" } == false)
    }

    @Test func `withdrawn in the first week, everything is undone, and what was done by hand is named`() async throws {
        let company = try await Company.withPeople()
        defer { company.close() }
        let run = try await company.onboard(try Company.newcomer(start: "2026-11-22"))
        try await company.environment.settle()
        try await run.signal(\.completeTask, TaskCompletion(taskId: "create-email", completedBy: "nasrin"))
        try await company.moveClock(to: "2026-11-22", hour: 1)
        try await run.cancel(reason: "forged papers")
        await #expect(throws: WorkflowClosedError.self) { try await company.environment.result(of: run) }
        #expect(
            try await states(company) == [
                "account disabled", "workstation returned", "badge revoked", "orientation cancelled", "mentor ended",
            ]
        )
        #expect(
            try await undone(company) == [
                "endMentoring", "cancelOrientation", "revokeBadge", "returnWorkstation", "disableUserAccount",
                "changeEmployee",
            ]
        )
        #expect(try await company.tasks().map(\.state) == Array(repeating: .done, count: 6) + [.withdrawn])
        #expect(try await company.outbox.contains { $0.kind == "welcome_withdrawn" })
        let told = try #require(try await company.outbox.last { $0.kind == "onboarding_withdrawn" })
        #expect(told.body.contains("withdrawn by test: forged papers"))
        #expect(told.body.contains("create-email was done by nasrin and has to be undone by hand"))
        #expect(try await run.query(\.details).compensations.allSatisfy { $0.state == .undone })
        #expect(try await SQLAuditService(database: company.database).verify("default").isEmpty)
    }

    @Test func `a failure after benefits were entered undoes these as well`() async throws {
        let company = try await Company.withPeople(replaced: [
            ActivityRegistration(PurchaseOrderActivities.recordAudit) { entry in
                guard entry.action != "completed" else {
                    throw ApplicationError(type: "Broken", message: "no audit", nonRetryable: true)
                }
                return NoValue()
            }
        ])
        defer { company.close() }
        let run = try await company.onboard(try Company.newcomer(start: "2026-10-01"))
        try await run.signal(\.completeTask, TaskCompletion(taskId: "benefits-enrollment", completedBy: "salma"))
        await #expect(throws: WorkflowClosedError.self) { try await company.environment.result(of: run) }
        #expect(try await run.query(\.status) == .error)
        #expect(try await run.query(\.details).reason == "no audit")
        #expect(try await states(company).last == "benefits ended")
        #expect(try await company.rows("SELECT state FROM erp_employee") == ["withdrawn"])
        #expect(try await undone(company).dropFirst(1).first == "endBenefits")
        #expect(try await company.outbox.contains { $0.kind == "onboarding_error" })
    }

    @Test func `what cannot be undone is told, and the rest is undone`() async throws {
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
        #expect(try await states(company) == ["account disabled", "mailbox active", "workstation returned"])
        #expect(try await company.audit.last?.details.contains("create-email could not be undone") == true)
    }

    @Test func `a service that refuses leaves the task to people`() async throws {
        let company = try await Company.withPeople(replaced: [
            ActivityRegistration(OnboardingActivities.perform(.createBadge)) { _ in
                throw ApplicationError(type: "Broken", message: "the printer burns", nonRetryable: true)
            }
        ])
        defer { company.close() }
        let run = try await company.onboard(try Company.newcomer(start: "2026-10-01"))
        try await company.environment.settle()
        let badge = try await run.query(\.tasks)[.createBadge]
        #expect(badge.state == .waiting && badge.note == "the system could not do it: the printer burns")
        // It may have had its effect all the same: it would be undone.
        #expect(try await run.query(\.details).compensations.map(\.name).contains("create-badge"))
        #expect(try await company.environment.result(of: run).status == .partial)
    }

    @Test func `an employee is in the hands of one workflow, and the database says of which`() async throws {
        let company = try await Company.withPeople()
        defer { company.close() }
        let first = try await company.onboard(try Company.newcomer(), id: "first")
        try await company.environment.settle()
        let second = try await company.onboard(try Company.newcomer(), id: "second")
        await #expect(throws: WorkflowClosedError.self) { try await company.environment.result(of: second) }
        #expect(
            try await second.query(\.details).reason
                == "employee E-1 is in the hands of workflow 'first' or was brought in by it"
        )
        #expect(try await first.query(\.status) == .pending)
        #expect(try await company.rows("SELECT workflow_id, state FROM erp_employee") == ["first onboarding"])
        #expect(try await company.tasks("first").allSatisfy { $0.state == .open })
        #expect(try await company.tasks("second").isEmpty)
    }

    @Test func `unknown people and days that cannot be meant are refused clearly`() async throws {
        let company = try await Company.withPeople()
        defer { company.close() }
        func reason(_ input: EmployeeOnboardingInput, _ id: String) async throws -> String? {
            let run = try await company.onboard(input, id: id)
            await #expect(throws: WorkflowClosedError.self) { try await company.environment.result(of: run) }
            return try await run.query(\.details).reason
        }
        let stranger = try await reason(try Company.newcomer(manager: "nobody"), "a")
        #expect(stranger == "the manager nobody is not an active user")
        // HR is known, and told.
        #expect(try await company.outbox.map(\.recipient) == ["salma"])
        let far = try await reason(try Company.newcomer(start: "2206-11-22"), "b")
        #expect(far?.contains("the start date is more than ten years from today") == true)
        var other = try Company.newcomer()
        other.tenantId = "other"
        #expect(try await reason(other, "c")?.contains("belongs to another tenant") == true)
        #expect(try await company.rows("SELECT * FROM erp_employee").isEmpty)
    }

    @Test func `a first day years away is waited for`() async throws {
        let company = try await Company.withPeople()
        defer { company.close() }
        let run = try await company.onboard(try Company.newcomer(start: "2035-01-01"))
        let result = try await company.environment.result(of: run)
        #expect(result.status == .partial)
        #expect(result.tasks[4].given == "2035-01-01 10:00, room R-1")
        #expect(company.environment.clock.now() == (try LocalDate("2035-01-08").startInDhaka()))
    }

    @Test func `a recorded history replays`() async throws {
        let company = try await Company.withPeople()
        defer { company.close() }
        let run = try await company.onboard(try Company.newcomer())
        try await run.signal(\.completeTask, TaskCompletion(taskId: "create-badge", completedBy: "nasrin"))
        try await run.signal(\.skipTask, TaskSkip(taskId: "benefits-enrollment", reason: "no"))
        _ = try await company.environment.result(of: run)
        let events = try await company.environment.history(of: "E-1")
        let json = try HistoryJSON.encode(events)
        let replayer = WorkflowReplayer(ERPPack.workflows)
        try replayer.replay(json: Array(json.utf8))
        let changed = json.replacing("issueBadge", with: "printBadge").replacing("bookOrientation", with: "book")
        #expect(throws: NondeterminismReport.self) { try replayer.replay(json: Array(changed.utf8)) }
        // The national id stands in the start alone.
        let nid = Data("1234567890".utf8)
        for event in events {
            guard case .activityTaskScheduled(let scheduled) = event.attributes else { continue }
            #expect(scheduled.input.allSatisfy { Data($0.data).range(of: nid) == nil }, "\(scheduled.activityType)")
        }
        #expect(try await company.rows("SELECT nid_masked, phone FROM erp_employee") == ["******7890 01711000001"])
        #expect(try await company.outbox.allSatisfy { !$0.body.contains("1234567890") })
    }

    @Test func `bad input is refused with its place, and without the value`() throws {
        let good: [String: String] = [
            "employeeId": "E", "name": "N", "email": "a@b", "phone": "01711000001", "nid": "1234567890",
            "department": "d", "position": "p", "startDate": "2026-11-22", "managerId": "m", "hrManagerId": "h",
            "location": "l",
        ]
        func problem(_ key: String, _ value: String) throws -> String {
            var input = good
            input[key] = value
            let payload = Payload.json(String(decoding: try JSONEncoder().encode(input), as: UTF8.self))
            do {
                _ = try PayloadConverter.value(payload, as: EmployeeOnboardingInput.self)
                return "nothing"
            } catch {
                return String(describing: error)
            }
        }
        #expect(try problem("name", "Shirin") == "nothing")
        for (key, value, says) in [
            ("nid", "123456789012", "NID"), ("phone", "01211000001", "mobile number"),
            ("email", "nobody", "mail address"),
            ("startDate", "2026-02-30", "no such day"), ("startDate", "tomorrow", "not a date"),
            ("name", String(repeating: "x", count: 201), "1 to 200"), ("managerId", "", "1 to 200"),
        ] {
            let text = try problem(key, value)
            #expect(text.contains(says) && text.contains(key), "\(text)")
            #expect(value.isEmpty || !text.contains(value), "\(text)")
        }
    }
}
