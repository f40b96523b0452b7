import CSQLite

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// Looks at a file before it is opened for work, and refuses what cannot be worked with. Neither the file nor anything
/// beside it is changed by looking.
package enum FileInspection {
    /// Something is in the file: opening it makes nothing new.
    package static func holdsData(_ path: String) -> Bool {
        var facts = stat()
        return stat(path, &facts) == 0 && facts.st_size > 0
    }

    /// Refuses a directory, an empty file unless it may become a store, a database of others, and parts of the schema
    /// that are newer than `components`. A file that is missing or cannot be read is left to whoever opens it. Throws
    /// ``DatabaseError``.
    package static func refuse(
        _ path: String,
        mode: SQLiteDatabase.OpenMode,
        options: SQLiteDatabase.Options = SQLiteDatabase.Options(),
        knowing components: [SchemaComponent] = []
    ) throws {
        var facts = stat()
        guard stat(path, &facts) == 0 else { return }
        // Its log stands beside the file itself, not beside a link to it.
        let path = OpenFiles.resolved(path)
        try refuseKind(path, facts.st_mode)
        guard facts.st_size > 0 else {
            guard mode == .mustExist else { return }
            throw DatabaseError(
                .notOurs,
                "\(path) is an empty file, not a workflow database; 'workflowctl schema migrate' makes it one"
            )
        }
        // When the last commits stand in the log, the files beside it are there already. Otherwise the file is immutable to
        // us: no locks, and no log and index of it come to be.
        let hasLog = holdsData(path + "-wal")
        do {
            let connection =
                hasLog
                ? try connection(path, SQLITE_OPEN_READONLY, options)
                : try connection(uri(path) + "?immutable=1", SQLITE_OPEN_READONLY | SQLITE_OPEN_URI, options)
            try refuse(connection, path, components)
        } catch let error as DatabaseError where error.nativeCode != 0 && error.code != .busy {
            // Without locks a file that others write may look broken, and what a power cut has left needs repair before it
            // can be read: whoever opens it for work will do that, and see.
        }
    }

    /// Refuses what is no ordinary file.
    static func refuseKind(_ path: String, _ mode: mode_t) throws {
        switch mode & S_IFMT {
        case S_IFREG: return
        case S_IFDIR: throw DatabaseError(.cannotOpen, "\(path) is a directory; the store is one file: name one in it")
        default: throw DatabaseError(.cannotOpen, "\(path) is not an ordinary file")
        }
    }

    private static func connection(
        _ name: String,
        _ flags: Int32,
        _ options: SQLiteDatabase.Options
    ) throws -> SQLiteConnection {
        try SQLiteConnection(
            path: name,
            flags: flags,
            synchronous: options.synchronous,
            vfs: options.vfs,
            busyTimeout: options.busyTimeout
        )
    }

    private static func refuse(_ connection: SQLiteConnection, _ path: String, _ components: [SchemaComponent]) throws {
        defer { connection.close() }
        try refuseForeign(connection, path)
        for component in components {
            let found = try SchemaMigrator.storedVersion(of: component.name, connection)
            try SchemaMigrator.refuse(component, found: found, path: path)
        }
    }

    /// Refuses a database that others made. True when it is ours already, false when it is new.
    @discardableResult
    static func refuseForeign(_ connection: SQLiteConnection, _ path: String) throws -> Bool {
        let application = try connection.query("PRAGMA application_id") { $0.integer(0) }.first ?? 0
        if application == Int64(SQLiteDatabase.applicationID) { return true }
        let tables = try connection.query("SELECT count(*) FROM sqlite_schema") { $0.integer(0) }.first ?? 0
        guard application == 0, tables == 0 else {
            throw DatabaseError(.notOurs, "\(path) is a database, but not a workflow database")
        }
        return false
    }

    /// The path as SQLite takes it with parameters behind it.
    private static func uri(_ path: String) -> String {
        path.utf8.reduce(into: "file:") { text, byte in
            switch byte {
            case UInt8(ascii: "%"), UInt8(ascii: "?"), UInt8(ascii: "#"):
                text += "%" + String(byte, radix: 16, uppercase: true)
            case 0x80...:
                text += "%" + String(byte, radix: 16, uppercase: true)
            default: text.unicodeScalars.append(Unicode.Scalar(byte))
            }
        }
    }
}
