import WorkflowAPI
import WorkflowCommands
import WorkflowRuntime

/// What the workflow asks of the outside world.
struct Mailer: ActivityContainer {
    static let send = ActivityDescriptor<String, String>("sendMail")

    var activities: [ActivityRegistration] {
        [ActivityRegistration(Mailer.send) { text in "sent: \(text)" }]
    }
}

/// Greets when somebody says whom; gives up after a week.
actor Greeting: WorkflowDefinition {
    private var name: String?

    func run(_ salutation: String) async throws -> String {
        guard try await Workflow.condition(timeout: .seconds(7 * 86_400), { self.name != nil }), let name else {
            return "nobody to greet"
        }
        return try await Workflow.execute(
            Mailer.send,
            "\(salutation), \(name)!",
            options: ActivityOptions(startToCloseTimeout: .seconds(10))
        )
    }

    static func handlers(_ handlers: inout WorkflowHandlers<Greeting>) {
        handlers.signal("greet") { (workflow, name: String) in workflow.name = name }
        handlers.query("name") { workflow in workflow.name ?? "" }
    }
}

/// `workflowctl` with this program's own workflow type.
@main
struct GreetingCtl: WorkflowCommandLine {
    static let registry = WorkflowRegistry(
        taskQueue: "greetings",
        workflows: [WorkflowRegistration(Greeting.self)],
        activities: { _ in [Mailer()] }
    )
}
