package import WorkflowAPI
package import WorkflowRuntime

/// Names to workflow and activity types; refuses duplicates.
package struct WorkerRegistry: Sendable {
    private let workflows: [String: WorkflowRegistration]
    private let activities: [String: ActivityRegistration]

    /// Everything that a worker can run.
    /// - Throws: ``WorkerError`` with `duplicateName` or `nothingRegistered`.
    package init(workflows: [WorkflowRegistration], activities: [ActivityRegistration]) throws {
        guard !workflows.isEmpty || !activities.isEmpty else {
            throw WorkerError(
                .nothingRegistered,
                "the worker has nothing to run: register at least one workflow or one activity"
            )
        }
        self.workflows = try Self.index(workflows, kind: "workflows", name: \.name)
        self.activities = try Self.index(activities, kind: "activities", name: \.name)
    }

    /// There are workflows, so that polling for workflow tasks makes sense.
    package var hasWorkflows: Bool { !workflows.isEmpty }
    /// There are activities, so that polling for activity tasks makes sense.
    package var hasActivities: Bool { !activities.isEmpty }

    /// The workflow of a name.
    package func workflow(named name: String) -> WorkflowRegistration? { workflows[name] }

    /// The activity of a name.
    package func activity(named name: String) -> ActivityRegistration? { activities[name] }

    /// One line for a task whose workflow type is not here.
    package func unknownWorkflowMessage(_ name: String, taskQueue: TaskQueue) -> String {
        Self.unknownMessage("workflow", name, taskQueue: taskQueue, known: Array(workflows.keys))
    }

    /// One line for a task whose activity type is not here.
    package func unknownActivityMessage(_ name: String, taskQueue: TaskQueue) -> String {
        Self.unknownMessage("activity", name, taskQueue: taskQueue, known: Array(activities.keys))
    }

    /// What is published, in order of name.
    package var workflowTypes: [WorkflowTypeDescription] {
        workflows.values.sorted { $0.name < $1.name }
            .map { WorkflowTypeDescription(name: $0.name, signals: $0.signals, queries: $0.queries) }
    }

    /// What is published, in order of name.
    package var activityTypes: [String] { activities.keys.sorted() }

    /// Refuses activities that the service cannot run as they are registered.
    /// - Throws: ``WorkerError`` with `missingCapability`.
    package func check(_ capabilities: ServiceCapabilities) throws {
        guard !capabilities.contains(.storeTransactions) else { return }
        let steps = activities.values.filter(\.isTransactional).map(\.name).sorted()
        guard let first = steps.first else { return }
        throw WorkerError(
            .missingCapability,
            "activity \"\(first)\" is transactional, and this service runs no activities in its transactions: use a "
                + "SQLite store (and payload codecs that are immediate), or register it as an ordinary activity"
        )
    }

    private static func index<Item>(_ items: [Item], kind: String, name: (Item) -> String) throws -> [String: Item] {
        var index: [String: Item] = [:]
        for item in items {
            guard index.updateValue(item, forKey: name(item)) == nil else {
                throw WorkerError(
                    .duplicateName,
                    "two \(kind) of this worker are named \"\(name(item))\": rename one, or register it once"
                )
            }
        }
        return index
    }

    private static func unknownMessage(
        _ kind: String,
        _ name: String,
        taskQueue: TaskQueue,
        known: [String]
    ) -> String {
        let names = known.isEmpty ? "none" : known.sorted().joined(separator: ", ")
        return "no \(kind) named \"\(name)\" is registered with the worker on task queue \"\(taskQueue)\" "
            + "(registered: \(names)); register it, or start it on the queue of a worker that has it"
    }
}
