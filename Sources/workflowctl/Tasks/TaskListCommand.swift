import ArgumentParser
import ERPWorkflows
import History
import WorkflowAPI
import WorkflowCommands

struct TaskListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "Shows what a person may decide or has to do now, also as a deputy; what is due first stands first."
    )

    @OptionGroup var global: GlobalOptions
    @OptionGroup var person: PersonOption
    @OptionGroup var digits: DigitsOption

    func run() async throws {
        try await global.withERPEngine { engine, database in
            let person = try await ActingPerson(person, in: global.tenant.rawValue, database, at: engine.now().date)
            let tasks = try await WaitingTasks(engine, global.tenant, database).all(for: person)
            guard !global.json else {
                for task in tasks { Output.json(Self.json(task, person)) }
                return
            }
            guard !tasks.isEmpty else { return Output.note("nothing waits for '\(person.user.id)'") }
            Output.table(
                ["TASK", "WHAT", "AS", "AMOUNT", "REQUESTED BY", "SINCE (DHAKA)", "DUE (DHAKA)", "WORKFLOW", "WHY"],
                tasks.map { Self.row($0, person, digits) }
            )
        }
    }

    private static func row(_ task: HumanTask, _ person: ActingPerson, _ digits: DigitsOption) -> [String] {
        let role = task.level ?? task.role ?? "-"
        return [
            task.name, task.title, person.onBehalf(task).map { "\(role) for \($0)" } ?? role,
            task.amount.map(digits.text) ?? "-", task.requestedBy ?? "-", task.openedTime.dhaka,
            task.dueTime?.dhaka ?? "-", task.key.workflowId, task.waitsFor,
        ]
    }

    private static func json(_ task: HumanTask, _ person: ActingPerson) -> [String: any JSONRepresentable] {
        [
            "task": task.name, "taskId": task.key.task, "kind": task.kind.rawValue, "title": task.title,
            "level": task.level, "role": task.role, "department": task.department, "onBehalfOf": person.onBehalf(task),
            "amount": task.amount?.text, "requestedBy": task.requestedBy, "since": task.openedTime.rfc3339,
            "why": task.waitsFor,
            "due": task.dueTime?.rfc3339, "workflowId": task.key.workflowId, "runId": task.key.runId,
            "workflowType": task.workflowType,
        ]
    }
}
