package import Database
import Foundation
import History
public import WorkflowAPI

/// The database of a simulated schedule: the engine's store, and tables of the application beside it.
public struct SimulationDatabase: Sendable {
    package let file: SQLiteDatabase

    /// What services of ours are made with.
    package var tables: any ApplicationDatabase { file }

    /// Makes an application's own tables; see ``History/WorkflowEngine/prepareTables(named:steps:)``.
    public func prepareTables(named component: String, steps: [String]) async throws {
        try await WorkflowEngine.prepareTables(named: component, steps: steps, in: tables)
    }

    /// Writes in a transaction. Answers after the commit. Throws what `body` throws, and the database's own errors.
    public func transact<R: Sendable>(
        _ body: @escaping @Sendable (borrowing any StoreTransaction) throws -> R
    ) async throws -> R { try await file.transact(limit: nil) { try body($0) } }

    /// Reads what was committed when it began. Throws as ``transact(_:)`` does.
    public func look<R: Sendable>(
        _ body: @escaping @Sendable (borrowing any StoreTransaction) throws -> R
    ) async throws -> R { try await file.look { try body($0) } }
}

/// Where the runs of a simulation are stored: each schedule has a store of its own.
public struct SimulationStorage: Sendable {
    let prepare: (@Sendable (SimulationDatabase) async throws -> Void)?
    let directory: String?

    /// In memory: the fastest. It has no transactions for activities to take part in.
    public static let memory = SimulationStorage(prepare: nil, directory: nil)

    /// A SQLite file for each schedule, for activities that take part in the store's transactions and for services with
    /// tables beside it. `prepare` makes the tables once; each schedule begins with a copy.
    ///
    /// The files are made in `directory`, by default in memory where the system offers that, and deleted.
    public static func file(
        in directory: String? = nil,
        prepare: @escaping @Sendable (SimulationDatabase) async throws -> Void = { _ in }
    ) -> SimulationStorage { SimulationStorage(prepare: prepare, directory: directory) }

    /// Where the files go.
    var parent: URL {
        if let directory { return URL(filePath: directory) }
        let memory = URL(filePath: "/dev/shm")
        if FileManager.default.isWritableFile(atPath: memory.path) { return memory }
        return FileManager.default.temporaryDirectory
    }
}

/// The files of a simulation: a template and a copy for each schedule.
final class SimulationFiles: Sendable {
    private let directory: URL
    private var template: URL { directory.appending(path: "template.db") }
    private var copy: URL { directory.appending(path: "schedule.db") }

    /// Nil for a simulation in memory.
    init?(_ storage: SimulationStorage) async throws {
        guard let prepare = storage.prepare else { return nil }
        directory = storage.parent.appending(path: "workflow-simulation-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        do {
            let database = try SQLiteDatabase(path: template.path, mode: .createIfMissing)
            defer { database.close() }
            let clock = ManualEngineClock()
            _ = try await SQLiteHistoryStore(database: database, clock: { clock.now() })
            try await prepare(SimulationDatabase(file: database))
            _ = try await database.checkpoint()
        } catch {
            remove()
            throw error
        }
    }

    /// A fresh copy, open; the one before must be closed.
    func open() throws -> SQLiteDatabase {
        for name in try FileManager.default.contentsOfDirectory(atPath: directory.path) {
            guard name.hasPrefix("schedule.db") else { continue }
            try FileManager.default.removeItem(at: directory.appending(path: name))
        }
        for suffix in ["", "-wal"] {
            let source = template.path + suffix
            guard FileManager.default.fileExists(atPath: source) else { continue }
            try FileManager.default.copyItem(atPath: source, toPath: copy.path + suffix)
        }
        return try SQLiteDatabase(path: copy.path, mode: .mustExist)
    }

    func remove() { try? FileManager.default.removeItem(at: directory) }
}
