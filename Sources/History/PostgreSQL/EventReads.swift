#if PostgreSQL
import Database
import WorkflowAPI

/// Events that stand in the database and are wanted by whoever takes tasks: as statements, whose answers it hands over.
///
/// Run by run, which LATERAL and OFFSET see to: a join seems dear to the planner, for which every run would be looked for in
/// all partitions of history, and it reads the whole of them once instead.
struct EventReads {
    /// A run, and the events of it that are wanted.
    typealias Wanted = (run: StagedRun, fetch: EventFetch)

    private(set) var statements: [PostgresStatement] = []
    /// What each of the statements asks for.
    private var asked: [[Wanted]] = []

    init(_ wanted: [Wanted]) {
        // No row of a run begins before the first event: nothing to look for.
        ask(wanted.filter { $0.fetch.after == 0 }) { whole in
            PostgresStatement(
                """
                SELECT w.place, h.format, h.events
                FROM unnest($1::bigint[], $2::bigint[]) WITH ORDINALITY AS w (run_key, last, place)
                CROSS JOIN LATERAL (
                    SELECT * FROM history p WHERE p.run_key = w.run_key AND p.first_event_id <= w.last OFFSET 0) AS h
                ORDER BY w.place, h.first_event_id
                """,
                [.integers(whole.map(\.run.key)), .integers(whole.map(\.fetch.through))]
            )
        }
        ask(wanted.filter { $0.fetch.after != 0 }) { parts in
            PostgresStatement(
                """
                SELECT w.place, h.format, h.events
                FROM unnest($1::bigint[], $2::bigint[], $3::bigint[]) WITH ORDINALITY AS w (run_key, first, last, place)
                CROSS JOIN LATERAL (
                    SELECT * FROM history p WHERE p.run_key = w.run_key AND p.first_event_id <= w.last
                    AND p.first_event_id >= coalesce(
                        (SELECT max(b.first_event_id) FROM history b
                            WHERE b.run_key = w.run_key AND b.first_event_id <= w.first), 0) OFFSET 0) AS h
                ORDER BY w.place, h.first_event_id
                """,
                [
                    .integers(parts.map(\.run.key)), .integers(parts.map { $0.fetch.after + 1 }),
                    .integers(parts.map(\.fetch.through)),
                ]
            )
        }
    }

    private mutating func ask(_ wanted: [Wanted], _ make: ([Wanted]) -> PostgresStatement) {
        guard !wanted.isEmpty else { return }
        statements.append(make(wanted))
        asked.append(wanted)
    }

    /// Hands over what was read, from the results of ``statements``, and what the runs have in hand and not yet written where
    /// `addingNew` says so. What cannot be decoded the takers will find out themselves.
    func fill(from results: ArraySlice<PostgresResult>, addingNew: Bool) {
        for (result, wanted) in zip(results, asked) {
            var events: [Int: [HistoryEvent]] = [:]
            var broken: Set<Int> = []
            for row in result.map({ $0 }) {
                let place = Int(row.integer(0)) - 1
                do {
                    events[place, default: []] += try HistoryRow.decode(format: row.integer(1), row.blob(2))
                } catch {
                    broken.insert(place)
                }
            }
            for (place, (run, fetch)) in wanted.enumerated() where !broken.contains(place) {
                let all = (events[place] ?? []) + (addingNew ? run.newEvents : [])
                fetch.fill(all.filter { $0.id > fetch.after && $0.id <= fetch.through })
            }
        }
    }
}
#endif
