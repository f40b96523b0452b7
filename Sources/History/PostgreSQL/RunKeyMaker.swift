#if PostgreSQL
import Synchronization
import WorkflowAPI

/// Keys of new runs, made without asking the database: milliseconds since 2020, the number of the process, a counter. Later runs
/// have greater keys, on which listings rely; should two processes ever make the same one, the second is refused and makes
/// another.
final class RunKeyMaker: Sendable {
    private static let epoch: Int64 = 1_577_836_800_000_000_000

    private let node: Int64
    private let last = Mutex<Int64>(0)

    init(node: Int64) { self.node = node & 0x3FF }

    func make(at time: Timestamp) -> Int64 {
        let milliseconds = max(0, (time.nanoseconds - RunKeyMaker.epoch) / 1_000_000)
        let base = milliseconds << 22 | node << 12
        return last.withLock { last in
            last = max(last + 1, base)
            return last
        }
    }
}
#endif
