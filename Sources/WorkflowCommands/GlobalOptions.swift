package import ArgumentParser
import Foundation
package import History
package import Logging
package import WorkflowAPI
import WorkflowRuntime

/// Options of every command.
package struct GlobalOptions: ParsableArguments {
    @Option(help: "Where the state is: sqlite:PATH. (WORKFLOW_STORE; default sqlite:./workflow.db)")
    package var store: String?

    @Option(help: "The tenant. (WORKFLOW_NAMESPACE; default 'default')")
    package var namespace: String?

    @Flag(help: "Prints JSON: one object, or one a line.")
    package var json = false

    package init() {}

    private static func environment(_ name: String) -> String? {
        ProcessInfo.processInfo.environment[name].flatMap { $0.isEmpty ? nil : $0 }
    }

    /// The namespace that the command is about.
    package var tenant: Namespace { Namespace(namespace ?? Self.environment("WORKFLOW_NAMESPACE") ?? "default") }

    /// The path of the SQLite file. Throws a usage error for any other kind of store.
    package func storePath() throws -> String {
        let text = store ?? Self.environment("WORKFLOW_STORE") ?? "sqlite:./workflow.db"
        guard text.hasPrefix("sqlite:"), text.count > "sqlite:".count else {
            throw ValidationError("--store '\(text)' is not of the form sqlite:PATH")
        }
        return String(text.dropFirst("sqlite:".count))
    }

    /// Opens the store and answers queries for every type that this program knows.
    package func openEngine(
        create: Bool,
        logger: Logger = Logger(label: "workflowctl") { _ in SwiftLogNoOpLogHandler() }
    )
        async throws
        -> WorkflowEngine
    {
        let engine = try await WorkflowEngine.open(.sqlite(try storePath()), createIfMissing: create, logger: logger)
        if create { try await InstalledRegistry.current.prepare(engine) }
        for registration in InstalledRegistry.current.workflows {
            let answer = PayloadCodecChain(InstalledRegistry.current.payloadCodecs).around { task in
                registration.answer(task, logger: logger)
            }
            engine.answerQueries(of: registration.name, with: answer)
        }
        return engine
    }

    /// Runs a command on an open engine: prints what went wrong on one line and ends with its exit code.
    package func withEngine(create: Bool = false, _ body: (WorkflowEngine) async throws -> Void) async throws {
        do {
            let engine = try await openEngine(create: create)
            do {
                try await body(engine)
            } catch {
                await engine.close()
                throw error
            }
            await engine.close()
        } catch {
            throw Failures.exit(after: error)
        }
    }
}

extension WorkflowEngine {
    /// What commands call: the engine behind the payload codecs of the program.
    package var client: any WorkflowClientService {
        PayloadCodecChain(InstalledRegistry.current.payloadCodecs).around(service)
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

/// Who acts, as recorded in histories: the verified user of the operating system, this host and process.
package enum CallerIdentity {
    /// `user@host`.
    package static var current: String {
        "\(NSUserName())@\(ProcessInfo.processInfo.hostName)"
    }
}

/// New ids at the rim.
package enum NewID {
    /// A random UUID.
    package static func make() -> String { UUID().uuidString.lowercased() }
}
