import Database
import WorkflowAPI

extension SQLiteHistoryStore {
    /// What is wrong with the file, one line each: damaged pages, rows that refer to nothing, histories whose hash chain
    /// does not hold, runs that do not say where their history ends, workflow ids that lead to no run.
    ///
    /// Reads everything; others go on working meanwhile.
    package func verify() async throws -> [String] {
        try await reading { connection in
            let pages = try connection.query("PRAGMA integrity_check") { $0.text(0) }.filter { $0 != "ok" }
            // Damaged pages make the rest of no value.
            guard pages.isEmpty else { return pages }
            return try StoreVerification(connection: connection).problems()
        }
    }
}

/// Looks at the rows of a file that is whole.
private struct StoreVerification {
    let connection: SQLiteConnection

    func problems() throws -> [String] {
        var problems = try connection.query("PRAGMA foreign_key_check") {
            "row \($0.integer(1)) of \($0.text(0)) refers to nothing"
        }
        problems += try connection.query(
            """
            SELECT c.workflow_id FROM current_execution c LEFT JOIN execution e USING (run_key)
            WHERE e.workflow_id IS NOT c.workflow_id OR e.namespace_id <> c.namespace_id
            """
        ) { "workflow id '\($0.text(0))' leads to no run of its own" }
        for table in ["history", "activity", "timer", "buffered_event"] {
            problems += try connection.query(
                "SELECT DISTINCT run_key FROM \(table) WHERE run_key NOT IN (SELECT run_key FROM execution)"
            ) { "\(table) has rows of run key \($0.integer(0)), which does not exist" }
        }
        let runs = try connection.query(
            "SELECT run_key, run_id, next_event_id, chain_head, history_size FROM execution"
        ) {
            Run(
                key: $0.integer(0),
                id: RunID($0.text(1)),
                nextEventID: $0.integer(2),
                head: $0.blob(3),
                size: $0.integer(4)
            )
        }
        for run in runs { problems += try self.problems(of: run) }
        return problems
    }

    private struct Run {
        var key: Int64
        var id: RunID
        var nextEventID: Int64
        var head: [UInt8]
        var size: Int64
    }

    private func problems(of run: Run) throws -> [String] {
        let rows = try connection.query(
            "SELECT first_event_id, events, chain FROM history WHERE run_key = ? ORDER BY first_event_id",
            [.integer(run.key)]
        ) { (first: $0.integer(0), bytes: $0.blob(1), chain: $0.blob(2)) }
        var chain: [UInt8] = []
        var next: Int64 = 1
        var size: Int64 = 0
        for row in rows {
            guard row.first == next else { return ["run \(run.id): event \(next) is missing"] }
            chain = HistoryTable.chain(after: chain, run.id, firstEventID: row.first, row.bytes)
            guard chain == row.chain else { return ["run \(run.id): the chain breaks at event \(row.first)"] }
            next += Int64(try HistoryCodec.decode(row.bytes).count)
            size += Int64(row.bytes.count)
        }
        var problems: [String] = []
        if next != run.nextEventID {
            problems.append("run \(run.id): history ends before event \(next), its row says \(run.nextEventID)")
        }
        if chain != run.head { problems.append("run \(run.id): the chain's head is not that of its row") }
        if size != run.size { problems.append("run \(run.id): history has \(size) bytes, its row says \(run.size)") }
        return problems
    }
}
