import History
import WorkflowAPI

/// The engine as a client in a simulation sees it: behind processes that die and take a request with them. As a client
/// should, this one then repeats it with its request id.
struct SimulatedClientService: WorkflowClientService {
    let core: SimulationCore

    /// A request that changes something: it may come later, and twice.
    private func change<R: Sendable>(
        _ place: String,
        _ body: (SimulatedProcess) async throws -> R
    ) async throws -> R {
        let number = core.plan.count(\.requests)
        if !core.isInsideStep {
            let steps = core.plan.strike("a client waits for some steps before request \(number): \(place)") {
                if case .delayRequest(number, let steps) = $0 { steps } else { nil }
            }
            for _ in 0..<(steps ?? 0) { guard try await core.step() else { break } }
        }
        let answer = try await ask(place, body)
        if core.plan.strikes(.repeatRequest(number), "a client repeats request \(number): \(place)") {
            // What it gets now it would have got then, or learns that all is over.
            _ = try? await ask(place, body)
        }
        return answer
    }

    private func ask<R: Sendable>(
        _ place: String,
        _ body: (SimulatedProcess) async throws -> R
    ) async throws -> R {
        while true {
            if let answer = try await core.call("client: \(place)", body) { return answer }
        }
    }

    func startWorkflow(_ request: StartWorkflowRequest) async throws -> StartWorkflowResponse {
        core.serve(request.taskQueue)
        core.serve(request.namespace)
        return try await change("start \(request.workflowType)") { try await $0.service.startWorkflow(request) }
    }

    func signalWorkflow(_ request: SignalWorkflowRequest) async throws {
        try await change("signal \(request.signalName)") { try await $0.service.signalWorkflow(request) }
    }

    func cancelWorkflow(_ request: CancelWorkflowRequest) async throws {
        try await change("cancel") { try await $0.service.cancelWorkflow(request) }
    }

    func terminateWorkflow(_ request: TerminateWorkflowRequest) async throws {
        let deaths = core.processes
        do {
            try await change("terminate") { try await $0.service.terminateWorkflow(request) }
        } catch let error as WorkflowServiceError where error.code == .workflowClosed && core.processes > deaths {
            // A request to terminate has no id to repeat it with: it was done before the process died.
        }
    }

    func queryWorkflow(_ request: QueryWorkflowRequest) async throws -> [Payload] {
        try await ask("query") { try await $0.service.queryWorkflow(request) }
    }

    func queryWorkflow(_ request: QueryWorkflowRequest, orReplay replay: LocalReplay) async throws -> [Payload] {
        try await ask("query") { try await $0.service.queryWorkflow(request, orReplay: replay) }
    }

    func describeWorkflow(_ request: DescribeWorkflowRequest) async throws -> WorkflowDescription {
        try await ask("describe") { try await $0.service.describeWorkflow(request) }
    }

    func history(_ request: GetHistoryRequest) async throws -> [HistoryEvent] {
        guard let patience = request.waitForClose else {
            return try await ask("history") { try await $0.service.history(request) }
        }
        let target = RunTarget(request.namespace, request.workflowID, request.runID)
        let deadline = core.clock.now() + patience
        while try await core.base.execution(target).status == .running, core.clock.now() < deadline {
            guard try await core.step() else { break }
        }
        var answer = request
        answer.waitForClose = .zero
        return try await ask("history") { [answer] in try await $0.service.history(answer) }
    }

    func listWorkflows(_ request: ListWorkflowsRequest) async throws -> [WorkflowSummary] {
        try await ask("list") { try await $0.service.listWorkflows(request) }
    }

    func countWorkflows(_ request: ListWorkflowsRequest) async throws -> [WorkflowStatus: Int] {
        try await ask("count") { try await $0.service.countWorkflows(request) }
    }

    func retryTasks(_ request: AdministerTaskRequest) async throws -> [String] {
        try await change("retry") { try await $0.service.retryTasks(request) }
    }

    func resolveActivity(_ request: AdministerTaskRequest, as resolution: ActivityResolution) async throws {
        try await change("resolve an activity") { try await $0.service.resolveActivity(request, as: resolution) }
    }

    func describeTaskQueue(_ taskQueue: TaskQueue, in namespace: Namespace) async throws -> TaskQueueDescription {
        try await ask("describe a queue") { try await $0.service.describeTaskQueue(taskQueue, in: namespace) }
    }

    func registrations(in namespace: Namespace) async throws -> [WorkerRegistration] {
        try await ask("registrations") { try await $0.service.registrations(in: namespace) }
    }

    func createNamespace(_ namespace: Namespace, retention: Duration?) async throws {
        let deaths = core.processes
        do {
            try await change("create a namespace") {
                try await $0.service.createNamespace(namespace, retention: retention)
            }
        } catch let error as WorkflowServiceError where error.code == .alreadyStarted && core.processes > deaths {
            // It was made before the process died.
        }
    }

    func listNamespaces() async throws -> [NamespaceDescription] {
        try await ask("list namespaces") { try await $0.service.listNamespaces() }
    }
}
