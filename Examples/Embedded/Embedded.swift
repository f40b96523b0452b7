import Foundation
import History
import Logging
import ServiceLifecycle
import UnixSignals
import Workers
import WorkflowAPI
import WorkflowRuntime

/// Waits for a day, or until somebody says that it is urgent.
actor Reminder: WorkflowDefinition {
    /// What clients may send and ask.
    struct Messages: Sendable {
        let hurry = SignalDescriptor<NoValue>("hurry")
        let state = QueryDescriptor<NoValue, String>("state")
    }
    static let messages = Messages()
    private var isUrgent = false

    func run(_ text: String) async throws -> String {
        _ = try await Workflow.condition(timeout: .seconds(86_400)) { self.isUrgent }
        return "do not forget: \(text)"
    }

    static func handlers(_ handlers: inout WorkflowHandlers<Reminder>) {
        handlers.signal(\.hurry) { workflow in workflow.isUrgent = true }
        handlers.query(\.state) { workflow in workflow.isUrgent ? "due" : "waiting" }
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
        print(try await reminder.query(\.state))
        try await reminder.signal(\.hurry)
        print(try await reminder.result())

        await services.triggerGracefulShutdown()
        try await running.value
        await engine.close()
    }
}
