import ArgumentParser
import Foundation
import History
import Logging
import ServiceLifecycle
import UnixSignals
import Workers
import WorkflowAPI

struct WorkerCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "worker",
        abstract: "Runs a worker and the engine's timers until SIGTERM; a second signal ends it at once."
    )

    @OptionGroup var global: GlobalOptions
    @Option(help: "Where to poll.") var taskQueue: String?

    func run() async throws {
        var logger = Logger(label: "workflowctl") { StreamLogHandler.standardError(label: $0) }
        logger.logLevel = .info
        do {
            let registry = InstalledRegistry.current
            let engine = try await global.openEngine(create: true, logger: logger)
            let queue = taskQueue.map { TaskQueue($0) } ?? registry.taskQueue
            var configuration = WorkerConfiguration(
                taskQueue: queue,
                namespace: global.tenant,
                identity: "\(ProcessInfo.processInfo.processIdentifier)@\(ProcessInfo.processInfo.hostName)"
            )
            configuration.payloadCodecs = registry.payloadCodecs
            configuration.crashBlamePrefix = try global.storePath() + "-blame-"
            let worker = try Worker(
                service: engine.service,
                configuration: configuration,
                workflows: registry.workflows,
                activities: try await registry.activities(engine),
                logger: logger
            )
            let group = ServiceGroup(
                services: [WorkerShutdown(logger: logger), engine, worker],
                gracefulShutdownSignals: [.sigterm, .sigint],
                logger: logger
            )
            try await group.run()
            await engine.close()
        } catch {
            throw Failures.exit(after: error)
        }
    }
}

struct TaskQueueCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "task-queue",
        abstract: "Looks at task queues.",
        subcommands: [Describe.self]
    )

    struct Describe: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Pollers, backlog and oldest task of a queue.")
        @OptionGroup var global: GlobalOptions
        @Argument(help: "The queue.") var queue: String

        func run() async throws {
            try await global.withEngine { engine in
                let found = try await engine.client.describeTaskQueue(TaskQueue(queue), in: global.tenant)
                Output.line("workflow pollers   \(found.workflowPollers.joined(separator: ", "))")
                Output.line("activity pollers   \(found.activityPollers.joined(separator: ", "))")
                Output.line("workflow backlog   \(found.workflowBacklog)\(since(found.oldestWorkflowTask))")
                Output.line("activity backlog   \(found.activityBacklog)\(since(found.oldestActivityTask))")
            }
        }

        private func since(_ oldest: Timestamp?) -> String { oldest.map { ", the oldest since \($0.text)" } ?? "" }
    }
}

struct NamespaceCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "namespace",
        abstract: "Tenants.",
        subcommands: [Create.self, List.self]
    )

    struct Create: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Makes a namespace.")
        @OptionGroup var global: GlobalOptions
        @Argument(help: "Its name.") var name: String
        @Option(help: "How long closed workflows are kept; for ever unless given.") var retention: DurationArgument?

        func run() async throws {
            try await global.withEngine(create: true) { engine in
                try await engine.client.createNamespace(Namespace(name), retention: retention?.duration)
            }
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "All namespaces.")
        @OptionGroup var global: GlobalOptions

        func run() async throws {
            try await global.withEngine { engine in
                for found in try await engine.client.listNamespaces() {
                    if global.json {
                        Output.json(["namespace": found.namespace.rawValue, "createdTime": found.createdTime.text])
                    } else {
                        Output.line(found.namespace.rawValue)
                    }
                }
            }
        }
    }
}
