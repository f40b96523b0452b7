import History
import WorkflowAPI

/// Open workflows that nobody can carry on: no live worker polls their queue and has their type.
struct MissingWorkers {
    private let live: [WorkerRegistration]

    init(_ service: any WorkflowClientService, in namespace: Namespace) async throws {
        live = try await service.registrations(in: namespace)
    }

    /// The same with ``WorkflowProblem/noWorker`` where that is what is wrong.
    func marked(_ summary: WorkflowSummary) -> WorkflowSummary {
        guard summary.problem == nil, !summary.status.isClosed else { return summary }
        let hasWorker = live.contains { worker in
            worker.taskQueue == summary.taskQueue && worker.workflowTypes.contains { $0.name == summary.workflowType }
        }
        guard !hasWorker else { return summary }
        var marked = summary
        marked.problem = .noWorker
        return marked
    }

    /// Everything with something wrong, newest first, at most as many as the request wants.
    static func problems(
        _ request: ListWorkflowsRequest,
        _ service: any WorkflowClientService
    ) async throws -> [WorkflowSummary] {
        let recorded = try await service.listWorkflows(request)
        var open = request
        open.onlyProblems = false
        open.statuses = open.statuses.isEmpty ? [.running] : open.statuses.filter { !$0.isClosed }
        guard !open.statuses.isEmpty else { return recorded }
        open.limit = 1000
        let missing = try await MissingWorkers(service, in: request.namespace)
        var stranded: [WorkflowSummary] = []
        var page = try await service.listWorkflows(open)
        while !page.isEmpty, stranded.count < request.limit {
            stranded += page.map(missing.marked).filter { $0.problem == .noWorker }
            open.after = page.last?.pageKey
            page = try await service.listWorkflows(open)
        }
        return Array((recorded + stranded).sorted { $0.pageKey > $1.pageKey }.prefix(request.limit))
    }

    /// Task queues on which activities wait while no live worker runs activities there.
    static func strandedQueues(_ engine: WorkflowEngine, in namespace: Namespace) async throws -> [StrandedQueue] {
        let backlogs = try await engine.activityBacklogs(in: namespace)
        let live = try await engine.client.registrations(in: namespace)
        let polled = Set(live.filter { !$0.activityTypes.isEmpty }.map(\.taskQueue))
        return backlogs.filter { !polled.contains($0.queue) }
            .map { StrandedQueue(queue: $0.queue, backlog: $0.count, oldest: $0.oldest) }
    }
}
