import CFaultyDisk
import Synchronization

/// A disk for tests: it remembers what was written and synced, makes what a power cut may leave, and fails when told to.
///
/// `@unchecked Sendable`: the C side guards everything with its lock; the pointer never changes.
package final class FaultyDisk: @unchecked Sendable {
    private static let made = Mutex(0)
    private let disk: OpaquePointer

    /// What to give a database as its VFS.
    package let name: String

    /// What a disk does.
    package struct Operations: OptionSet, Sendable {
        package let rawValue: Int32
        package init(rawValue: Int32) { self.rawValue = rawValue }

        package static let read = Operations(rawValue: 1)
        package static let write = Operations(rawValue: 2)
        package static let truncate = Operations(rawValue: 4)
        package static let sync = Operations(rawValue: 8)
        package static let create = Operations(rawValue: 16)
        package static let delete = Operations(rawValue: 32)
        package static let open = Operations(rawValue: 64)
    }

    /// On which file.
    package enum File: Int32, Sendable {
        case any = 0
        case main = 1
        case log = 2
        case journal = 3
    }

    /// Nil without memory.
    package init?() {
        let number = FaultyDisk.made.withLock { made in
            made += 1
            return made
        }
        name = "faulty-\(number)"
        guard let disk = faulty_disk_make(name) else { return nil }
        self.disk = disk
    }

    deinit { faulty_disk_free(disk) }

    /// How many operations there have been.
    package var position: Int64 { faulty_disk_position(disk) }

    /// The operation at a position.
    package func operation(at position: Int64) -> (operation: Operations, file: File) {
        (
            Operations(rawValue: faulty_disk_operation(disk, position)),
            File(rawValue: faulty_disk_file(disk, position)) ?? .any
        )
    }

    /// Writes what a power cut before the operation at `position` might have left into a directory; false when that
    /// cannot be written.
    package func cut(at position: Int64, seed: UInt64, into directory: String) -> Bool {
        faulty_disk_cut(disk, position, seed, directory) == 0
    }

    /// Fails `count` operations, after letting `skip` of them pass. Replaces what was asked before.
    package func fail(
        _ operations: Operations,
        on file: File = .any,
        after skip: Int = 0,
        count: Int = .max,
        code: Int32
    ) {
        faulty_disk_fail(disk, operations.rawValue, file.rawValue, Int64(skip), Int64(count), code)
    }

    /// Lets no file grow beyond so many bytes.
    package func fill(at bytes: Int) { faulty_disk_limit(disk, Int64(bytes)) }

    /// Works again.
    package func heal() {
        faulty_disk_fail(disk, 0, 0, 0, 0, 0)
        faulty_disk_limit(disk, -1)
    }

    /// How many operations failed.
    package var failures: Int { Int(faulty_disk_failures(disk)) }
}
