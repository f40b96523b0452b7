#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// Who has a file open: everybody shares one byte of `FILE-sessions`; who changes the schema has it alone.
struct OpeningLock {
    /// Sessions are numbered from 1, so that their bytes begin after it.
    static let byte: Int64 = 0

    /// A schema change takes seconds at most.
    private static let patience: UInt32 = 10_000
    /// Others who just look, or who want to migrate as well, are gone within this.
    private static let patienceWithOthers: UInt32 = 2000
    private static let pause: UInt32 = 10

    let file: LockFile
    let path: String

    /// Joins those who have the file open; waits for a schema change to end. Throws ``DatabaseError`` `busy`.
    func share() throws {
        guard waits(Self.patience, { file.tryShare(Self.byte) }) else {
            throw DatabaseError(.busy, "the schema of \(path) is being changed by another process; try again")
        }
    }

    /// Tries to be the only one. Others who try it too are let through meanwhile, so that not all fail.
    func takeAlone() -> Bool {
        file.unlock(Self.byte)
        if waits(Self.patienceWithOthers, { file.tryLock(Self.byte) }) { return true }
        _ = waits(Self.patience) { file.tryShare(Self.byte) }
        return false
    }

    private func waits(_ milliseconds: UInt32, _ attempt: () -> Bool) -> Bool {
        for _ in 0..<(milliseconds / Self.pause) {
            if attempt() { return true }
            usleep(Self.pause * 1000)
        }
        return attempt()
    }
}
