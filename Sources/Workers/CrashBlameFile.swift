import Foundation
import Synchronization
package import WorkflowAPI

/// What a worker has in work, in a small memory-mapped file that outlives the process.
///
/// A trap in user code cannot be caught. What stands in the file when the process dies is what may have killed it; the
/// next worker reads it (``CrashBlameReport``). Writing costs a copy to memory: no system call, no wait for a disk.
package final class CrashBlameFile: Sendable {
    /// The pointer never changes, and each slot behind it is written under the lock.
    private struct Memory: @unchecked Sendable {
        let base: UnsafeMutableRawPointer
        let size: Int
    }

    /// Where it lies.
    package let path: String
    private let memory: Memory
    private let descriptor: Int32
    /// The free slots; nil once the file is closed.
    private let free: Mutex<[Int]?>

    /// Makes a file of this process, locked for as long as it lives.
    /// - Parameters:
    ///   - prefix: What the path begins with; the process id and a number follow.
    ///   - slots: How many tasks can be noted at a time.
    ///   - number: Tells several files of one process apart.
    /// - Throws: ``WorkerError`` with `crashBlameUnavailable`.
    package init(prefix: String, slots: Int, number: UInt32) throws {
        let path = "\(prefix)\(getpid())-\(String(number, radix: 16))"
        let layout = CrashBlameLayout(slots: slots)
        // The file appears under its name only when it is locked, or another worker could take it for a dead one's.
        let draft = path + CrashBlameLayout.draftSuffix
        descriptor = open(draft, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw Self.unavailable("open", draft) }
        var mapped: UnsafeMutableRawPointer?
        if flock(descriptor, LOCK_EX | LOCK_NB) == 0, ftruncate(descriptor, off_t(layout.size)) == 0 {
            mapped = mmap(nil, layout.size, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0)
        }
        guard let mapped, mapped != MAP_FAILED else {
            let error = Self.unavailable("map", draft)
            unlink(draft)
            _ = Foundation.close(descriptor)
            throw error
        }
        memory = Memory(base: mapped, size: layout.size)
        layout.header(process: getpid(), boot: CrashBlameLayout.bootID()).withUnsafeBytes {
            mapped.copyMemory(from: $0.baseAddress.unsafelyUnwrapped, byteCount: $0.count)
        }
        guard rename(draft, path) == 0 else {
            let error = Self.unavailable("rename", draft)
            munmap(mapped, layout.size)
            unlink(draft)
            _ = Foundation.close(descriptor)
            throw error
        }
        self.path = path
        free = Mutex(Array((0..<slots).reversed()))
    }

    deinit {
        // Notes made after `close` are dropped, so nobody writes to the memory any more.
        munmap(memory.base, memory.size)
        _ = Foundation.close(descriptor)
    }

    /// Notes that a task is about to run.
    /// - Returns: what to give to ``clear(_:)`` once it has run; nil if there was no room, which blames nobody.
    package func note(_ token: TaskToken) -> Int? {
        let bytes = token.encoded
        guard bytes.count <= CrashBlameLayout.maxToken else { return nil }
        return free.withLock { free in
            guard let slot = free?.popLast() else { return nil }
            let start = memory.base + CrashBlameLayout.offset(ofSlot: slot)
            bytes.withUnsafeBytes { source in
                guard let first = source.baseAddress else { return }
                (start + 4).copyMemory(from: first, byteCount: source.count)
            }
            // The length makes the slot valid, so it has to come after the bytes.
            atomicMemoryFence(ordering: .releasing)
            start.storeBytes(of: UInt32(bytes.count).littleEndian, as: UInt32.self)
            return slot
        }
    }

    /// Takes a note back.
    package func clear(_ slot: Int?) {
        guard let slot else { return }
        free.withLock { free in
            guard free != nil else { return }
            let start = memory.base + CrashBlameLayout.offset(ofSlot: slot)
            start.storeBytes(of: UInt32(0), as: UInt32.self)
            free?.append(slot)
        }
    }

    /// Removes the file: the worker stops in good order and nobody is to blame.
    package func close() {
        let first = free.withLock { free in
            defer { free = nil }
            return free != nil
        }
        if first { unlink(path) }
    }

    private static func unavailable(_ what: String, _ path: String) -> WorkerError {
        WorkerError(
            .crashBlameUnavailable,
            "cannot \(what) the crash-blame file \(path): \(String(cString: strerror(errno))); "
                + "set crashBlamePrefix to a writable place on a local disk, or to nil"
        )
    }
}
