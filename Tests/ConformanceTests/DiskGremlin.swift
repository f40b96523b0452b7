import Database
import FaultyDisk
import Synchronization

/// Makes a disk fail at random, for a few operations at a time.
final class DiskGremlin: Sendable {
    /// What may fail, and how: result codes of SQLite.
    static let faults: [(operations: FaultyDisk.Operations, file: FaultyDisk.File, code: Int32, name: String)] = [
        (.write, .log, 13, "full disk"),
        (.write, .log, 778, "failed write"),
        (.write, .log, 7, "no memory in a write"),
        (.sync, .log, 1034, "failed sync"),
        (.read, .any, 266, "failed read"),
        (.write, .main, 13, "full disk in a checkpoint"),
        (.write, .main, 778, "failed write in a checkpoint"),
        (.sync, .main, 1034, "failed sync in a checkpoint"),
        (.open, .any, 14, "no descriptor left"),
    ]

    private struct State {
        var random: SeededGenerator
        var errors: [DatabaseError.Code: Int] = [:]
    }

    private let state: Mutex<State>

    init(seed: UInt64) { state = Mutex(State(random: SeededGenerator(seed: seed))) }

    /// What clients were told, and how often.
    var errors: [DatabaseError.Code: Int] { state.withLock { $0.errors } }

    func count(_ code: DatabaseError.Code) { state.withLock { $0.errors[code, default: 0] += 1 } }

    /// Once in a while lets some of the next operations fail.
    func mayHit(_ disk: FaultyDisk) {
        let hit = state.withLock { state -> (fault: Int, after: Int, count: Int)? in
            guard Int.random(in: 0..<5, using: &state.random) == 0 else { return nil }
            return (
                Int.random(in: 0..<DiskGremlin.faults.count, using: &state.random),
                Int.random(in: 0..<40, using: &state.random),
                Int.random(in: 1...4, using: &state.random)
            )
        }
        guard let hit else { return }
        let fault = DiskGremlin.faults[hit.fault]
        disk.fail(fault.operations, on: fault.file, after: hit.after, count: hit.count, code: fault.code)
    }
}
