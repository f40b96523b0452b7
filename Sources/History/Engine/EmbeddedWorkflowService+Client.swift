package import WorkflowAPI

extension EmbeddedWorkflowService: WorkflowClientService {
    package func startWorkflow(_ request: StartWorkflowRequest) async throws -> StartWorkflowResponse {
        let runID = makeRunID(at: store.now())
        return try await matching { match in
            try await store.start(request.workflowID, in: request.namespace, requestID: request.requestID) { start in
                try Self.start(request, runID: runID, &start) { try match.match(&$0) }
            }
        }
    }

    /// What a request to start does to a workflow id; `settle` has the last word on a new run.
    static func start(
        _ request: StartWorkflowRequest,
        runID: RunID,
        _ start: inout StartTransition,
        _ settle: (inout Transition) throws -> Void = { _ in }
    ) throws -> StartWorkflowResponse {
        if let repeated = start.repeated { return StartWorkflowResponse(execution: repeated, started: false) }
        if let open = try start.resolveConflict(request) {
            return StartWorkflowResponse(execution: open, started: false)
        }
        var new = try Transition(starting: request, runID: runID, at: start.now)
        try settle(&new)
        start.new = new
        return StartWorkflowResponse(execution: new.state.execution.execution, started: true)
    }

    package func signalWorkflow(_ request: SignalWorkflowRequest) async throws {
        try Self.check(request)
        try await updateMatching(
            RunTarget(request.namespace, request.workflowID, request.runID),
            reading: .execution,
            unlessUsed: RequestKey(.signal, request.requestID)
        ) { try $0.signal(request) }
    }

    static func check(_ request: SignalWorkflowRequest) throws {
        try checkIdentifier(request.signalName, "signal name")
        try checkIdentifier(request.requestID, "request id")
        for payload in request.input { try payload.checkSize("the input of signal '\(request.signalName)'") }
    }

    package func cancelWorkflow(_ request: CancelWorkflowRequest) async throws {
        try checkIdentifier(request.requestID, "request id")
        try await updateMatching(
            RunTarget(request.namespace, request.workflowID, request.runID),
            reading: .execution,
            unlessUsed: RequestKey(.cancel, request.requestID)
        ) { try $0.requestCancel(request) }
    }

    package func terminateWorkflow(_ request: TerminateWorkflowRequest) async throws {
        _ = try await store.update(
            RunTarget(request.namespace, request.workflowID, request.runID),
            reading: .execution,
            unlessUsed: nil
        ) { try $0.terminate(request) }
    }

    package func describeWorkflow(_ request: DescribeWorkflowRequest) async throws -> WorkflowDescription {
        try await store.read(RunTarget(request.namespace, request.workflowID, request.runID)).description()
    }

    package func history(_ request: GetHistoryRequest) async throws -> [HistoryEvent] {
        let target = RunTarget(request.namespace, request.workflowID, request.runID)
        guard let patience = request.waitForClose else {
            return try await store.events(target, after: request.afterEventID, through: .max)
        }
        let execution: WorkflowExecution
        if let runID = request.runID {
            execution = WorkflowExecution(workflowID: request.workflowID, runID: runID)
        } else {
            execution = try await store.execution(target).execution
        }
        let run = RunTarget.run(request.namespace, execution)
        let deadline = clock.now() + patience
        while true {
            try Task.checkCancellation()
            let waiter = closings.park(execution.runID)
            defer { closings.leave(execution.runID, waiter) }
            if let last = try await store.closing(of: run) { return [last] }
            guard clock.now() < deadline else {
                throw WorkflowServiceError(
                    .timeout,
                    "workflow \(execution.workflowID) did not close within \(patience)",
                    execution: execution
                )
            }
            await waiter.ticket.wait(until: deadline, on: clock)
            if let last = waiter.lastEvent { return [last] }
        }
    }

