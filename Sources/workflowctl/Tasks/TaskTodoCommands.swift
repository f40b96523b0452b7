import ArgumentParser
import ERPWorkflows
import History
import WorkflowAPI
import WorkflowCommands

struct TaskCompleteCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "complete",
        abstract: "Says that something was done."
    )

    @OptionGroup var global: GlobalOptions
    @OptionGroup var person: PersonOption
    @Argument(help: "The task (T-12), or the workflow when it waits for you once.") var task: String

    func run() async throws {
        try await TaskEnding(global, person, task).carryOut("completeTask") { task, person in
            ["taskId": task.key.task, "completedBy": person]
        }
    }
}

struct TaskSkipCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "skip",
        abstract: "Says that something is left out, and why."
    )

    @OptionGroup var global: GlobalOptions
    @OptionGroup var person: PersonOption
    @Argument(help: "The task (T-12), or the workflow when it waits for you once.") var task: String
    @Option(help: "Why.") var reason: String

    func validate() throws {
        try checkSaid(reason, "--reason")
    }

    func run() async throws {
        try await TaskEnding(global, person, task).carryOut("skipTask") { task, person in
            ["taskId": task.key.task, "reason": reason, "skippedBy": person]
        }
    }
}

/// The end of something to do on the way to its workflow.
struct TaskEnding {
    private let global: GlobalOptions
    private let option: PersonOption
    private let name: String

    init(_ global: GlobalOptions, _ option: PersonOption, _ name: String) {
        self.global = global
        self.option = option
        self.name = name
    }

    /// Sends the signal and waits until the task is closed. Refuses who may not act on the task.
    func carryOut(_ signal: String, _ make: (HumanTask, _ person: String) -> [String: String]) async throws {
        try await global.withERPEngine { engine, database in
            let person = try await ActingPerson(option, in: global.tenant.rawValue, database, at: engine.now().date)
            try person.checkLogin()
            let waiting = WaitingTasks(engine, global.tenant, database)
            let task = try await waiting.task(name, to: .see, for: person)
            guard person.maySeeTo(task) else {
                let whose = task.assignee ?? task.role.map { "somebody with the role '\($0)'" } ?? "somebody else"
                throw WorkflowServiceError(
                    .invalidArgument,
                    "\(task.name) is for \(whose), not for '\(person.user.id)'"
                )
            }
            let message = TaskSignal(task, engine)
            try await message.send(signal, make(task, person.user.id))
            let state = try await message.until(ends: HumanTask.State.open) {
                let state = try await waiting.again(task)?.state
                return state == .open ? nil : state
            }
            tell(state, task)
        }
    }

    private func tell(_ state: HumanTask.State, _ task: HumanTask) {
        guard !global.json else {
            let outcome = state == .open ? "taken" : state.rawValue
            Output.json(["task": task.name, "workflowId": task.key.workflowId, "outcome": outcome])
            return
        }
        guard state != .open else {
            return Output.note("taken, but the workflow '\(task.key.workflowId)' has not closed the task yet")
        }
        Output.line("\(task.title): \(state.rawValue)")
    }
}
