#if PostgreSQL
import Database
import Synchronization
package import WorkflowAPI

/// Answers whether runs have closed, many of them at a time: whoever asks while a look is under way shares the next.
final class ClosingLooks: Sendable {
    private struct Question {
        var run: RunID
        var answer: CheckedContinuation<Answer, any Error>
    }

    /// What a look shows of a run.
    enum Answer: Sendable {
        case missing
        case open(WorkflowName)
        /// Closed, with the last row of its history.
        case closed(WorkflowName, format: Int64, events: [UInt8])
    }

    private struct State {
        var waiting: [Question] = []
        var isLooking = false
    }

    private static let limit = 256
    private let database: PostgresDatabase
    private let state = Mutex(State())

    init(_ database: PostgresDatabase) { self.database = database }

    /// Throws ``DatabaseError``.
    func ask(_ run: RunID) async throws -> Answer {
        try await withCheckedThrowingContinuation { continuation in
            let begins = state.withLock { state in
                state.waiting.append(Question(run: run, answer: continuation))
                defer { state.isLooking = true }
                return !state.isLooking
            }
            if begins { Task.detached { await self.look() } }
        }
    }

    private func look() async {
        while true {
            let questions: [Question] = state.withLock { state in
                let next = Array(state.waiting.prefix(ClosingLooks.limit))
                state.waiting.removeFirst(next.count)
                state.isLooking = !next.isEmpty
                return next
            }
            guard !questions.isEmpty else { return }
            do {
                let answers = try await answers(to: Set(questions.map(\.run.rawValue)))
                for question in questions { question.answer.resume(returning: answers[question.run] ?? .missing) }
            } catch {
                for question in questions { question.answer.resume(throwing: error) }
            }
        }
    }

    private func answers(to runs: Set<String>) async throws -> [RunID: Answer] {
        let found = try await database.query(
            """
            SELECT e.run_id, e.namespace_id, e.workflow_id, e.close_time, h.format, h.events
            FROM execution e LEFT JOIN LATERAL (SELECT l.format, l.events FROM history l
                WHERE l.run_key = e.run_key ORDER BY l.first_event_id DESC LIMIT 1) h ON e.close_time IS NOT NULL
            WHERE e.run_id = ANY ($1)
            """,
            [.texts(runs.map { Optional($0) })]
        )
        var answers: [RunID: Answer] = [:]
        for row in found.map({ $0 }) {
            let name = WorkflowName(namespaceID: row.integer(1), workflowID: WorkflowID(row.text(2)))
            answers[RunID(row.text(0))] =
                row.optionalInteger(3) == nil
                ? .open(name) : .closed(name, format: row.integer(4), events: row.blob(5))
        }
        return answers
    }
}

extension PostgresHistoryStore {
    /// Many questions at once make one statement.
    package func closing(of target: RunTarget) async throws -> HistoryEvent? {
        guard case .run(let namespace, let execution) = target,
            execution.runID.rawValue.utf8.allSatisfy({ $0 != 0 })
        else {
            let row = try await self.execution(target)
            guard row.status.isClosed else { return nil }
            return try await events(target, after: row.nextEventID - 2, through: .max).last
        }
        let (answer, namespaceID) = try await translated {
            (try await looks.ask(execution.runID), try await namespaces.id(of: namespace))
        }
        let wanted = WorkflowName(namespaceID: namespaceID, workflowID: execution.workflowID)
        switch answer {
        case .open(let name) where name == wanted: return nil
        case .closed(let name, let format, let events) where name == wanted:
            return try HistoryRow.decode(format: format, events).last
        default: throw target.notFound
        }
    }
}
#endif
