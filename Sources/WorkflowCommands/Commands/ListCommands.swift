import ArgumentParser
import History
import WorkflowAPI

/// Which workflows.
struct FilterOptions: ParsableArguments {
    @Option(help: "Only this status: running, completed, failed, canceled, terminated, timedOut.") var status: String?
    @Option(help: "Only this workflow type.") var type: String?

    func request(_ global: GlobalOptions, limit: Int = 100, problems: Bool = false) throws -> ListWorkflowsRequest {
        var statuses: [WorkflowStatus] = []
        if let status {
            guard let known = WorkflowStatus.allCases.first(where: { $0.name == status }) else {
                let names = WorkflowStatus.allCases.map(\.name).joined(separator: ", ")
                throw ValidationError("there is no status '\(status)'; there are: \(names)")
            }
            statuses = [known]
        }
        return ListWorkflowsRequest(
            namespace: global.tenant,
            statuses: statuses,
            workflowType: type,
            onlyProblems: problems,
            limit: limit
        )
    }
}

struct ListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "Lists workflows, newest first.")

    @OptionGroup var global: GlobalOptions
    @OptionGroup var filter: FilterOptions
    @Option(help: "At most so many, up to 1000.") var limit = 100
    @Flag(help: "Only those with something wrong, with the next step; exits 1 if there is any.") var problems = false

    func run() async throws {
        let request = try filter.request(global, limit: limit, problems: problems)
        try await global.withEngine { engine in
            let found =
                problems
                ? try await MissingWorkers.problems(request, engine.client)
                : try await engine.client.listWorkflows(request)
            if global.json {
                for summary in found { Output.json(summary.json) }
            } else if problems {
                for summary in found { Output.line(summary.problemText) }
            } else {
                Output.table(
                    ["ID", "TYPE", "STATUS", "STARTED", "EVENTS", "PROBLEM"],
                    found.map {
                        [
                            $0.execution.workflowID.rawValue, $0.workflowType, $0.status.name, $0.startTime.text,
                            String($0.historyLength), $0.problem?.rawValue ?? "",
                        ]
                    }
                )
            }
            if problems, !found.isEmpty { throw ExitCode(ExitStatus.refused.rawValue) }
        }
    }
}

struct CountCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "count", abstract: "Counts workflows by status.")

    @OptionGroup var global: GlobalOptions
    @OptionGroup var filter: FilterOptions

    func run() async throws {
        let request = try filter.request(global)
        try await global.withEngine { engine in
            let counts = try await engine.client.countWorkflows(request)
            let named = counts.map { ($0.key.name, $0.value) }.sorted { $0.0 < $1.0 }
            if global.json {
                Output.json(Dictionary(uniqueKeysWithValues: named))
            } else {
                for (name, count) in named { Output.line("\(name) \(count)") }
            }
        }
    }
}

extension WorkflowSummary {
    /// The line of a listing as JSON.
    var json: [String: any Sendable] {
        var object: [String: any Sendable] = [
            "workflowId": execution.workflowID.rawValue, "runId": execution.runID.rawValue, "type": workflowType,
            "taskQueue": taskQueue.rawValue, "status": status.name, "startTime": startTime.text,
            "historyLength": historyLength,
        ]
        object["closeTime"] = closeTime?.text
        object["problem"] = problem?.rawValue
        return object
    }

    /// What is wrong and what to do next.
    fileprivate var problemText: String {
        let id = execution.workflowID.rawValue
        let text: String =
            switch problem {
            case .workflowTaskFailing: "its workflow task keeps failing; 'describe \(id)' shows how"
            case .nondeterminism:
                "its code no longer fits its history; 'describe \(id)' shows where; deploy a worker with corrected code"
            case .quarantined: "the process died under it too often; correct the code, then 'retry \(id)'"
            case .activityFailing: "an activity keeps failing; 'describe \(id)' shows how; 'retry \(id)' tries it now"
            case .noWorker: "no worker with type '\(workflowType)' runs; start one: 'worker --task-queue \(taskQueue)'"
            case nil: "nothing"
            }
        return "\(id): \(text)"
    }
}
