import WorkflowAPI

/// The environment's engine as its client sees it: whoever waits for a run drives the environment meanwhile, since nobody
/// else does.
struct DrivenClientService: ForwardingClientService {
    let base: any WorkflowClientService
    let driver: EnvironmentDriver

    func startWorkflow(_ request: StartWorkflowRequest) async throws -> StartWorkflowResponse {
        driver.serve(request.taskQueue)
        driver.serve(request.namespace)
        return try await base.startWorkflow(request)
    }

    func history(_ request: GetHistoryRequest) async throws -> [HistoryEvent] {
        guard let patience = request.waitForClose else { return try await base.history(request) }
        let target = DescribeWorkflowRequest(
            namespace: request.namespace,
            workflowID: request.workflowID,
            runID: request.runID
        )
        try await driver.drive(for: patience) {
            try await base.describeWorkflow(target).summary.status == .running
        }
        var answer = request
        answer.waitForClose = .zero
        return try await base.history(answer)
    }
}
