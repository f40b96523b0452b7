import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// The files that this process has open, each once, whatever paths lead to it: a second writer would only wait for the
/// first, and closing a descriptor of a file drops SQLite's locks on it in the whole process.
enum OpenFiles {
    private struct Identity: Hashable {
        var device: UInt64
        var inode: UInt64
    }

    private struct Entry {
        var file: OpenFile
        var uses: Int
    }

    private static let entries = Mutex<[Identity: Entry]>([:])

    /// The file that a path leads to, opened by `make` unless it is open. Each call needs its ``release(_:)``.
    static func take(
        _ path: String,
        options: SQLiteDatabase.Options,
        make: (_ path: String) throws -> OpenFile
    ) throws -> OpenFile {
        if options.standsAlone { return try make(resolved(path)) }
        return try entries.withLock { entries in
            if let identity = try identity(of: path), let entry = entries[identity] {
                guard entry.file.options == options else {
                    throw DatabaseError(.misuse, "\(path) is open in this process with other options")
                }
                entries[identity]?.uses += 1
                return entry.file
            }
            let file = try make(resolved(path))
            guard let identity = try identity(of: path) else {
                file.close()
                throw DatabaseError(.cannotOpen, "\(path) went away while it was opened")
            }
            entries[identity] = Entry(file: file, uses: 1)
            return file
        }
    }

    /// Closes the file when nobody here uses it any more. Blocks.
    static func release(_ file: OpenFile) {
        let isLast = entries.withLock { entries in
            guard let identity = entries.first(where: { $0.value.file === file })?.key else { return true }
            entries[identity]?.uses -= 1
            guard entries[identity]?.uses == 0 else { return false }
            entries[identity] = nil
            return true
        }
        if isLast { file.close() }
    }

    /// Nil when there is no such file. Throws when another name leads to the same file: SQLite would keep a log beside
    /// each.
    private static func identity(of path: String) throws -> Identity? {
        var facts = stat()
        guard stat(path, &facts) == 0 else { return nil }
        guard facts.st_nlink == 1 else {
            throw DatabaseError(
                .cannotOpen,
                "\(path) has \(facts.st_nlink) names (hard links), under which its log would be missed; copy it instead"
            )
        }
        return Identity(device: UInt64(facts.st_dev), inode: UInt64(facts.st_ino))
    }

    /// The path without symbolic links. Of a file that is to be made, the directory decides.
    static func resolved(_ path: String) -> String {
        func real(_ path: String) -> String? {
            guard let found = realpath(path, nil) else { return nil }
            defer { free(found) }
            return String(cString: found)
        }
        if let file = real(path) { return file }
        guard let slash = path.lastIndex(of: "/") else { return real(".").map { $0 + "/" + path } ?? path }
        let directory = path[..<slash]
        return real(directory.isEmpty ? "/" : String(directory)).map { $0 + path[slash...] } ?? path
    }
}
