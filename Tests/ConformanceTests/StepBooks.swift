import Database
import History
import WorkflowAPI

/// What the exactly-once steps of a workload write: a payment, and a signal to their own run by way of the inbox.
enum StepBooks {
    /// The activity of each run that is such a step.
    static let activityID = "2"
    /// The signal that a step sends.
    static let signal = "paid"

    static func prepare(_ database: SQLiteDatabase) async throws {
        try await WorkflowEngine.prepareTables(
            named: "books",
            steps: ["CREATE TABLE payment (workflow_id TEXT NOT NULL, scheduled INTEGER NOT NULL)"],
            in: database
        )
    }

    /// No key keeps a payment from standing twice: only the transaction does.
    static func step(of task: ActivityTask) -> StoreStep {
        { transaction in
            let id = task.execution.workflowID.rawValue
            do {
                try transaction.execute(
                    "INSERT INTO payment VALUES (?, ?)",
                    [.text(id), .integer(task.token.scheduledEventID)]
                )
                try transaction.execute(
                    """
                    INSERT INTO workflow_inbox (request_id, kind, workflow_id, signal_name)
                    VALUES (?, 'signal', ?, ?)
                    """,
                    [.text("paid-\(id)"), .text(id), .text(signal)]
                )
                return .done([])
            } catch {
                return .failed(Failure(message: "\(error)", info: .application(.init(type: "StoreError"))))
            }
        }
    }

    /// What is wrong between the payments, the completions in the histories, and the signals: nil when nothing is.
    static func problem(_ database: SQLiteDatabase, _ runs: [WorkflowID: FoundRun]) async throws -> String? {
        let isThere = try await database.look {
            try !$0.query("SELECT 1 FROM sqlite_schema WHERE name = 'payment'").isEmpty
        }
        guard isThere else { return nil }
        let (payments, waiting) = try await database.look { transaction in
            (
                try transaction.query("SELECT workflow_id, scheduled FROM payment"),
                try transaction.query("SELECT workflow_id FROM workflow_inbox")
            )
        }
        for (id, run) in runs {
            let paid = payments.filter { $0.text(0) == id.rawValue }.map { $0.integer(1) }
            let done = run.completedSteps
            guard paid == done else { return "\(id) has payments for \(paid) and completions of \(done)" }
            let sent = run.signals.filter { $0 == signal }.count
            let unsent = waiting.filter { $0.text(0) == id.rawValue }.count
            let isLeft = run.isOpen ? sent + unsent == done.count : sent + unsent <= done.count
            guard isLeft else { return "\(id) has \(done.count) steps, \(sent) signals and \(unsent) inbox rows" }
        }
        return nil
    }
}

extension FoundRun {
    /// Scheduled events of the steps that the history says are done.
    fileprivate var completedSteps: [Int64] {
        let attributes = events.map(\.attributes) + state.buffered.map(\.attributes)
        let steps = attributes.enumerated().compactMap { index, found -> Int64? in
            guard case .activityTaskScheduled(let scheduled) = found, scheduled.activityID == StepBooks.activityID
            else { return nil }
            return events.indices.contains(index) ? events[index].id : nil
        }
        return attributes.compactMap { found -> Int64? in
            guard case .activityTaskCompleted(let completed) = found, steps.contains(completed.scheduledEventID)
            else { return nil }
            return completed.scheduledEventID
        }
    }
}