    package func listWorkflows(_ request: ListWorkflowsRequest) async throws -> [WorkflowSummary] {
        guard (1...1000).contains(request.limit) else {
            throw WorkflowServiceError(.invalidArgument, "the limit of a list is 1 to 1000, not \(request.limit)")
        }
        return try await store.list(request)
    }

    package func countWorkflows(_ request: ListWorkflowsRequest) async throws -> [WorkflowStatus: Int] {
        try await store.count(request)
    }

    package func createNamespace(_ namespace: Namespace, retention: Duration?) async throws {
        try checkIdentifier(namespace.rawValue, "namespace")
        try await store.createNamespace(namespace, retention: retention)
    }

    package func listNamespaces() async throws -> [NamespaceDescription] { try await store.listNamespaces() }

    package func registrations(in namespace: Namespace) async throws -> [WorkerRegistration] {
        try await store.registrations(in: namespace)
    }

    package func describeTaskQueue(_ taskQueue: TaskQueue, in namespace: Namespace) async throws -> TaskQueueDescription
    {
        let workflows = try await store.backlog(.workflow, of: taskQueue, in: namespace)
        let activities = try await store.backlog(.activity, of: taskQueue, in: namespace)
        let pollers = try await store.registrations(in: namespace).filter { $0.taskQueue == taskQueue }
        return TaskQueueDescription(
            taskQueue: taskQueue,
            workflowPollers: pollers.filter { !$0.workflowTypes.isEmpty }.map(\.worker.identity),
            activityPollers: pollers.filter { !$0.activityTypes.isEmpty }.map(\.worker.identity),
            workflowBacklog: workflows.count,
            activityBacklog: activities.count,
            oldestWorkflowTask: workflows.oldest,
            oldestActivityTask: activities.oldest
        )
    }

    package func retryTasks(_ request: AdministerTaskRequest) async throws -> [String] {
        try await store.update(
            RunTarget(request.namespace, request.workflowID, request.runID),
            reading: .all,
            unlessUsed: nil
        ) { try $0.retryNow(activityID: request.activityID) } ?? []
    }

    package func resolveActivity(_ request: AdministerTaskRequest, as resolution: ActivityResolution) async throws {
        guard let activityID = request.activityID else {
            throw WorkflowServiceError(
                .invalidArgument,
                "say which activity of workflow \(request.workflowID) to close"
            )
        }
        _ = try await store.update(
            RunTarget(request.namespace, request.workflowID, request.runID),
            reading: .all,
            unlessUsed: nil
        ) { try $0.resolveActivity(activityID, as: resolution, identity: request.identity) }
    }
}

extension StartTransition {
    /// Applies the id policies (Temporal: `workflow_id_dedup.go`). Answers the open run that is to be used, if any.
    mutating func resolveConflict(_ request: StartWorkflowRequest) throws -> WorkflowExecution? {
        guard var existing = current else { return nil }
        let row = existing.state.execution
        if row.status == .running {
            switch request.conflictPolicy {
            case .useExisting: return row.execution
            case .terminateExisting:
                try existing.terminate(
                    TerminateWorkflowRequest(
                        workflowID: request.workflowID,
                        reason: "a new run was started in its place",
                        identity: request.identity
                    )
                )
                current = existing
                return nil
            case .fail:
                throw WorkflowServiceError(
                    .alreadyStarted,
                    "workflow '\(request.workflowID)' is running already (run \(row.execution.runID))",
                    execution: row.execution
                )
            }
        }
        let mayReuse =
            switch request.reusePolicy {
            case .allowDuplicate: true
            case .allowDuplicateFailedOnly: [.failed, .timedOut, .canceled, .terminated].contains(row.status)
            case .rejectDuplicate: false
            }
        guard mayReuse else {
            throw WorkflowServiceError(
                .alreadyStarted,
                "workflow '\(request.workflowID)' ran before (run \(row.execution.runID), \(row.status.name)) "
                    + "and its id may not be used again",
                execution: row.execution
            )
        }
        return nil
    }
}
