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
    @Option(help: "How long --wait waits: 90s, 30m, 7d.") var timeout = DurationArgument.hour
    @Option(help: "The limit on the whole execution.") var executionTimeout: DurationArgument?
    @Option(help: "When a run with the id is open: fail, or use-existing.") var conflictPolicy = "fail"
    @Option(help: "A repeat with the same request id starts nothing.") var requestID: String?

    func run() async throws {
        let policies: [String: WorkflowIDConflictPolicy] = ["fail": .fail, "use-existing": .useExisting]
        guard let policy = policies[conflictPolicy] else {
            throw ValidationError("--conflict-policy is fail or use-existing, not '\(conflictPolicy)'")
        }
        let registry = InstalledRegistry.current
        let request = Result {
            StartWorkflowRequest(
                namespace: global.tenant,
                workflowID: WorkflowID(id ?? NewID.make()),
                workflowType: type,
                taskQueue: taskQueue.map { TaskQueue($0) } ?? registry.taskQueue,
                input: [try argument.payload()],
                executionTimeout: executionTimeout?.duration,
                identity: CallerIdentity.current,
                requestID: requestID ?? NewID.make(),
                conflictPolicy: policy
            )
        }
        try await global.withEngine(create: true) { engine in
            try await refuseUnknownType(engine, registry)
            let request = try request.get()
            try registry.registration(of: type)?.checkInput.refuse(request.input[0], for: type)
            try await registry.checkStart(request, engine)
            let response = try await engine.client.startWorkflow(request)
            let execution = response.execution
            guard wait else {
                if global.json {
                    Output.json([
                        "workflowId": execution.workflowID.rawValue, "runId": execution.runID.rawValue,
                        "started": response.started,
                    ])
                } else {
                    Output.line(execution.workflowID.rawValue)
                }
                return
            }
            try await ResultCommand.printResult(
                of: execution,
                timeout: timeout.duration,
                engine,
                global
            )
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
