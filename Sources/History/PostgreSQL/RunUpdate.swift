#if PostgreSQL
import Database
import WorkflowAPI

/// The statement that writes some columns of many rows of `execution`, each only if it is still as it was read.
struct RunUpdate {
    private let places: [Int]
    private let columns: PostgresRows
    private let sql: String

    /// Columns by their places in ``ExecutionColumns/names``.
    init(_ places: [Int]) {
        self.places = places
        let names = places.map { ExecutionColumns.names[$0] }
        columns = PostgresRows(["run_key", "read_version"] + names)
        sql = """
            WITH changed AS (
                UPDATE execution e SET \(names.map { "\($0) = new.\($0)" }.joined(separator: ", "))
                FROM \(columns.source(first: 2))
                WHERE e.run_key = new.run_key AND e.state_version = new.read_version RETURNING 1)
            SELECT require(count(*) = $1, 'a run was changed by somebody else') FROM changed
            """
    }

    /// Writes runs that stand in the database.
    func statement(_ runs: [StagedRun]) -> PostgresStatement {
        let rows = runs.map { run in
            let values = ExecutionColumns.values(run.state.execution, run.namespaceID)
            return [.integer(run.state.execution.runKey), .integer(run.readVersion ?? 0)] + places.map { values[$0] }
        }
        return PostgresStatement(sql, [.integer(Int64(runs.count))] + columns.values(rows))
    }
}
#endif
