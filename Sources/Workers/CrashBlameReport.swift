import Foundation
package import WorkflowAPI

/// What a dead process left behind: the tasks whose code ended it. Holds the lock on the file, so that of several workers
/// that start together one reads it.
package final class CrashBlameReport: Sendable {
    /// The file.
    package let path: String
    /// The process that is dead.
    package let process: Int32
    /// The tasks whose code ended it; empty if it was killed, or if the machine went down with it.
    package let tokens: [TaskToken]
    /// How many tasks it had in work beside them: lost with it, and not to blame.
    package let others: Int
    /// Notes that cannot be read.
    package let unreadable: Int
    private let descriptor: Int32

    private init(path: String, descriptor: Int32, process: Int32, tokens: [TaskToken], others: Int, unreadable: Int) {
        self.path = path
        self.descriptor = descriptor
        self.process = process
        self.tokens = tokens
        self.others = others
        self.unreadable = unreadable
    }

    deinit {
        close(descriptor)
    }

    /// Removes the file: the blame has been reported.
    package func remove() {
        unlink(path)
    }

    /// Everything that dead processes left in files with a prefix. Files of the living are locked and left alone, as is
    /// everything that is not a crash-blame file.
    package static func leftBehind(prefix: String) -> [CrashBlameReport] {
        let url = URL(fileURLWithPath: prefix)
        let (directory, name) =
            prefix.hasSuffix("/") ? (prefix, "") : (url.deletingLastPathComponent().path, url.lastPathComponent)
        let entries = (try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []
        return entries.filter { $0.hasPrefix(name) && !$0.hasSuffix(CrashBlameLayout.draftSuffix) }.sorted()
            .compactMap { read(URL(fileURLWithPath: directory).appendingPathComponent($0).path) }
    }

    private static func read(_ path: String) -> CrashBlameReport? {
        let descriptor = open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW)
        guard descriptor >= 0 else { return nil }
        var status = stat()
        // A file without a name was read and removed by another worker between our opening and our locking it.
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0, fstat(descriptor, &status) == 0, status.st_nlink > 0,
            let left = contents(of: descriptor, size: Int(status.st_size)).flatMap(CrashBlameLayout.read)
        else {
            close(descriptor)
            return nil
        }
        let isSameBoot = left.boot == CrashBlameLayout.bootID()
        let tokens = isSameBoot ? left.trapped.compactMap { try? TaskToken(encoded: $0) } : []
        return CrashBlameReport(
            path: path,
            descriptor: descriptor,
            process: left.process,
            tokens: tokens,
            others: left.others,
            unreadable: isSameBoot ? left.trapped.count - tokens.count : 0
        )
    }

    private static func contents(of descriptor: Int32, size: Int) -> [UInt8]? {
        // Larger than the largest that a worker makes: not one of ours.
        guard size > 0, size <= CrashBlameLayout(slots: 20_000).size else { return nil }
        var bytes = [UInt8](repeating: 0, count: size)
        var filled = 0
        while filled < size {
            let count = bytes.withUnsafeMutableBytes { buffer in
                pread(descriptor, buffer.baseAddress.map { $0 + filled }, size - filled, off_t(filled))
            }
            guard count > 0 else { return nil }
            filled += count
        }
        return bytes
    }
}
