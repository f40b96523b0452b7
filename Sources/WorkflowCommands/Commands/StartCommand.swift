import ArgumentParser
import History
import WorkflowAPI
import WorkflowRuntime

struct StartCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "start", abstract: "Starts a workflow.")

    @OptionGroup var global: GlobalOptions
    @Argument(help: "The workflow type.") var type: String
    @Option(help: "The workflow id; a new one unless given.") var id: String?
    @OptionGroup var argument: InputOption
    @Option(help: "Where its tasks go.") var taskQueue: String?
    @Flag(help: "Waits for the result and prints it.") var wait = false
    @Option(help: "How long --wait waits: 90s, 30m, 7d. (default: 1h)", transform: DurationArgument.read)
    var timeout = DurationArgument.hour
    @Option(help: "The limit on the whole execution.", transform: DurationArgument.read)
    var executionTimeout: DurationArgument?
    @Option(help: "When a run with the id is open: fail, or use-existing.") var conflictPolicy = "fail"
    @Option(help: "A repeat with the same request id starts nothing.") var requestID: String?

    func run() async throws {
        let policies: [String: WorkflowIDConflictPolicy] = ["fail": .fail, "use-existing": .useExisting]
        guard let policy = policies[conflictPolicy] else {
            throw ValidationError("--conflict-policy is fail or use-existing, not '\(conflictPolicy)'")
        }
        try await global.reporting {
            let request = try request(policy)
            // What needs no store is refused before there may be one.
            try InstalledRegistry.current.registration(of: type)?.checkInput.refuse(request.input[0], for: type)
            try await global.withEngine(create: true, rehearsal: { _ = try await start(request, $0) }) { engine in
                let response = try await start(request, engine)
                if !global.json { InstalledRegistry.current.remark(.started(request)).map(Output.note) }
                guard wait else { return report(response) }
                try await ResultCommand.printResult(of: response.execution, timeout: timeout.duration, engine, global)
            }
        }
    }

    private func request(_ policy: WorkflowIDConflictPolicy) throws -> StartWorkflowRequest {
        StartWorkflowRequest(
            namespace: global.tenant,
            workflowID: WorkflowID(id ?? NewID.make()),
            workflowType: type,
            taskQueue: taskQueue.map { TaskQueue($0) } ?? InstalledRegistry.current.taskQueue,
            input: [try argument.payload()],
            executionTimeout: executionTimeout?.duration,
            identity: CallerIdentity.current,
            requestID: requestID ?? NewID.make(),
            conflictPolicy: policy
        )
    }

    private func start(
        _ request: StartWorkflowRequest,
        _ engine: WorkflowEngine
    ) async throws -> StartWorkflowResponse {
        let registry = InstalledRegistry.current
        try await refuseUnknownType(engine, registry)
        try await registry.checkStart(request, engine)
        return try await engine.client.startWorkflow(request)
    }

    private func report(_ response: StartWorkflowResponse) {
        let execution = response.execution
        if global.json {
            Output.json([
                "workflowId": execution.workflowID.rawValue, "runId": execution.runID.rawValue,
                "started": response.started,
            ])
        } else {
            Output.line(execution.workflowID.rawValue)
        }
    }

    /// A type that neither this program nor a running worker knows would wait for ever.
    private func refuseUnknownType(_ engine: WorkflowEngine, _ registry: WorkflowRegistry) async throws {
        if registry.registration(of: type) != nil { return }
        let live = try await engine.client.registrations(in: global.tenant).flatMap(\.workflowTypes).map(\.name)
        if live.contains(type) { return }
        let known = Set(live + registry.workflows.map(\.name)).sorted().joined(separator: ", ")
        throw WorkflowServiceError(
            .invalidArgument,
            "no worker and no program here knows the workflow type '\(type)'"
                + (known.isEmpty ? "" : "; known are: \(known)")
        )
    }
}
