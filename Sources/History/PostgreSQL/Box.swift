#if PostgreSQL
import Synchronization

/// What a body leaves behind for whoever asked for it; the body may run more than once, the last time counts.
final class Box<Value: Sendable>: Sendable {
    private let content = Mutex<Value?>(nil)

    var value: Value? {
        get { content.withLock { $0 } }
        set { content.withLock { $0 = newValue } }
    }
}
#endif
