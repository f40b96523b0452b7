import Database
import ERPWorkflows
import Foundation
import History
import WorkflowAPI
import WorkflowCommands

/// What a person means to do with a task.
enum TaskUse {
    case decide
    case see
    case answer

    /// Whether a task is one for it; some are for two.
    func takes(_ task: HumanTask) -> Bool {
        switch self {
        case .decide: task.kind == .approval
        case .see: task.isDoable
        case .answer: task.isQuestion
        }
    }
}

/// Open tasks of a person whose workflow is open as well.
struct WaitingTasks {
    private let engine: WorkflowEngine
    private let namespace: Namespace
    private let service: SQLHumanTaskService

    init(_ engine: WorkflowEngine, _ namespace: Namespace, _ database: any ApplicationDatabase) {
        self.engine = engine
        self.namespace = namespace
        service = SQLHumanTaskService(database: database)
    }

    /// What waits for a person; what is due first stands first.
    func all(for person: ActingPerson) async throws -> [HumanTask] {
        var closed: [String: Bool] = [:]
        var waiting: [HumanTask] = []
        for task in try await service.openTasks(for: person.user, person.delegators, in: namespace.rawValue) {
            let run = task.key.runId
            if closed[run] == nil { closed[run] = try await isClosed(task) }
            if closed[run] == false {
                waiting.append(task)
            } else {
                try await withdraw(task)
            }
        }
        return waiting
    }

    /// Nobody needs what a workflow waited for that was ended from outside: it withdrew nothing itself.
    private func withdraw(_ task: HumanTask) async throws {
        let note = "the workflow was ended from outside"
        _ = try await service.close(HumanTaskClosing(task.key, .withdrawn, note: note, time: engine.now().date))
    }

    /// The task that a person means: by its name (`T-12`, `12`), or by the workflow, where only one of its tasks is theirs.
    /// Throws a refusal when there is none, and when it is closed.
    func task(_ name: String, to use: TaskUse, for person: ActingPerson) async throws -> HumanTask {
        let task = try await found(name, use, for: person)
        let verbs =
            task.isQuestion
            ? "'tasks answer'"
            : task.kind == .approval
                ? "'tasks approve' and 'tasks reject', or 'tasks ask'" : "'tasks complete' and 'tasks skip'"
        guard use.takes(task) else {
            throw WorkflowServiceError(.invalidArgument, "\(task.name) is for \(verbs)")
        }
        guard task.state == .open else {
            let by = task.closedBy.map { " by \($0)" } ?? ""
            let note = task.note.map { " (\($0))" } ?? ""
            throw WorkflowServiceError(.invalidArgument, "\(task.name) is already \(task.state.rawValue)\(by)\(note)")
        }
        if try await isClosed(task) {
            try await withdraw(task)
            throw WorkflowServiceError(
                .workflowClosed,
                "\(task.name) belongs to workflow '\(task.key.workflowId)', which was ended from outside"
            )
        }
        return task
    }

    /// The same task as it stands now.
    func again(_ task: HumanTask) async throws -> HumanTask? {
        try await service.task(task.number, in: namespace.rawValue)
    }

    private func found(
        _ name: String,
        _ use: TaskUse,
        for person: ActingPerson,
        _ attempts: Int = 30
    ) async throws -> HumanTask {
        if let number = HumanTask.number(name), let task = try await service.task(number, in: namespace.rawValue) {
            return task
        }
        let tasks = try await service.tasks(ofWorkflow: name, in: namespace.rawValue).filter {
            use.takes($0) && $0.state == .open && $0.isFor(person.user, person.delegators)
        }
        guard let task = tasks.first else {
            // A level follows the one before it by two steps of a worker, and the row of a question the question by one.
            let others = try await service.tasks(ofWorkflow: name, in: namespace.rawValue)
            if let last = others.last(where: { !$0.isQuestion }), last.kind == .approval,
                last.state != .open || use == .answer,
                attempts > 0,
                try await !isClosed(last)
            {
                try await Task.sleep(for: .milliseconds(100))
                return try await found(name, use, for: person, attempts - 1)
            }
            if let open = others.first(where: { $0.state == .open && use.takes($0) }) {
                let whose = open.level?.replacing("_", with: " ") ?? open.role ?? open.assignee ?? "somebody else"
                throw WorkflowServiceError(
                    .notFound,
                    "workflow '\(name)' waits for \(whose) (\(open.name)) at the moment, and not for '\(person.user.id)'; "
                        + "what comes later shows in '\(ProgramName.current) tasks list' when it is their turn"
                )
            }
            throw WorkflowServiceError(
                .notFound,
                "there is no task '\(name)' in namespace '\(namespace)', and no workflow '\(name)' that waits for "
                    + "'\(person.user.id)'; '\(ProgramName.current) tasks list' shows what does"
            )
        }
        guard tasks.count == 1 else {
            let names = tasks.map(\.name).joined(separator: ", ")
            throw WorkflowServiceError(.invalidArgument, "several tasks of '\(name)' are yours; name one: \(names)")
        }
        return task
    }

    /// A workflow that was ended from outside withdraws nothing.
    private func isClosed(_ task: HumanTask) async throws -> Bool {
        do {
            let description = try await engine.client.describeWorkflow(
                DescribeWorkflowRequest(
                    namespace: namespace,
                    workflowID: WorkflowID(task.key.workflowId),
                    runID: RunID(task.key.runId)
                )
            )
            return description.summary.status.isClosed
        } catch let error as WorkflowServiceError where error.code == .notFound {
            return true
        }
    }
}
