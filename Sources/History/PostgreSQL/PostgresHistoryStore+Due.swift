#if PostgreSQL
import Database
import WorkflowAPI

extension PostgresHistoryStore {
    private struct Due: Sendable {
        var runKey: Int64
        var row: DueRow
    }

    /// What is due, earliest first, and when the next row is; `$1` is the time, `$2` the limit, `$3` the runs to leave out.
    private static let dueSQL = """
        SELECT kind, due, run_key, id FROM (
            (SELECT 0::bigint AS kind, due, run_key, 0::bigint AS id FROM execution
                WHERE due <= $1 AND run_key <> ALL ($3) ORDER BY due, run_key LIMIT $2)
            UNION ALL (SELECT 1, due, run_key, scheduled_event_id FROM activity
                WHERE due <= $1 AND run_key <> ALL ($3) ORDER BY due, run_key LIMIT $2)
            UNION ALL (SELECT 2, fire_time, run_key, started_event_id FROM timer
                WHERE fire_time <= $1 AND run_key <> ALL ($3) ORDER BY fire_time, run_key LIMIT $2)) AS all_due
        ORDER BY due, run_key, kind, id LIMIT $2
        """
    private static let nextSQL = """
        SELECT least(
            (SELECT due FROM execution WHERE due IS NOT NULL AND run_key <> ALL ($1) ORDER BY due LIMIT 1),
            (SELECT due FROM activity WHERE due IS NOT NULL AND run_key <> ALL ($1) ORDER BY due LIMIT 1),
            (SELECT fire_time FROM timer WHERE run_key <> ALL ($1) ORDER BY fire_time LIMIT 1))
        """

    /// Several engines may do it at once: the row is looked at again under the lock of its run.
    package func runDue(limit: Int) async throws -> DueRun {
        let time = now()
        let next = try await nextDue()
        guard let next, next <= time else { return DueRun(handled: 0, next: next) }
        let found = try await translated { [unreadable] in
            try await database.query(
                Self.dueSQL,
                [
                    .integer(time.nanoseconds), .integer(Int64(limit)),
                    .integers(unreadable.keys(at: time).sorted()),
                ]
            )
        }
        let rows = found.map { row in
            let due: DueRow =
                switch row.integer(0) {
                case 0: .execution
                case 1: .activity(row.integer(3))
                default: .timer(row.integer(3))
                }
            return Due(runKey: row.integer(2), row: due)
        }
        // One after the other within a run, in their order; runs beside each other.
        let runs = Dictionary(grouping: rows) { $0.runKey }
        let handled = try await withThrowingTaskGroup(of: Int.self) { group in
            for (_, rows) in runs {
                group.addTask {
                    var handled = 0
                    for due in rows where try await self.perform(due) { handled += 1 }
                    return handled
                }
            }
            return try await group.reduce(0, +)
        }
        return DueRun(handled: handled, next: try await nextDue())
    }

    /// When the next row is due; runs that are left alone are looked at when their time is up.
    private func nextDue() async throws -> Timestamp? {
        let time = now()
        let excluded = unreadable.keys(at: time).sorted()
        let found = try await translated { try await database.query(Self.nextSQL, [.integers(excluded)]) }
        return [found.map { $0.optionalTimestamp(0) }.first ?? nil, unreadable.next].compactMap { $0 }.min()
    }

    /// Answers whether there was something to do. Damage of one run does not keep the others from going on.
    private func perform(_ due: Due) async throws -> Bool {
        do {
            return try await queue.run(isUnasked: true) { put in
                .update(.key(due.runKey), reading: due.row.readSet, unlessUsed: nil) { run in
                    guard run.state.holds(due.row) else { throw NothingToDo() }
                    guard run.state.execution.status == .running else {
                        throw BrokenInvariant("a row is due that the state of the run knows nothing of")
                    }
                    guard let time = run.state.time(of: due.row), time <= run.now else { throw NothingToDo() }
                    try run.perform(due.row)
                    put(true)
                }
            } ?? false
        } catch let error as WorkflowServiceError where error.code == .notFound {
            // It would be found again at once, and so for ever.
            let reason = BrokenInvariant("a row is due of a run that there is not")
            unreadable.leaveAlone(due.runKey, named: nil, at: now(), because: reason)
            return false
        } catch let error where UnreadableRows.concernsOneRun(error) {
            unreadable.leaveAlone(due.runKey, named: nil, at: now(), because: error)
            return false
        }
    }
}

extension MutableState {
    /// When a row is due.
    fileprivate func time(of due: DueRow) -> Timestamp? {
        switch due {
        case .execution: execution.due
        case .activity(let id): activities[id]?.due
        case .timer(let id): timers[id]?.fireTime
        }
    }
}
#endif
