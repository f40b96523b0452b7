import Database
import ERPWorkflows
import Foundation
import History
import WorkflowAPI
import WorkflowCommands

/// Open tasks of a person whose workflow is open as well.
struct WaitingTasks {
    private let engine: WorkflowEngine
    private let namespace: Namespace
    private let service: SQLHumanTaskService

    init(_ engine: WorkflowEngine, _ namespace: Namespace, _ database: SQLiteDatabase) {
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
            if closed[run] == false { waiting.append(task) }
        }
        return waiting
    }

    /// The task that a person means: by its name (`T-12`, `12`), or by the workflow, where only one of its tasks is theirs.
    /// Throws a refusal when there is none, and when it is closed.
    func task(_ name: String, _ kind: HumanTask.Kind, for person: ActingPerson) async throws -> HumanTask {
        let task = try await found(name, kind, for: person)
        let verbs = task.kind == .approval ? "'tasks approve' and 'tasks reject'" : "'tasks complete' and 'tasks skip'"
        guard task.kind == kind else {
            throw WorkflowServiceError(.invalidArgument, "\(task.name) is for \(verbs)")
        }
        guard task.state == .open else {
            let by = task.closedBy.map { " by \($0)" } ?? ""
            let note = task.note.map { " (\($0))" } ?? ""
            throw WorkflowServiceError(.invalidArgument, "\(task.name) is already \(task.state.rawValue)\(by)\(note)")
        }
        if try await isClosed(task) {
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

    private func found(_ name: String, _ kind: HumanTask.Kind, for person: ActingPerson) async throws -> HumanTask {
        if let number = HumanTask.number(name), let task = try await service.task(number, in: namespace.rawValue) {
            return task
        }
        let tasks = try await service.tasks(ofWorkflow: name, in: namespace.rawValue).filter {
            $0.kind == kind && $0.state == .open && $0.isFor(person.user, person.delegators)
        }
        guard let task = tasks.first else {
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
