import CWorkflowHooks
import Foundation
import Synchronization
package import WorkflowAPI

/// What a worker has in work, in a small memory-mapped file that outlives the process.
///
/// A trap in user code cannot be caught. The handler of its signal marks the note of what the dying thread ran, and the
/// next worker reads that (``CrashBlameReport``); notes without a mark are of tasks that died with the others. Writing
/// costs a copy to memory: no system call, no wait for a disk.
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
    /// The slots and which are free; the list is nil once the file is closed.
    private struct Slots {
        var free: [Int]?
        var lastSerial: UInt64 = 0
    }

    private let slots: Mutex<Slots>

    /// A task that is noted.
    package struct Note: Sendable {
        fileprivate var slot: Int
        /// Where its code leaves a mark when it ends the process.
        package var mark: CrashBlameMark
    }

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
        self.slots = Mutex(Slots(free: Array((0..<slots).reversed())))
    }

    deinit {
        // The memory stays mapped: code that outlived the worker may still hold the address of its slot.
        _ = Foundation.close(descriptor)
    }

    /// Notes that a task is about to run.
    /// - Returns: what to give to ``clear(_:)`` once it has run; nil if there was no room, which blames nobody.
    package func note(_ token: TaskToken) -> Note? {
        let bytes = token.encoded
        guard bytes.count <= CrashBlameLayout.maxToken else { return nil }
        return slots.withLock { slots in
            guard let slot = slots.free?.popLast() else { return nil }
            slots.lastSerial += 1
            let start = memory.base + CrashBlameLayout.offset(ofSlot: slot)
            let head = start.assumingMemoryBound(to: wf_blame_slot.self)
            head.pointee.trapped = 0
            head.pointee.serial = slots.lastSerial
            Self.write(bytes, to: start)
            return Note(slot: slot, mark: CrashBlameMark(address: UInt(bitPattern: start), serial: slots.lastSerial))
        }
    }

    /// What is noted runs for another task from now on. A note that was taken back stays so.
    package func rewrite(_ note: Note, _ token: TaskToken) {
        let bytes = token.encoded
        guard bytes.count <= CrashBlameLayout.maxToken else { return }
        slots.withLock { slots in
            let start = memory.base + CrashBlameLayout.offset(ofSlot: note.slot)
            let head = start.assumingMemoryBound(to: wf_blame_slot.self)
            guard slots.free != nil, head.pointee.serial == note.mark.serial else { return }
            head.pointee.length = 0
            Self.write(bytes, to: start)
        }
    }

    private static func write(_ token: [UInt8], to start: UnsafeMutableRawPointer) {
        token.withUnsafeBytes { source in
            guard let first = source.baseAddress else { return }
            (start + CrashBlameLayout.tokenOffset).copyMemory(from: first, byteCount: source.count)
        }
        // The length makes the slot valid, so it has to come after the rest.
        atomicMemoryFence(ordering: .releasing)
        start.assumingMemoryBound(to: wf_blame_slot.self).pointee.length = UInt32(token.count)
    }

    /// Takes a note back.
    package func clear(_ note: Note?) {
        guard let note else { return }
        slots.withLock { slots in
            guard slots.free != nil else { return }
            let start = memory.base + CrashBlameLayout.offset(ofSlot: note.slot)
            let head = start.assumingMemoryBound(to: wf_blame_slot.self)
            head.pointee.length = 0
            head.pointee.serial = 0
            slots.free?.append(note.slot)
        }
    }

    /// Removes the file: the worker stops in good order and nobody is to blame.
    package func close() {
        let first = slots.withLock { slots in
            defer { slots.free = nil }
            return slots.free != nil
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
