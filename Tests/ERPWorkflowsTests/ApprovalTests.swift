import Foundation
import Testing
import WorkflowAPI
import WorkflowRuntime
import WorkflowTesting

@testable import ERPWorkflows

/// The building block in a workflow of somebody's own, while time is skipped.
@Suite(.serialized) struct ApprovalTests {
    @Test func `a decision has to come from the person's own login`() async throws {
        let desk = try await Desk()
        defer { desk.company.close() }
        let paper = try await desk.start([.departmentHead, ApprovalLevel("cfo", days: 1)])
        try await desk.approve("karim", from: "rahim")
        #expect(
            try await desk.lastReason == "It was sent by rahim@desk, and this person has to send it themselves."
        )
        try await desk.approve("karim", from: "")
        #expect(
            try await desk.lastReason
                == "Nobody knows who sent the decision, and this person has to send it themselves."
        )
        #expect(try await desk.waiting(for: "karim") == ["department_head"])
        try await desk.approve("karim")
        #expect(try await desk.history.last?.caller == "karim@desk")
        // A login may have another name than the user.
        try await desk.approve("cfo")
        #expect(try await desk.told == ["refused karim", "refused karim", "approved karim", "refused cfo"])
        try await desk.approve("cfo", from: "boss")
        #expect(try await desk.environment.result(of: paper) == "approved")
        #expect(try await desk.tasks.tasks(ofWorkflow: "P", in: "default").map(\.closedBy) == ["karim", "cfo"])
    }

    @Test func `where the tenant lets people act for others, the caller is recorded and need not match`() async throws {
        let desk = try await Desk()
        defer { desk.company.close() }
        let paper = try await desk.start([.departmentHead], ApprovalRules(actForOthers: true))
        try await desk.approve("karim", from: "typist")
        #expect(try await desk.environment.result(of: paper) == "approved")
        #expect(try await desk.history.map(\.caller) == ["typist@desk"])
    }

    @Test func `as many different people as the quorum says have to agree, and one who says no is enough`() async throws
    {
        let two = ApprovalLevel("finance", quorum: 2, days: 3)
        let desk = try await Desk()
        defer { desk.company.close() }
        let paper = try await desk.start([two])
        #expect(try await desk.waiting(for: "nasrin") == ["finance"])
        try await desk.approve("nasrin")
        #expect(try await desk.waiting(for: "nasrin") == [])
        #expect(try await desk.waiting(for: "farida") == ["finance"])
        try await desk.approve("nasrin")
        #expect(try await desk.lastReason == "This person has already decided as finance; the first decision stands.")
        try await desk.approve("farida")
        #expect(try await desk.environment.result(of: paper) == "approved")
        #expect(try await desk.told == ["approved nasrin", "refused nasrin", "approved farida"])

        let other = try await Desk()
        defer { other.company.close() }
        let refused = try await other.start([two])
        try await other.approve("nasrin")
        try await other.reject("farida")
        #expect(try await other.environment.result(of: refused) == "rejected by farida (finance): no")
        let task = try #require(try await other.tasks.tasks(ofWorkflow: "P", in: "default").first)
        #expect(task.state == .done && task.closedBy == "farida")
        #expect(task.note == "rejected by farida (finance): no")
    }

    @Test func `a quorum that is not reached in time is silence`() async throws {
        let desk = try await Desk()
        defer { desk.company.close() }
        let paper = try await desk.start([ApprovalLevel("finance", quorum: 2, days: 3)])
        try await desk.approve("nasrin")
        #expect(try await desk.environment.result(of: paper) == "timeout: no response from finance")
        #expect(try await desk.told == ["approved nasrin", "reminded", "timeout"])
        // Who has decided is not reminded.
        let reminded = try await desk.company.outbox.filter { $0.kind == "approval_reminder" }.map(\.recipient)
        #expect(reminded == ["farida", "jamal"])
        let task = try #require(try await desk.tasks.tasks(ofWorkflow: "P", in: "default").first)
        #expect(task.state == .withdrawn && task.note == "timeout: no response from finance")
    }

    @Test func `each level has its own time, and a level that nobody decides ends it after that`() async throws {
        let desk = try await Desk()
        defer { desk.company.close() }
        let paper = try await desk.start([
            ApprovalLevel("department_head", isDepartmentOnly: true, days: 2),
            ApprovalLevel("finance", days: 5, reminderPercent: nil),
        ])
        let began = desk.environment.clock.now()
        desk.environment.after(.seconds(43_200)) {
            try await desk.say("approve", ApprovalSignal(approver: "karim"), from: "karim")
        }
        #expect(try await desk.environment.result(of: paper) == "timeout: no response from finance")
        #expect(desk.environment.clock.now() - began == .seconds(5 * 86_400 + 43_200))
        #expect(try await desk.told == ["approved karim", "timeout"])
    }

    @Test func `when it takes long others are told and may decide, but not before`() async throws {
        let escalation = ApprovalEscalation(role: "cfo", afterPercent: 75)
        let desk = try await Desk()
        defer { desk.company.close() }
        let level = ApprovalLevel("department_head", isDepartmentOnly: true, days: 4, escalation: escalation)
        let paper = try await desk.start([level])
        try await desk.approve("cfo", from: "boss")
        #expect(
            try await desk.lastReason == "This person may decide as department head only once that has taken too long."
        )
        #expect(try await desk.waiting(for: "cfo") == [])
        desk.environment.after(.seconds(3 * 86_400 + 60)) {
            #expect(try await desk.waiting(for: "cfo") == ["department_head"])
            try await desk.say("approve", ApprovalSignal(approver: "cfo"), from: "boss")
        }
        #expect(try await desk.environment.result(of: paper) == "approved")
        #expect(try await desk.told == ["refused cfo", "reminded", "escalated", "approved cfo"])
        #expect(
            try await desk.company.outbox.map { "\($0.kind) \($0.recipient)" } == [
                "approval_requested jamal", "approval_requested karim", "approval_reminder jamal",
                "approval_reminder karim", "approval_escalated cfo",
            ]
        )
    }

    @Test func `nobody decides after the escalation either, and it ends`() async throws {
        let desk = try await Desk()
        defer { desk.company.close() }
        let escalation = ApprovalEscalation(role: "cfo")
        let paper = try await desk.start([ApprovalLevel("finance", days: 4, escalation: escalation)])
        #expect(try await desk.environment.result(of: paper) == "timeout: no response from finance")
        #expect(try await desk.told == ["reminded", "escalated", "timeout"])
    }

    @Test func `a question stops the clock until its answer, and only who may decide may ask`() async throws {
        let desk = try await Desk()
        defer { desk.company.close() }
        let paper = try await desk.start([ApprovalLevel("finance", days: 2)])
        let began = desk.environment.clock.now()
        try await desk.say("provideInfo", InfoAnswerSignal(answer: "because"), from: "rahim")
        try await desk.say("requestInfo", InfoRequestSignal(requestedBy: "karim", question: "why?"), from: "karim")
        try await desk.say("requestInfo", InfoRequestSignal(requestedBy: "nasrin", question: "why?"), from: "nasrin")
        try await desk.environment.settle()
        #expect(try await desk.told == ["refused", "refused karim", "info_requested nasrin"])
        desk.environment.after(.seconds(30 * 86_400)) {
            try await desk.say(
                "provideInfo",
                InfoAnswerSignal(answer: "for the site", providedBy: "rahim"),
                from: "rahim"
            )
        }
        #expect(try await desk.environment.result(of: paper) == "timeout: no response from finance")
        #expect(desk.environment.clock.now() - began == .seconds(32 * 86_400))
        let history = try await desk.history
        #expect(history.map(\.outcome) == [.refused, .refused, .infoRequested, .infoProvided, .reminded, .timeout])
        #expect(history[0].reason == RefusalText.nobodyAsked)
        #expect(history[2].comments == "why?" && history[3].comments == "for the site")
        #expect(history[3].caller == "rahim@desk")
        let mails = try await desk.company.outbox.filter { $0.kind.hasPrefix("info") }
        #expect(
            mails.map { "\($0.recipient): \($0.body)" } == [
                "rahim: nasrin (finance) asks: why?", "nasrin: rahim answers: for the site",
            ]
        )
        let due = try #require(try await desk.tasks.tasks(ofWorkflow: "P", in: "default").first?.dueTime)
        #expect(due == (began + .seconds(32 * 86_400)).date)
    }

    @Test func `while a question waits the level may still be decided`() async throws {
        let desk = try await Desk()
        defer { desk.company.close() }
        let paper = try await desk.start([ApprovalLevel("finance", days: 2)])
        try await desk.say("requestInfo", InfoRequestSignal(requestedBy: "nasrin", question: "why?"), from: "nasrin")
        try await desk.environment.settle()
        try await desk.approve("farida")
        #expect(try await desk.environment.result(of: paper) == "approved")
        #expect(try await desk.told == ["info_requested nasrin", "approved farida"])
    }

    @Test func `business days leave out the weekend and a public holiday`() async throws {
        let desk = try await Desk()
        defer { desk.company.close() }
        // The clock starts on Thursday 2026-11-19 in Dhaka, in the night of the 18th in UTC.
        let opened = desk.environment.clock.now()
        #expect(LocalDate(inDhaka: opened).description == "2026-11-18")
        let calendar = try BusinessCalendar(holidays: [LocalDate("2026-11-22")])
        let rules = ApprovalRules(businessDays: true, calendar: calendar)
        let paper = try await desk.start([ApprovalLevel("finance", days: 2)], rules)
        #expect(try await desk.environment.result(of: paper) == "timeout: no response from finance")
        // Thursday counts, Friday, Saturday and the holiday on Sunday do not, Monday does.
        #expect(desk.environment.clock.now() - opened == .seconds(5 * 86_400))
    }

    @Test func `a request that cannot be carried out fails the workflow, and what is cancelled leaves no task`()
        async throws
    {
        let desk = try await Desk()
        defer { desk.company.close() }
        let twice = try await desk.start([.finance, .finance])
        await #expect(throws: WorkflowClosedError.self) { try await desk.environment.result(of: twice) }

        let other = try await Desk()
        defer { other.company.close() }
        let paper = try await other.start([.finance])
        #expect(try await other.waiting(for: "nasrin") == ["finance"])
        try await paper.cancel()
        await #expect(throws: WorkflowClosedError.self) { try await other.environment.result(of: paper) }
        #expect(try await other.waiting(for: "nasrin") == [])
        #expect(try await other.tasks.tasks(ofWorkflow: "P", in: "default").map(\.state) == [.withdrawn])
        try await WorkflowReplayer([WorkflowRegistration(PaperApproval.self)])
            .replay(other.environment.history(of: "P"))
    }
}
