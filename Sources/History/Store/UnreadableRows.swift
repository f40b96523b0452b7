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

    /// Leaves a run out for a while and tells somebody.
    func leaveAlone(_ runKey: Int64, named name: String?, at time: Timestamp, because error: any Error) {
        until.withLock { $0[runKey] = time + UnreadableRows.pause }
        tell("\(name ?? "the run with the key \(runKey)") cannot be worked on and is left alone: \(error)")
    }

    /// Bytes that cannot be read, an invariant that does not hold, a row that stands already: damage of one run.
    static func concernsOneRun(_ error: any Error) -> Bool {
        if let error = error as? DatabaseError { return error.code == .unique || error.code == .constraint }
        return error is CodecError || error is BrokenInvariant
    }
}
