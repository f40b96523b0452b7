#if PostgreSQL
import Database
import WorkflowAPI

/// Reads rows of one table for many runs, which may be named in any of three ways, in at most two statements.
struct RowQuestion {
    private let table: String
    private let columns: [String]
    private let key: String
    private let name: String

    static let activities = RowQuestion(
        table: "activity",
        columns: ActivityColumns.names,
        key: "scheduled_event_id",
        name: "activity_id"
    )
    static let timers = RowQuestion(
        table: "timer",
        columns: ["run_key", "started_event_id", "timer_id", "fire_time"],
        key: "started_event_id",
        name: "timer_id"
    )

    private struct Subject {
        var run: RunSubject
        var key: Int64?
        var name: String?
    }

    func statements(
        _ wanted: [(RunSubject, ReadSet.Rows)],
        _ known: KnownRunKeys? = nil
    ) -> [PostgresStatement] {
        var exact: [Subject] = []
        var many: [Subject] = []
        for (subject, rows) in wanted {
            var run = subject
            if case .run(_, let id) = subject, let key = known?[id] { run = .key(key) }
            switch rows {
            case .none: break
            case .one(let key): exact.append(Subject(run: run, key: key))
            case .named(let names): many += names.sorted().map { Subject(run: run, name: $0) }
            case .all: many.append(Subject(run: run))
            }
        }
        return [
            statement(exact, matching: "t.\(key) = s.key"),
            statement(many, matching: "(s.name IS NULL OR t.\(name) = s.name)"),
        ].compactMap { $0 }
    }

    private func statement(_ subjects: [Subject], matching condition: String) -> PostgresStatement? {
        guard !subjects.isEmpty else { return nil }
        let keys = subjects.compactMap { subject in if case .key(let key) = subject.run { key } else { nil } }
        if keys.count == subjects.count { return statement(subjects, at: keys, matching: condition) }
        return statement(named: subjects, matching: condition)
    }

    private var names: String { columns.map { "t." + $0 }.joined(separator: ", ") }

    /// For runs that are all known by their keys.
    private func statement(_ subjects: [Subject], at keys: [Int64], matching condition: String) -> PostgresStatement {
        PostgresStatement(
            """
            SELECT \(names) FROM unnest($1::bigint[], $2::bigint[], $3::text[]) AS s (run_key, key, name)
            JOIN \(table) t ON t.run_key = s.run_key AND \(condition)
            """,
            [.integers(keys), .integers(subjects.map(\.key)), .texts(subjects.map(\.name))]
        )
    }

    private func statement(named subjects: [Subject], matching condition: String) -> PostgresStatement {
        let sql = """
            SELECT \(names)
            FROM unnest($1::bigint[], $2::text[], $3::text[], $4::bigint[], $5::bigint[], $6::text[])
                AS s (namespace_id, workflow_id, run_id, run_key, key, name)
            JOIN \(table) t ON t.run_key = coalesce(
                s.run_key,
                (SELECT e.run_key FROM execution e WHERE e.run_id = s.run_id),
                (SELECT c.run_key FROM current_execution c
                    WHERE c.namespace_id = s.namespace_id AND c.workflow_id = s.workflow_id)) AND \(condition)
            """
        var (namespaces, ids, runs, keys): ([Int64?], [String?], [String?], [Int64?]) = ([], [], [], [])
        for subject in subjects {
            var (runID, key): (String?, Int64?)
            switch subject.run {
            case .current: break
            case .run(_, let id): runID = id.rawValue
            case .key(let runKey): key = runKey
            }
            namespaces.append(subject.run.name?.namespaceID)
            // A run that is named by its own id must not be taken for the current one when there is no such run.
            ids.append(runID == nil ? subject.run.name?.workflowID.rawValue : nil)
            runs.append(runID)
            keys.append(key)
        }
        return PostgresStatement(
            sql,
            [
                .integers(namespaces), .texts(ids), .texts(runs), .integers(keys), .integers(subjects.map(\.key)),
                .texts(subjects.map(\.name)),
            ]
        )
    }
}
#endif
