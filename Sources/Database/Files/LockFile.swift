import CWorkflowHooks
import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// A small file beside the database whose bytes are locks. The kernel drops them when the process dies.
package final class LockFile: Sendable {
    // -1 once it is closed: calls that come too late do nothing.
    private let state: Mutex<Int32>
    let path: String

    private var descriptor: Int32 { state.withLock { $0 } }

    /// Opens the file, making it if need be. Throws ``DatabaseError``.
    package init(path: String) throws {
        self.path = path
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else {
            throw DatabaseError(.cannotOpen, "\(path): \(String(cString: strerror(errno)))")
        }
        state = Mutex(descriptor)
    }

    deinit { closeFile() }

    /// Lets go of the file and of all locks on it. Nobody uses it meanwhile.
    package func closeFile() {
        state.withLock { descriptor in
            if descriptor >= 0 { close(descriptor) }
            descriptor = -1
        }
    }

    /// Locks a byte, waiting for whoever has it.
    package func lock(_ offset: Int64) throws {
        let result = wf_lock_byte(descriptor, offset, true)
        guard result == 0 else { throw DatabaseError(.io, "\(path): \(String(cString: strerror(result)))") }
    }

    /// Locks a byte if nobody has it.
    package func tryLock(_ offset: Int64) -> Bool { wf_lock_byte(descriptor, offset, false) == 0 }

    /// Locks a byte together with others who lock it so, if nobody has it alone; narrows an own lock.
    package func tryShare(_ offset: Int64) -> Bool { wf_share_byte(descriptor, offset, false) == 0 }

    /// Unlocks a byte.
    package func unlock(_ offset: Int64) { _ = wf_unlock_byte(descriptor, offset) }

    /// Somebody else holds the byte.
    package func isLocked(_ offset: Int64) -> Bool { wf_byte_is_locked(descriptor, offset) }

    /// Writes a number at the start of the file: what watchers of the file wake up on.
    func write(_ number: UInt64) {
        withUnsafeBytes(of: number.littleEndian) { _ = pwrite(descriptor, $0.baseAddress, $0.count, 0) }
    }

    /// The number at the start of the file; 0 when there is none.
    func number() -> UInt64 {
        var number: UInt64 = 0
        _ = withUnsafeMutableBytes(of: &number) { pread(descriptor, $0.baseAddress, $0.count, 0) }
        return UInt64(littleEndian: number)
    }
}
