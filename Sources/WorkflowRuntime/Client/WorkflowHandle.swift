import Logging
public import WorkflowAPI

/// One execution, with the types of its definition.
public struct WorkflowHandle<Definition: WorkflowDefinition>: Sendable {
    let client: WorkflowClient
    /// The execution.
    public let workflowID: WorkflowID
    /// The run; nil means the current one.
    public let runID: RunID?

    /// Sends a signal: `handle.signal(\.approve, "Rahim")`. When this returns the signal will not be lost.
    public func signal<Input: Encodable>(
        _ signal: KeyPath<Definition.Messages, SignalDescriptor<Input>>,
        _ input: Input,
        requestID: String? = nil
    ) async throws {
        let name = Definition.messages[keyPath: signal].name
        try await client.service.signalWorkflow(
            SignalWorkflowRequest(
                namespace: client.namespace,
                workflowID: workflowID,
                runID: runID,
                signalName: name,
                input: [try PayloadConverter.payload(input)],
                identity: client.identity,
                requestID: requestID ?? client.makeID()
            )
        )
    }

    /// Sends a signal that takes nothing: `handle.signal(\.hold)`.
    public func signal(
        _ signal: KeyPath<Definition.Messages, SignalDescriptor<NoValue>>,
        requestID: String? = nil
    ) async throws {
        try await self.signal(signal, NoValue(), requestID: requestID)
    }

    /// Asks a query: `handle.query(\.status)`.
    public func query<Output: Decodable>(
        _ query: KeyPath<Definition.Messages, QueryDescriptor<NoValue, Output>>
    ) async throws -> Output {
        try await self.query(query, NoValue())
    }

    /// Asks a query with an argument.
    ///
    /// A worker that has the type answers; when none runs where the service can reach it, the run is replayed here, which
    /// has the type as well, from its committed history.
    public func query<Input: Encodable, Output: Decodable>(
        _ query: KeyPath<Definition.Messages, QueryDescriptor<Input, Output>>,
        _ input: Input
    ) async throws -> Output {
        let name = Definition.messages[keyPath: query].name
        let request = QueryWorkflowRequest(
            namespace: client.namespace,
            workflowID: workflowID,
            runID: runID,
            query: WorkflowQuery(id: "1", queryType: name, arguments: [try PayloadConverter.payload(input)])
        )
        let replay = LocalReplay(workflowType: Definition.workflowName) { task in
            WorkflowRegistration(Definition.self).answer(
                task,
                logger: Logger(label: "query") { _ in SwiftLogNoOpLogHandler() }
            )
        }
        let result = try await client.service.queryWorkflow(request, orReplay: replay)
        return try PayloadConverter.argument(result, as: Output.self)
    }

    /// Waits for the run to close and gives its result.
    ///
    /// Throws ``WorkflowClosedError`` when it closed without one, and `timeout` when it did not close in time.
    public func result(timeout: Duration = .seconds(3600)) async throws -> Definition.Output
    where Definition.Output: Decodable {
        let events = try await client.service.history(
            GetHistoryRequest(
                namespace: client.namespace,
                workflowID: workflowID,
                runID: runID,
                waitForClose: timeout
            )
        )
        guard let last = events.last else {
            throw WorkflowServiceError(.notFound, "workflow '\(workflowID)' has no history")
        }
        if case .workflowExecutionCompleted(let completed) = last.attributes {
            return try PayloadConverter.argument(completed.result, as: Definition.Output.self)
        }
        throw WorkflowClosedError(workflowID: workflowID, closeEvent: last)
    }

    /// Asks the run to stop in good order.
    public func cancel(reason: String = "") async throws {
        try await client.service.cancelWorkflow(
            CancelWorkflowRequest(
                namespace: client.namespace,
                workflowID: workflowID,
                runID: runID,
                reason: reason,
                identity: client.identity,
                requestID: client.makeID()
            )
        )
    }

    /// Ends the run; its code has no say.
    public func terminate(reason: String) async throws {
        try await client.service.terminateWorkflow(
            TerminateWorkflowRequest(
                namespace: client.namespace,
                workflowID: workflowID,
                runID: runID,
                reason: reason,
                identity: client.identity
            )
        )
    }

    /// All there is to know about the run without reading its history.
    public func describe() async throws -> WorkflowDescription {
        try await client.service.describeWorkflow(
            DescribeWorkflowRequest(namespace: client.namespace, workflowID: workflowID, runID: runID)
        )
    }
}

/// A run closed without a result.
public struct WorkflowClosedError: Error, Sendable, CustomStringConvertible {
    /// The execution.
    public var workflowID: WorkflowID
    /// How it closed.
    public var closeEvent: HistoryEvent

    /// One line for people.
    public var description: String {
        switch closeEvent.attributes {
        case .workflowExecutionFailed(let event): "workflow '\(workflowID)' failed: \(event.failure.message)"
        case .workflowExecutionTimedOut: "workflow '\(workflowID)' timed out"
        case .workflowExecutionCanceled: "workflow '\(workflowID)' was canceled"
        case .workflowExecutionTerminated(let event): "workflow '\(workflowID)' was terminated: \(event.reason)"
        default: "workflow '\(workflowID)' closed without a result"
        }
    }
}
