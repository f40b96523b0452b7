import ArgumentParser
import History
import WorkflowAPI

struct DescribeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "describe", abstract: "Shows how a workflow stands.")

    @OptionGroup var global: GlobalOptions
    @OptionGroup var target: RunOptions

    func run() async throws {
        try await global.withEngine { engine in
            var description = try await engine.client.describeWorkflow(
                DescribeWorkflowRequest(namespace: global.tenant, workflowID: target.workflowID, runID: target.run)
            )
            let missing = try await MissingWorkers(engine.client, in: global.tenant)
            description.summary = missing.marked(description.summary)
            let outcome = try await outcome(of: description.summary, engine)
            if global.json {
                Output.json(description.json.merging(outcome?.json ?? [:]) { $1 })
            } else {
                let lines = DescriptionText.lines(description) + (outcome?.lines(id: target.id) ?? [])
                for line in lines { Output.text(line) }
            }
        }
    }

    /// What became of a run that is closed.
    private func outcome(of summary: WorkflowSummary, _ engine: WorkflowEngine) async throws -> OutcomeText? {
        guard summary.status.isClosed else { return nil }
        let request = GetHistoryRequest(
            namespace: global.tenant,
            workflowID: summary.execution.workflowID,
            runID: summary.execution.runID,
            waitForClose: .seconds(1)
        )
        return try await engine.client.history(request).last.flatMap(OutcomeText.init)
    }
}

struct ShowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Shows the history of a workflow; with --json as Temporal's history JSON, which its tools read."
    )

    @OptionGroup var global: GlobalOptions
    @OptionGroup var target: RunOptions

    func run() async throws {
        try await global.withEngine { engine in
            let events = try await engine.client.history(
                GetHistoryRequest(namespace: global.tenant, workflowID: target.workflowID, runID: target.run)
            )
            if global.json {
                Output.line(try HistoryJSON.encode(events))
                return
            }
            for event in events {
                let number = String(event.id)
                let padding = String(repeating: " ", count: max(0, 4 - number.count))
                Output.text("\(padding)\(number)  \(event.time.text)  \(EventText.summary(event))")
            }
        }
    }
}

struct RetryCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "retry",
        abstract: "Releases a quarantine, or tries waiting attempts now."
    )

    @OptionGroup var global: GlobalOptions
    @OptionGroup var target: RunOptions
    @Option(help: "One activity, by its id.") var activity: String?

    func run() async throws {
        try await global.withEngine { engine in
            let released = try await engine.client.retryTasks(
                AdministerTaskRequest(
                    namespace: global.tenant,
                    workflowID: target.workflowID,
                    runID: target.run,
                    activityID: activity,
                    identity: CallerIdentity.current
                )
            )
            guard !released.isEmpty else {
                throw WorkflowServiceError(.notFound, "workflow '\(target.id)' has nothing that waits for a retry")
            }
            if global.json {
                Output.json(["workflowId": target.id, "released": released])
            } else {
                for line in released { Output.text("released: \(line)") }
            }
        }
    }
}

struct ActivityCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "activity",
        abstract: "Closes a pending activity by hand.",
        subcommands: [Complete.self, Fail.self]
    )

    struct Complete: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "As if the activity had returned --input.")
        @OptionGroup var global: GlobalOptions
        @OptionGroup var target: RunOptions
        @Argument(help: "The activity's id; 'describe' shows it.") var activity: String
        @OptionGroup var argument: InputOption

        func run() async throws {
            try await resolve(activity, target, global) { .completed([try argument.payload()]) }
            if global.json { Output.json(["workflowId": target.id, "activityId": activity, "outcome": "completed"]) }
        }
    }

    struct Fail: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "As if the activity had failed for good.")
        @OptionGroup var global: GlobalOptions
        @OptionGroup var target: RunOptions
        @Argument(help: "The activity's id; 'describe' shows it.") var activity: String
        @Option(help: "Why; recorded.") var message: String

        func run() async throws {
            let info = Failure.Info.application(.init(type: "ClosedByOperator", nonRetryable: true))
            try await resolve(activity, target, global) { .failed(Failure(message: message, info: info)) }
            if global.json { Output.json(["workflowId": target.id, "activityId": activity, "outcome": "failed"]) }
        }
    }

    private static func resolve(
        _ activity: String,
        _ target: RunOptions,
        _ global: GlobalOptions,
        _ resolution: () throws -> ActivityResolution
    ) async throws {
        try await global.withEngine { engine in
            let resolution = try resolution()
            try await engine.client.resolveActivity(
                AdministerTaskRequest(
                    namespace: global.tenant,
                    workflowID: target.workflowID,
                    runID: target.run,
                    activityID: activity,
                    identity: CallerIdentity.current
                ),
                as: resolution
            )
            guard case .completed = resolution,
                let execution = try? await engine.client.describeWorkflow(
                    DescribeWorkflowRequest(namespace: global.tenant, workflowID: target.workflowID, runID: target.run)
                ).summary.execution
            else { return }
            await EncryptedText.plainTextWarning("this result", in: execution, of: global.tenant, engine.service)
                .map(Output.warning)
        }
    }
}
