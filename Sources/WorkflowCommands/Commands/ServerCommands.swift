import ArgumentParser
import Foundation
import History
import Logging
import ServiceLifecycle
import UnixSignals
import Workers
import WorkflowAPI
import WorkflowRuntime

struct WorkerCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "worker",
        abstract: "Runs a worker and the engine's timers until SIGTERM; a second signal ends it at once."
    )

    @OptionGroup var global: GlobalOptions
    @Option(help: "Where to poll.") var taskQueue: String?

    func run() async throws {
        var logger = Logger(label: ProgramName.current) { StreamLogHandler.standardError(label: $0) }
        logger.logLevel = .info
        try await global.reporting {
            if let taskQueue { try checkIdentifier(taskQueue, "task queue") }
            try await global.rehearse { engine in
                _ = try await makeWorker(on: engine, logger)
                try await refuseUnknownNamespace(engine)
            }
            let engine = try await global.openEngine(create: true, logger: logger)
            let worker = try await makeWorker(on: engine, logger)
            if let encryption = ProgramKeys.encryption {
                logger.info(
                    "payloads are encrypted",
                    metadata: [
                        "key": "\(encryption.activeKeyID)", "keys": "\(encryption.keyIDs.joined(separator: ", "))",
                    ]
                )
            }
            let group = ServiceGroup(
                services: [WorkerShutdown(logger: logger), engine, worker],
                gracefulShutdownSignals: [.sigterm, .sigint],
                logger: logger
            )
            try await group.run()
            await engine.close()
        }
    }

    private func makeWorker(on engine: WorkflowEngine, _ logger: Logger) async throws -> Worker {
        let registry = InstalledRegistry.current
        var configuration = WorkerConfiguration(
            taskQueue: taskQueue.map { TaskQueue($0) } ?? registry.taskQueue,
            namespace: global.tenant,
            identity: "\(ProcessInfo.processInfo.processIdentifier)@\(ProcessInfo.processInfo.hostName)"
        )
        configuration.payloadCodecs = InstalledRegistry.payloadCodecs
        configuration.crashBlamePrefix = try global.storePath() + "-blame-"
        return try Worker(
            service: engine.service,
            configuration: configuration,
            workflows: registry.workflows,
            activities: try await registry.activities(engine),
            logger: logger
        )
    }

    private func refuseUnknownNamespace(_ engine: WorkflowEngine) async throws {
        let known = try await engine.service.listNamespaces().map(\.namespace)
        guard known.contains(global.tenant) else {
            throw WorkflowServiceError(.notFound, "there is no namespace '\(global.tenant)'")
        }
    }
}
