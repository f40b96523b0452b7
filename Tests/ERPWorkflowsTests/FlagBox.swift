import Synchronization

/// Something that is set once, from anywhere.
final class FlagBox: Sendable {
    private let flag = Mutex(false)
    var isSet: Bool { flag.withLock { $0 } }
    func set() { flag.withLock { $0 = true } }
}
