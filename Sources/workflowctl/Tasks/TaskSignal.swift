import ERPWorkflows
import Foundation
import History
import WorkflowAPI
import WorkflowCommands
import WorkflowRuntime

/// Sends the signals that act on a task, and looks what came of it.
struct TaskSignal {
    /// What became of a decision.
    enum Fate: Sendable {
        /// It counts, or waits for its level.
        case accepted(ApprovalHistoryEntry)
        /// It broke a rule.
        case refused(reason: String)
        /// No worker has taken it up in time.
        case unknown
    }

    /// How long to wait for a worker to take a signal up.
    static let patience = Duration.seconds(15)

    let task: HumanTask
    private let engine: WorkflowEngine

    init(_ task: HumanTask, _ engine: WorkflowEngine) {
        self.task = task
        self.engine = engine
    }

    private var namespace: Namespace { Namespace(task.key.tenant) }
    private var workflowID: WorkflowID { WorkflowID(task.key.workflowId) }
    private var runID: RunID { RunID(task.key.runId) }

    /// Sends a signal as the user of this process.
    func send(_ name: String, _ input: some Encodable & SendableMetatype) async throws {
        try await engine.client.signalWorkflow(
            SignalWorkflowRequest(
                namespace: namespace,
                workflowID: workflowID,
                runID: runID,
                signalName: name,
                input: [try PayloadConverter.payload(input)],
                identity: CallerIdentity.current,
                requestID: NewID.make()
            )
        )
    }

    /// Sends a decision of a person and waits until the workflow says whether it counts.
    func decide(
        _ signal: String,
        _ input: some Encodable & SendableMetatype,
        by person: String
    ) async throws -> Fate {
        let before = try await said(by: person)
        try await send(signal, input)
        return try await until(ends: .unknown) {
            let now = try await said(by: person)
            guard let new = now.entries.dropFirst(before.entries.count).first else {
                guard now.unlisted > before.unlisted else { return nil }
                return .refused(reason: "it broke a rule; so many do that they are no longer listed")
            }
            return new.outcome == .refused ? .refused(reason: new.reason ?? "") : .accepted(new)
        }
    }

    /// Looks again and again until there is something to tell, or patience ends.
    func until<Answer>(ends: Answer, _ look: () async throws -> Answer?) async throws -> Answer {
        let end = ContinuousClock.now + Self.patience
        while ContinuousClock.now < end {
            if let answer = try await look() { return answer }
            try await Task.sleep(for: .milliseconds(50))
        }
        return ends
    }

    /// The decisions, questions and answers that name a person, and how many are only counted.
    private func said(by person: String) async throws -> (entries: [ApprovalHistoryEntry], unlisted: Int) {
        let answer = try await engine.client.queryWorkflow(
            QueryWorkflowRequest(
                namespace: namespace,
                workflowID: workflowID,
                runID: runID,
                query: WorkflowQuery(id: "1", queryType: ApprovalMessages.approvalHistory.name, arguments: [])
            )
        )
        let history = try PayloadConverter.argument(answer, as: [ApprovalHistoryEntry].self)
        let decisions: Set<ApprovalHistoryEntry.Outcome> = [
            .approved, .rejected, .kept, .refused, .infoRequested, .infoProvided,
        ]
        // What was kept stands a second time when its level opens; that is no new decision.
        var kept: Set<String> = []
        let entries = history.filter { entry in
            guard entry.approver == person, decisions.contains(entry.outcome) else { return false }
            if entry.outcome == .kept, let level = entry.level { kept.insert(level) }
            return entry.outcome == .kept || entry.level.map { !kept.contains($0) } ?? true
        }
        return (entries, history.last { $0.outcome == .unlisted }?.count ?? 0)
    }
}
