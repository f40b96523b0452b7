import Database
import WorkflowAPI

extension UnreadableRows {
    /// Works on a run in a savepoint; nil when its rows cannot be worked on. Trouble of the database itself is thrown.
    func working<R>(on runKey: Int64, at time: Timestamp, _ connection: SQLiteConnection, _ body: () throws -> R) throws
        -> R?
    {
        do {
            return try connection.savepoint(body)
        } catch let error where UnreadableRows.concernsOneRun(error) {
            leaveAlone(runKey, named: UnreadableRows.name(of: runKey, connection), at: time, because: error)
            return nil
        }
    }

    private static func name(of runKey: Int64, _ connection: SQLiteConnection) -> String? {
        let found = try? connection.query(
            "SELECT workflow_id, run_id FROM execution WHERE run_key = ?",
            [.integer(runKey)]
        ) { "workflow '\($0.text(0))' run \($0.text(1))" }
        return found?.first
    }
}
