import ArgumentParser
import History
import WorkflowAPI

struct TaskQueueCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "task-queue",
        abstract: "Looks at task queues.",
        subcommands: [Describe.self]
    )

    struct Describe: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Pollers and backlog of a queue, and how long the oldest task has waited."
        )
        @OptionGroup var global: GlobalOptions
        @Argument(help: "The queue.") var queue: String

        func run() async throws {
            try await global.withEngine { engine in
                let found = try await engine.client.describeTaskQueue(TaskQueue(queue), in: global.tenant)
                let now = SystemEngineClock().now()
                if global.json {
                    Output.json(found.json(at: now))
                } else {
                    for line in found.lines(at: now) { Output.text(line) }
                }
            }
        }
    }
}

extension TaskQueueDescription {
    fileprivate func lines(at now: Timestamp) -> [String] {
        func age(_ oldest: Timestamp?) -> String { oldest.map { ", the oldest for \((now - $0).text)" } ?? "" }
        func names(_ pollers: [String]) -> String { pollers.isEmpty ? "none" : pollers.joined(separator: ", ") }
        return [
            "workflow pollers   \(names(workflowPollers))", "activity pollers   \(names(activityPollers))",
            "workflow backlog   \(workflowBacklog)\(age(oldestWorkflowTask))",
            "activity backlog   \(activityBacklog)\(age(oldestActivityTask))",
        ]
    }

    fileprivate func json(at now: Timestamp) -> [String: any JSONRepresentable] {
        var object: [String: any JSONRepresentable] = [
            "taskQueue": taskQueue.rawValue, "workflowPollers": workflowPollers, "activityPollers": activityPollers,
            "workflowBacklog": workflowBacklog, "activityBacklog": activityBacklog,
        ]
        for (name, oldest) in [("oldestWorkflowTask", oldestWorkflowTask), ("oldestActivityTask", oldestActivityTask)] {
            guard let oldest else { continue }
            object[name + "Age"] = (now - oldest).text
            object[name + "Time"] = oldest
        }
        return object
    }
}
