import ArgumentParser
import History
import WorkflowAPI
import WorkflowRuntime

struct SignalCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "signal", abstract: "Sends a signal to a workflow.")

    @OptionGroup var global: GlobalOptions
    @OptionGroup var target: RunOptions
    @Argument(help: "The signal.") var name: String
    @OptionGroup var argument: InputOption
    @Option(help: "A repeat with the same request id is delivered once.") var requestID: String?

    func run() async throws {
        let requestID = requestID ?? NewID.make()
        try await global.withEngine { engine in
            let input = try argument.payload()
            try checkIdentifier(name, "signal name")
            try checkIdentifier(requestID, "request id")
            let summary = try await refuseUnknownSignal(engine)
            let type = summary.workflowType
            try InstalledRegistry.current.registration(of: type)?.checkSignal[name]?.refuse(
                input,
                for: "signal '\(name)'"
            )
            let request = SignalWorkflowRequest(
                namespace: global.tenant,
                workflowID: target.workflowID,
                runID: target.run,
                signalName: name,
                input: [input],
                identity: CallerIdentity.current,
                requestID: requestID
            )
            try await engine.client.signalWorkflow(request)
            if global.json {
                Output.json(["workflowId": target.id, "signalName": name, "requestId": requestID])
            } else {
                InstalledRegistry.current.remark(.signaled(request, workflowType: type)).map(Output.note)
            }
            await EncryptedText.plainTextWarning(
                "this signal",
                in: summary.execution,
                of: global.tenant,
                engine.service
            ).map(Output.warning)
        }
    }

    /// Gives what is known of the workflow.
    private func refuseUnknownSignal(_ engine: WorkflowEngine) async throws -> WorkflowSummary {
        let description = try await engine.client.describeWorkflow(
            DescribeWorkflowRequest(namespace: global.tenant, workflowID: target.workflowID, runID: target.run)
        )
        let summary = description.summary
        let type = summary.workflowType
        let live = try await engine.client.registrations(in: global.tenant).flatMap(\.workflowTypes)
        guard
            let known = InstalledRegistry.current.registration(of: type)?.signals
                ?? live.first(where: { $0.name == type })?.signals, !known.contains(name)
        else { return summary }
        throw WorkflowServiceError(
            .invalidArgument,
            "workflow type '\(type)' has no signal '\(name)'; "
                + (known.isEmpty ? "it has none" : "it has: \(known.sorted().joined(separator: ", "))")
        )
    }
}

struct QueryCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "query", abstract: "Asks a workflow, open or closed.")

    @OptionGroup var global: GlobalOptions
    @OptionGroup var target: RunOptions
    @Argument(help: "The query; without it, those that there are are listed.") var name: String?
    @OptionGroup var argument: InputOption
    @Option(help: "As of this event of its history, answered by the code of this program.") var at: Int64?

    func run() async throws {
        try await global.withEngine { engine in
            guard let name else { throw try await namelessQuery(engine) }
            let input = try argument.payload()
            try checkIdentifier(name, "query name")
            if InstalledRegistry.current.workflows.contains(where: { $0.checkQuery[name] != nil }) {
                let type = try await engine.client.describeWorkflow(
                    DescribeWorkflowRequest(namespace: global.tenant, workflowID: target.workflowID, runID: target.run)
                ).summary.workflowType
                try InstalledRegistry.current.registration(of: type)?.checkQuery[name]?
                    .refuse(input, for: "query '\(name)'")
            }
            if let at {
                let answer = try await PastQuery(engine, global.tenant, target).answer(name, input, asOf: at)
                return Output.line(global.json ? (answer ?? .null).json.text : answer?.text ?? "null")
            }
            let answer = try await engine.client.queryWorkflow(
                QueryWorkflowRequest(
                    namespace: global.tenant,
                    workflowID: target.workflowID,
                    runID: target.run,
                    query: WorkflowQuery(id: "1", queryType: name, arguments: [input])
                )
            )
            Output.line(global.json ? (answer.first ?? .null).json.text : answer.first?.text ?? "null")
        }
    }

    /// Names the queries that the workflow's type has, as far as this program or a live worker knows it.
    private func namelessQuery(_ engine: WorkflowEngine) async throws -> WorkflowServiceError {
        let type = try await engine.client.describeWorkflow(
            DescribeWorkflowRequest(namespace: global.tenant, workflowID: target.workflowID, runID: target.run)
        ).summary.workflowType
        let live = try await engine.client.registrations(in: global.tenant).flatMap(\.workflowTypes)
        let known =
            InstalledRegistry.current.registration(of: type)?.queries ?? live.first { $0.name == type }?.queries
        let names = known.map { $0.isEmpty ? "it has none" : "it has: \($0.sorted().joined(separator: ", "))" }
        return WorkflowServiceError(
            .invalidArgument,
            "name a query of workflow type '\(type)'; \(names ?? "which it has, no live worker tells")"
        )
    }
}

