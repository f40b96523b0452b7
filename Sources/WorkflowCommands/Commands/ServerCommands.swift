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
    @Option(help: "Carries messages to people as well: log, or command:PATH. (WORKFLOW_NOTIFY)") var notify: String?

    func run() async throws {
        var logger = Logger(label: ProgramName.current) { StreamLogHandler.standardError(label: $0) }
        logger.logLevel = .info
        try await global.reporting {
            if let taskQueue { try checkIdentifier(taskQueue, "task queue") }
            try await global.rehearse { engine in
                _ = try await makeWorker(on: engine, logger)
                _ = try await makeDelivery(on: engine, logger)
                try await global.requireNamespace(in: engine)
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
            let delivery = try await makeDelivery(on: engine, logger)
            let group = ServiceGroup(
                services: [WorkerShutdown(logger: logger), engine, worker] + (delivery.map { [$0] } ?? []),
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
        configuration.crashBlamePrefix = try global.location().crashBlamePrefix
        return try Worker(
            service: engine.service,
            configuration: configuration,
            workflows: registry.workflows,
            activities: try await registry.activities(engine),
            logger: logger
        )
    }

    /// What carries messages to people; nil when nobody said how.
    private func makeDelivery(on engine: WorkflowEngine, _ logger: Logger) async throws -> (any Service)? {
        guard let make = InstalledRegistry.current.delivery else {
            guard notify == nil else { throw ValidationError("--notify: this program sends no messages") }
            return nil
        }
        let usual = ProcessInfo.processInfo.environment["WORKFLOW_NOTIFY"].flatMap { $0.isEmpty ? nil : $0 }
        guard let how = notify ?? usual else { return nil }
        return try await make(DeliveryRequest(how: how, engine: engine, namespace: global.tenant, logger: logger))
    }
}
