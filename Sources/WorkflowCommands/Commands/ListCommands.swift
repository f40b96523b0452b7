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
            if problems { return try await listProblems(request, engine) }
            let found = try await engine.client.listWorkflows(request)
            if global.json {
                for summary in found { Output.json(summary.json) }
                return
            }
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
    }

    private func listProblems(_ request: ListWorkflowsRequest, _ engine: WorkflowEngine) async throws {
        let found = try await MissingWorkers.problems(request, engine.client)
        // A queue has neither status nor type.
        let isFiltered = filter.status != nil || filter.type != nil
        let queues = isFiltered ? [] : try await MissingWorkers.strandedQueues(engine, in: global.tenant)
        let inbox = isFiltered ? [] : try await engine.refusedInboxRows(in: global.tenant)
        let now = SystemEngineClock().now()
        if global.json {
            for summary in found { Output.json(summary.json) }
            for queue in queues { Output.json(queue.json(at: now)) }
            for row in inbox { Output.json(row.json) }
        } else {
            let texts = found.compactMap { $0.problemText() } + queues.map { $0.problemText(at: now) }
            for text in texts + inbox.map(\.problemText) { Output.text(text.line) }
        }
        if !found.isEmpty || !queues.isEmpty || !inbox.isEmpty { throw ExitCode(ExitStatus.refused.rawValue) }
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
            if global.json {
                Output.json(counts.reduce(into: [:]) { $0[$1.key.name] = $1.value })
                return
            }
            for (status, count) in counts.sorted(by: { $0.key.name < $1.key.name }) {
                Output.line("\(status.name) \(count)")
            }
        }
    }
}