struct ResultCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "result",
        abstract: "Waits for a workflow to close and prints its result."
    )

    @OptionGroup var global: GlobalOptions
    @OptionGroup var target: RunOptions
    @Option(help: "How long to wait: 90s, 30m, 7d. (default: 1h)", transform: DurationArgument.read)
    var timeout = DurationArgument.hour

    func run() async throws {
        try await global.withEngine { engine in
            let description = try await engine.client.describeWorkflow(
                DescribeWorkflowRequest(namespace: global.tenant, workflowID: target.workflowID, runID: target.run)
            )
            try await ResultCommand.printResult(
                of: description.summary.execution,
                timeout: timeout.duration,
                engine,
                global
            )
        }
    }

    /// Prints the result on stdout, or why there is none on stderr with exit status 2. Throws a refusal when it cannot be
    /// decrypted.
    static func printResult(
        of execution: WorkflowExecution,
        timeout: Duration,
        _ engine: WorkflowEngine,
        _ global: GlobalOptions
    ) async throws {
        let events = try await engine.client.history(
            GetHistoryRequest(
                namespace: global.tenant,
                workflowID: execution.workflowID,
                runID: execution.runID,
                waitForClose: timeout
            )
        )
        guard let last = events.last else { return }
        if case .workflowExecutionCompleted(let completed) = last.attributes {
            let result = completed.result.first ?? .null
            if let reason = EncryptedText.reason(result) {
                throw WorkflowServiceError(
                    .invalidArgument,
                    "the result of workflow '\(execution.workflowID)' cannot be shown: \(reason)",
                    execution: execution
                )
            }
            Output.line(global.json ? result.json.text : result.text)
            return
        }
        Output.error("workflow '\(execution.workflowID)' closed without success: \(EventText.summary(last))")
        throw ExitCode(ExitStatus.workflowFailed.rawValue)
    }
}

struct CancelCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cancel",
        abstract: "Asks a workflow to stop in good order."
    )

    @OptionGroup var global: GlobalOptions
    @OptionGroup var target: RunOptions
    @Option(help: "Why.") var reason = ""
    @Option(help: "A repeat with the same request id does nothing more.") var requestID: String?

    func run() async throws {
        let requestID = requestID ?? NewID.make()
        try await global.withEngine { engine in
            try await engine.client.cancelWorkflow(
                CancelWorkflowRequest(
                    namespace: global.tenant,
                    workflowID: target.workflowID,
                    runID: target.run,
                    reason: reason,
                    identity: CallerIdentity.current,
                    requestID: requestID
                )
            )
            if global.json { Output.json(["workflowId": target.id, "requestId": requestID]) }
        }
    }
}

struct TerminateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "terminate",
        abstract: "Ends a workflow; its code has no say."
    )

    @OptionGroup var global: GlobalOptions
    @OptionGroup var target: RunOptions
    @Option(help: "Why; recorded.") var reason: String

    func run() async throws {
        try await global.withEngine { engine in
            try await engine.client.terminateWorkflow(
                TerminateWorkflowRequest(
                    namespace: global.tenant,
                    workflowID: target.workflowID,
                    runID: target.run,
                    reason: reason,
                    identity: CallerIdentity.current
                )
            )
            if global.json { Output.json(["workflowId": target.id, "reason": reason]) }
        }
    }
}
