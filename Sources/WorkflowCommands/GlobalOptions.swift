package import ArgumentParser
import Database
import Foundation
package import History
package import Logging
package import WorkflowAPI
import WorkflowRuntime

/// Options of every command.
package struct GlobalOptions: ParsableArguments {
    @Option(
        help: """
            Where the state is: sqlite:PATH, postgres://USER@HOST/DATABASE or postgres:KEYWORDS. \
            (WORKFLOW_STORE; default sqlite:./workflow.db)
            """
    )
    package var store: String?

    @Option(help: "The tenant. (WORKFLOW_NAMESPACE; default 'default')")
    package var namespace: String?

    @Option(
        help: """
            Encrypts payloads with the keys in this file, and decrypts them; 'keys generate' makes one. \
            (WORKFLOW_PAYLOAD_KEYS_FILE, or the keys themselves in WORKFLOW_PAYLOAD_KEYS)
            """
    )
    package var payloadKeys: String?

    @Option(
        help: """
            Chains histories with the key in this file, so that 'verify' finds what others edit; of the form of \
            --payload-keys. (WORKFLOW_HISTORY_KEY_FILE)
            """
    )
    package var historyKey: String?

    @Flag(help: "Prints JSON: one object, or one a line.")
    package var json = false

    package init() {}

    private static func environment(_ name: String) -> String? {
        ProcessInfo.processInfo.environment[name].flatMap { $0.isEmpty ? nil : $0 }
    }

    /// The namespace that the command is about.
    package var tenant: Namespace { Namespace(namespace ?? Self.environment("WORKFLOW_NAMESPACE") ?? "default") }

    /// The namespace that was named, if one was.
    package var namedTenant: Namespace? { (namespace ?? Self.environment("WORKFLOW_NAMESPACE")).map { Namespace($0) } }

    /// Refuses a namespace that was named and is not there, before anybody takes "nothing is wrong" for an answer.
    func requireNamespace(in engine: WorkflowEngine) async throws {
        guard let name = namedTenant else { return }
        guard try await engine.service.listNamespaces().contains(where: { $0.namespace == name }) else {
            throw WorkflowServiceError(.notFound, "there is no namespace '\(name)'")
        }
    }

    /// The keys that histories are chained with, where there are any. Throws a usage error or a refusal on one line.
    package func historyKeys() throws -> HistoryKeys? { try ProgramHistoryKeys.load(file: historyKey) }

    /// Where the state is. Throws a usage error for what is no store, and for a password that everybody could read.
    package func location() throws -> StoreLocation {
        if let store {
            let location = try StoreLocation(store)
            guard !location.holdsPassword else {
                throw ValidationError(
                    "--store holds a password, which everybody on this machine can read: put it into ~/.pgpass, "
                        + "PGPASSWORD or WORKFLOW_STORE"
                )
            }
            return location
        }
        return try StoreLocation(Self.environment("WORKFLOW_STORE") ?? "sqlite:./workflow.db")
    }

    /// Opens the store and answers queries for every type that this program knows. Throws before anything is changed
    /// when the file is not one to work with.
    package func openEngine(
        create: Bool,
        logger: Logger = Logger(label: ProgramName.current) { _ in SwiftLogNoOpLogHandler() }
    )
        async throws
        -> WorkflowEngine
    {
        try ProgramKeys.load(file: payloadKeys)
        let keys = try historyKeys()
        let location = try location()
        let timeout = try Self.busyTimeout()
        guard case .sqlite(let path) = location else {
            return try await Self.open(location, create: create, keys, logger)
        }
        return try await SQLiteDatabase.Options.$usualBusyTimeout.withValue(timeout) {
            try FileInspection.refuse(
                path,
                mode: create ? .createIfMissing : .mustExist,
                knowing: [SQLiteSchema.component]
            )
            return try await Self.open(location, create: create, keys, logger)
        }
    }

    private static func open(
        _ location: StoreLocation,
        create: Bool,
        _ historyKeys: HistoryKeys?,
        _ logger: Logger
    ) async throws -> WorkflowEngine {
        let registry = InstalledRegistry.current
        let engine = try await WorkflowEngine.open(
            try location.engineStore(),
            createIfMissing: create,
            historyKeys: historyKeys,
            logger: logger
        )
        do {
            if create { try await registry.prepare(engine) }
        } catch {
            await engine.close()
            throw error
        }
        for registration in registry.workflows {
            let answer = PayloadCodecChain(InstalledRegistry.payloadCodecs).around { task in
                registration.answer(task, logger: logger)
            }
            engine.answerQueries(of: registration.name, with: answer)
        }
        return engine
    }

    /// How long to wait for a program that locks the file without taking turns, in milliseconds.
    private static func busyTimeout() throws -> Int32 {
        let name = "WORKFLOW_BUSY_TIMEOUT"
        guard let text = environment(name) else { return SQLiteDatabase.Options.usualBusyTimeout }
        guard let seconds = DurationArgument(argument: text)?.duration.components.seconds, seconds <= 3600 else {
            throw ValidationError("\(name) '\(text)' is not a duration of at most an hour, such as 30s")
        }
        return Int32(seconds * 1000)
    }

    /// Runs `body`: prints what went wrong on one line and ends with its exit code.
    package func reporting(_ body: () async throws -> Void) async throws {
        do {
            try await body()
        } catch {
            throw Failures.exit(after: error)
        }
    }

    /// Runs a command on an open engine, as ``reporting(_:)`` does.
    ///
    /// When the command may make the file and there is none, `rehearsal` runs first, on a store that is thrown away: what
    /// is refused there leaves nothing behind.
    package func withEngine(
        create: Bool = false,
        rehearsal: ((WorkflowEngine) async throws -> Void)? = nil,
        _ body: (WorkflowEngine) async throws -> Void
    ) async throws {
        try await reporting {
            if create, let rehearsal { try await rehearse(rehearsal) }
            try await Self.use(try await openEngine(create: create), body)
        }
    }

    /// Opens the store, making what is missing of it, and runs `body`. Throws what went wrong as it is.
    package func use(_ body: (WorkflowEngine) async throws -> Void) async throws {
        try await Self.use(try await openEngine(create: true), body)
    }

    /// Runs `body` on a new store in a directory for passing things, unless the store of the command holds something.
    package func rehearse(_ body: (WorkflowEngine) async throws -> Void) async throws {
        // Only a file is made by what is refused afterwards.
        guard case .sqlite(let path) = try location(), !FileInspection.holdsData(path) else { return }
        try ProgramKeys.load(file: payloadKeys)
        let place = FileManager.default.temporaryDirectory.appending(path: "workflowctl-\(NewID.make())")
        do {
            try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
        } catch {
            // Without a place to try it in it is tried for good.
            return
        }
        defer { try? FileManager.default.removeItem(at: place) }
        let logger = Logger(label: ProgramName.current) { _ in SwiftLogNoOpLogHandler() }
        let rehearsal = StoreLocation.sqlite(path: place.appending(path: "rehearsal.db").path)
        try await Self.use(try await Self.open(rehearsal, create: true, try historyKeys(), logger), body)
    }

    private static func use(_ engine: WorkflowEngine, _ body: (WorkflowEngine) async throws -> Void) async throws {
        do {
            try await body(engine)
        } catch {
            await engine.close()
            throw error
        }
        await engine.close()
    }
}

extension WorkflowEngine {
    /// What commands call: the engine behind the payload codecs of the program, and encryption where keys were given. A
    /// payload that these do not decrypt is given as it is stored.
    package var client: any WorkflowClientService {
        PayloadCodecChain(InstalledRegistry.readingCodecs).around(service)
    }
}

extension WorkflowEngine {
    /// Payloads as this program would store them: through its codecs, and encrypted where keys were given.
    package func stored(_ payloads: [Payload]) async throws -> [Payload] {
        try await PayloadCodecChain(InstalledRegistry.payloadCodecs).encodedPayloads(payloads)
    }
}

/// Names a run.
struct RunOptions: ParsableArguments {
    @Argument(help: "The workflow id.")
    var id: String

    @Option(help: "One run; otherwise the current one.")
    var runID: String?

    var workflowID: WorkflowID { WorkflowID(id) }
    var run: RunID? { runID.map { RunID($0) } }
}

/// New ids at the rim.
package enum NewID {
    /// A random UUID.
    package static func make() -> String { UUID().uuidString.lowercased() }
}
