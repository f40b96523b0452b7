import Foundation
import History
import Logging
import ServiceLifecycle
import UnixSignals
import Workers
import WorkflowAPI
import WorkflowRuntime

/// Waits, then says so.
actor Reminder: WorkflowDefinition {
    func run(_ text: String) async throws -> String {
        try await Workflow.sleep(for: .milliseconds(100))
        return "do not forget: \(text)"
    }
}

/// A service with an engine of its own: client and worker in one process, the state on one file.
@main
struct Embedded {
    static func main() async throws {
        let logger = Logger(label: "reminders")
        let engine = try await WorkflowEngine.open(.sqlite("reminders.db"), logger: logger)
        let worker = try Worker(
            service: engine.service,
            configuration: WorkerConfiguration(taskQueue: "reminders"),
            workflows: [WorkflowRegistration(Reminder.self)],
            logger: logger
        )
        let services = ServiceGroup(services: [engine, worker], gracefulShutdownSignals: [.sigterm], logger: logger)
        let running = Task { try await services.run() }

        let client = WorkflowClient(service: engine.service, identity: "embedded", makeID: { UUID().uuidString })
        let reminder = try await client.start(Reminder.self, taskQueue: "reminders", input: "the milk")
        print(try await reminder.result())

        await services.triggerGracefulShutdown()
        try await running.value
        await engine.close()
    }
}
