import Foundation
import Testing
import WorkflowAPI
import WorkflowRuntime
import WorkflowTesting

@testable import ERPWorkflows

/// Questions of approvers as tasks of the requester. The clock starts on 2026-11-18 in Dhaka.
@Suite(.serialized) struct QuestionTests {
    private func ask(_ desk: Desk, _ question: String = "Which site?") async throws {
        let signal = InfoRequestSignal(requestedBy: "nasrin", question: question)
        try await desk.say("requestInfo", signal, from: "nasrin")
        try await desk.environment.settle()
    }

    private func answer(_ desk: Desk, by person: String?, from login: String) async throws {
        try await desk.say("provideInfo", InfoAnswerSignal(answer: "Savar", providedBy: person), from: login)
        try await desk.environment.settle()
    }

    /// The open questions that wait for a person, with what they say.
    private func questions(_ desk: Desk, for person: String) async throws -> [String] {
        let user = try await SQLDirectoryService(database: desk.company.database).user(person, in: "default")
        let now = desk.environment.clock.now().date
        let delegators = try await desk.deputies.delegators(of: person, at: now, in: "default")
        return try await desk.tasks.openTasks(for: try #require(user), delegators, in: "default")
            .filter(\.isQuestion).map { "\($0.title): \($0.note ?? "")" }
    }

    /// `done rahim`: how the tasks of questions ended, and by whom.
    private func ends(_ desk: Desk) async throws -> [String] {
        try await desk.tasks.tasks(ofWorkflow: "P", in: "default").filter(\.isQuestion)
            .map { task in task.state.rawValue + (task.closedBy.map { " \($0)" } ?? "") }
    }

    @Test func `a question is a task of the requester until they have answered, and is recorded as theirs`()
        async throws
    {
        let desk = try await Desk()
        defer { desk.company.close() }
        let paper = try await desk.start([.finance], ApprovalRules(questionDays: 30))
        try await ask(desk)
        #expect(try await questions(desk, for: "rahim") == ["Paper P: a question: nasrin (finance) asks: Which site?"])
        for other in ["nasrin", "karim"] { #expect(try await questions(desk, for: other) == []) }
        let task = try #require(try await desk.tasks.openTasks(in: "default").first(where: \.isQuestion))
        #expect(!task.isDoable && task.assignee == "rahim" && task.requestedBy == "nasrin")
        #expect(task.dueTime == (desk.environment.clock.now() + .seconds(30 * 86_400)).date)
        // Whoever names nobody is the requester only from the requester's login.
        try await answer(desk, by: nil, from: "karim")
        #expect(try await desk.lastReason?.hasPrefix("It was sent by karim@desk") == true)
        try await answer(desk, by: "karim", from: "karim")
        #expect(try await desk.lastReason == "The question is for rahim or a deputy of theirs to answer.")
        try await answer(desk, by: "rahim", from: "karim")
        #expect(try await ends(desk) == ["open"])
        try await answer(desk, by: nil, from: "rahim")
        let entry = try #require(try await desk.history.last)
        #expect(entry.outcome == .infoProvided && entry.approver == "rahim" && entry.caller == "rahim@desk")
        #expect(entry.onBehalfOf == nil)
        #expect(try await questions(desk, for: "rahim") == [])
        #expect(try await ends(desk) == ["done rahim"])
        // Another one is another task.
        try await ask(desk, "Which floor?")
        try await answer(desk, by: "rahim", from: "rahim")
        #expect(try await ends(desk) == ["done rahim", "done rahim"])
        try await desk.approve("nasrin")
        #expect(try await desk.environment.result(of: paper) == "approved")
    }

    @Test func `a deputy of the requester sees the question and answers it for them, one in a role does not`()
        async throws
    {
        let desk = try await Desk()
        defer { desk.company.close() }
        try await desk.delegate("rahim", to: "tanvir", "2026-11-01", "2026-11-30")
        _ = try await desk.start([.finance])
        try await ask(desk)
        #expect(try await questions(desk, for: "tanvir").count == 1)
        #expect(try await questions(desk, for: "shirin") == [])
        let told = try await desk.company.outbox.filter { $0.kind == "info_requested" }.map(\.recipient)
        #expect(told == ["rahim", "tanvir"])
        try await answer(desk, by: "shirin", from: "shirin")
        try await answer(desk, by: "tanvir", from: "tanvir")
        #expect(try await desk.told.suffix(2) == ["refused shirin", "info_provided tanvir for rahim"])
        #expect(try await ends(desk) == ["done tanvir"])
    }

    @Test func `a question that nobody needs any more is withdrawn`() async throws {
        let desk = try await Desk()
        defer { desk.company.close() }
        // Decided, while it waited.
        let decided = try await desk.start([.finance])
        try await ask(desk)
        try await desk.approve("farida")
        #expect(try await desk.environment.result(of: decided) == "approved")
        #expect(try await ends(desk) == ["withdrawn"])
        let replayer = WorkflowReplayer([WorkflowRegistration(PaperApproval.self)])
        try replayer.replay(json: Array(try HistoryJSON.encode(try await desk.environment.history(of: "P")).utf8))
        // Not answered in time.
        let silent = try await desk.start([.finance], ApprovalRules(questionDays: 30))
        try await ask(desk)
        #expect(try await desk.environment.result(of: silent).hasPrefix("timeout"))
        #expect(try await ends(desk) == ["withdrawn", "withdrawn"])
        // Cancelled.
        let cancelled = try await desk.start([.finance])
        try await ask(desk)
        try await cancelled.cancel()
        await #expect(throws: WorkflowClosedError.self) { try await desk.environment.result(of: cancelled) }
        #expect(try await ends(desk) == ["withdrawn", "withdrawn", "withdrawn"])
        #expect(try await desk.tasks.openTasks(in: "default").isEmpty)
    }
}
