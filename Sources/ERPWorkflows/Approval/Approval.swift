public import Foundation
import WorkflowAPI
import WorkflowRuntime

/// The approval of one document by people: levels one after the other, quorums, deputies, four eyes, reminders, escalation,
/// deadlines, questions that stop the clock, and a record of everything that was said.
///
/// A workflow holds one, lets its signals reach it, and waits for its outcome:
///
/// ```swift
/// public actor LeaveRequest: WorkflowDefinition {
///     let approval = Approval(of: "request")
///
///     public static func handlers(_ handlers: inout WorkflowHandlers<LeaveRequest>) {
///         handlers.approval { $0.approval }
///     }
///
///     public func run(_ leave: Leave) async throws -> String {
///         let document = ApprovalDocument(kind: "leave", id: leave.id, title: "Leave of \(leave.person)",
///             summary: "\(leave.person) asks for \(leave.days) days.", department: leave.department,
///             requestedBy: leave.person)
///         let levels = [ApprovalLevel("department_head", isDepartmentOnly: true, days: 3)]
///         let outcome = try await approval.run(ApprovalRequest(document, levels: levels))
///         return outcome.reason ?? "approved"
///     }
/// }
/// ```
///
/// Signals may come before ``run(_:)``: they are kept. The activities are those of ``ApprovalActivities``. Everything comes out
/// the same when the run is replayed. An `Approval` is used once.
///
/// `@unchecked Sendable`: touched only by code of the run, which one thread at a time runs.
public final class Approval: @unchecked Sendable {
    var ledger: ApprovalLedger
    var inbox = ApprovalInbox()
    var clock: ApprovalClock?
    /// Of so many questions, the first ones, the tasks are closed.
    var settledQuestions = 0
    let steps = ApprovalSteps()
    /// Levels whose tasks are rows that the workflow opens and closes itself, with the keys of those rows.
    let rows: [String: String]

    /// An approval; `noun` is what people call the document: `order`.
    public convenience init(of noun: String = "document") { self.init(of: noun, rows: [:]) }

    /// The same with levels that are decided on rows of the workflow's own.
    init(of noun: String, rows: [String: String]) {
        ledger = ApprovalLedger(noun: noun)
        self.rows = rows
    }

    /// What happened so far, in order, refused attempts included.
    public var history: [ApprovalHistoryEntry] { ledger.history }

    /// The level that is open; nil before the first one opens and after the last one is decided.
    public var waiting: WaitingLevel? {
        guard let clock, let level = ledger.openLevel else { return nil }
        return WaitingLevel(
            level: level,
            since: clock.opened.date,
            deadline: clock.isStopped ? nil : clock.deadline.date,
            isWaitingForInfo: ledger.isWaitingForInfo
        )
    }

    /// Says what is to be approved, by whom. From here on decisions are looked at; ``run()`` opens the levels. Throws a
    /// refusal when the request cannot be carried out, and the second time.
    public func begin(_ request: ApprovalRequest) throws {
        let problem = ledger.request == nil ? request.problem : "an approval is used once"
        if let problem { throw ApplicationError(type: "InvalidApproval", message: problem, nonRetryable: true) }
        ledger.require(request)
        try Workflow.spawn { try await self.lookAtMessages() }
    }

    /// Opens the levels that ``begin(_:)`` named, one after the other, and waits for people. Throws what its activities throw,
    /// and `CancellationError`; the task that is open is withdrawn then.
    public func run() async throws -> ApprovalOutcome { try await run(ledger.levels) }

    /// Opens some of the levels, for a workflow that has something to do between them; they come in the order of the request.
    func run(_ levels: [ApprovalLevel]) async throws -> ApprovalOutcome {
        defer { clock = nil }
        for level in levels {
            if let end = try await carry(level) { return end }
        }
        return .approved
    }

    /// ``begin(_:)`` and ``run()``.
    public func run(_ request: ApprovalRequest) async throws -> ApprovalOutcome {
        try begin(request)
        return try await run()
    }

    /// The document's fate is settled in this way: `rejected`, `cancelled`. From here on nothing counts that people say, and
    /// what nobody has looked at yet does not either. The first end stands.
    public func close(_ end: String) {
        ledger.close(because: RefusalText.over(ledger.noun, end))
        for message in inbox.removeAll() {
            ledger.refuse(
                message.content,
                because: RefusalText.overBeforeLook(ledger.noun, end),
                at: Workflow.now
            )
        }
    }
}

/// A level that waits for people.
public struct WaitingLevel: Codable, Hashable, Sendable {
    /// Which.
    public var level: ApprovalLevel
    /// When it opened.
    public var since: Date
    /// When it ends by itself; nil while a question waits for its answer.
    public var deadline: Date?
    /// A question waits for its answer, and the clock stands.
    public var isWaitingForInfo: Bool
}
