public import WorkflowAPI

/// Starts runs and talks to them, with the types of their definitions.
public struct WorkflowClient: Sendable {
    /// What it calls; behind the payload codecs, if there are any.
    public let service: any WorkflowClientService
    /// The tenant.
    public let namespace: Namespace
    /// Who it acts for, as recorded in histories.
    public let identity: String
    let makeID: @Sendable () -> String

    /// A client of a service. `makeID` gives a new id at each call, for requests and for runs without a name;
    /// `payloadCodecs` change payloads on their way into the store and back, as those of the workers do.
    public init(
        service: any WorkflowClientService,
        namespace: Namespace = .default,
        identity: String,
        payloadCodecs: [any PayloadCodec] = [],
        makeID: @escaping @Sendable () -> String
    ) {
        self.service = PayloadCodecChain(payloadCodecs).around(service)
        self.namespace = namespace
        self.identity = identity
        self.makeID = makeID
    }

    /// Starts a run.
    ///
    /// Throws `alreadyStarted` when a run with the id is open, unless the options say to use it.
    public func start<Definition: WorkflowDefinition>(
        _ definition: Definition.Type,
        id: WorkflowID? = nil,
        taskQueue: TaskQueue,
        input: Definition.Input,
        options: WorkflowStartOptions = WorkflowStartOptions()
    ) async throws -> WorkflowHandle<Definition> where Definition.Input: Encodable {
        let payload = try PayloadConverter.payload(input)
        let response = try await service.startWorkflow(
            StartWorkflowRequest(
                namespace: namespace,
                workflowID: id ?? WorkflowID(makeID()),
                workflowType: Definition.workflowName,
                taskQueue: taskQueue,
                input: [payload],
                executionTimeout: options.executionTimeout,
                runTimeout: options.runTimeout,
                taskTimeout: options.taskTimeout,
                identity: identity,
                requestID: options.requestID ?? makeID(),
                reusePolicy: options.reusePolicy,
                conflictPolicy: options.conflictPolicy
            )
        )
        return WorkflowHandle(client: self, workflowID: response.execution.workflowID, runID: response.execution.runID)
    }

    /// A handle to an execution that was started elsewhere; nothing is looked up.
    public func handle<Definition: WorkflowDefinition>(
        _ definition: Definition.Type,
        id: WorkflowID,
        runID: RunID? = nil
    ) -> WorkflowHandle<Definition> {
        WorkflowHandle(client: self, workflowID: id, runID: runID)
    }
}

/// How a run is started.
public struct WorkflowStartOptions: Sendable {
    /// The limit on the whole chain of runs; nil for none.
    public var executionTimeout: Duration?
    /// The limit on one run; nil for none.
    public var runTimeout: Duration?
    /// The limit on one workflow task, at most 120 s.
    public var taskTimeout: Duration
    /// What to do when a closed run has the id.
    public var reusePolicy: WorkflowIDReusePolicy
    /// What to do when an open run has the id.
    public var conflictPolicy: WorkflowIDConflictPolicy
    /// A repeat with the same id starts nothing and answers the same run.
    public var requestID: String?

    /// Options; what is not given has the default.
    public init(
        executionTimeout: Duration? = nil,
        runTimeout: Duration? = nil,
        taskTimeout: Duration = .seconds(10),
        reusePolicy: WorkflowIDReusePolicy = .allowDuplicate,
        conflictPolicy: WorkflowIDConflictPolicy = .fail,
        requestID: String? = nil
    ) {
        self.executionTimeout = executionTimeout
        self.runTimeout = runTimeout
        self.taskTimeout = taskTimeout
        self.reusePolicy = reusePolicy
        self.conflictPolicy = conflictPolicy
        self.requestID = requestID
    }
}
