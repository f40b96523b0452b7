import Database
import Synchronization
import WorkflowAPI

/// Runs whose rows cannot be worked on: bytes that cannot be read, an invariant that does not hold.
///
/// One of them must not stop the timers, retries and polls of all others: it is left out for a while, somebody is told,
/// and it is tried again. `verify` finds the damage, a backup or an operator mends it.
final class UnreadableRows: Sendable {
    /// How long a run is left out.
    static let pause = Duration.seconds(60)

    private let until = Mutex<[Int64: Timestamp]>([:])
    private let tell: @Sendable (_ message: String) -> Void

    /// `tell` gets one line that names the run, once for each time it is left out.
    init(tell: @escaping @Sendable (_ message: String) -> Void) { self.tell = tell }

    /// The runs to leave out at a time.
    func keys(at time: Timestamp) -> Set<Int64> {
        until.withLock { until in
            guard !until.isEmpty else { return [] }
            until = until.filter { $0.value > time }
            return Set(until.keys)
        }
    }

    /// The first time at which one of them is tried again.
    var next: Timestamp? { until.withLock { $0.values.min() } }

    /// Works on a run in a savepoint; nil when its rows cannot be worked on. Trouble of the database itself is thrown.
    func working<R>(on runKey: Int64, at time: Timestamp, _ connection: SQLiteConnection, _ body: () throws -> R) throws
        -> R?
    {
        do {
            return try connection.savepoint(body)
        } catch let error where Self.concernsOneRun(error) {
            until.withLock { $0[runKey] = time + UnreadableRows.pause }
            tell("\(UnreadableRows.name(of: runKey, connection)) cannot be worked on and is left alone: \(error)")
            return nil
        }
    }

    /// Bytes that cannot be read, an invariant that does not hold, a row that stands already: damage of one run.
    private static func concernsOneRun(_ error: any Error) -> Bool {
        if let error = error as? DatabaseError { return error.code == .unique || error.code == .constraint }
        return error is CodecError || error is BrokenInvariant
    }

    private static func name(of runKey: Int64, _ connection: SQLiteConnection) -> String {
        let found = try? connection.query(
            "SELECT workflow_id, run_id FROM execution WHERE run_key = ?",
            [.integer(runKey)]
        ) { "workflow '\($0.text(0))' run \($0.text(1))" }
        return found?.first ?? "the run with the key \(runKey)"
    }
}
