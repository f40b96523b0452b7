package import WorkflowAPI

extension EmbeddedWorkflowService {
    package func runActivityStep(
        _ request: RunActivityStepRequest,
        _ step: @escaping StoreStep
    ) async throws -> RunActivityStepResponse {
        let (token, worker) = (request.token, request.worker)
        do {
            let (failure, taken) = try await matching { match in
                try await store.update(
                    RunTarget(token),
                    reading: ReadSet(activities: .one(token.scheduledEventID)),
                    running: step,
                    // The fencing token first: a step that is no longer ours leaves no trace.
                    after: { _ = try $0.requireCurrentActivity(token) }
                ) { run, result in
                    switch result {
                    case .done(let payloads):
                        try run.completeActivity(.init(token: token, worker: worker, result: payloads))
                        let poller = WorkflowTaskPoller(worker: worker, stickyQueue: run.state.execution.stickyQueue)
                        // The code of others holds up enough here.
                        let taken = try Self.follow(&run, match, request.wantsWorkflowTaskOf, poller, inline: false)
                        return (Failure?.none, taken)
                    case .failed(let failure):
                        try run.failActivity(.init(token: token, worker: worker, failure: failure))
                        return (failure, TakenWorkflowTask?.none)
                    }
                }
            }
            return RunActivityStepResponse(
                failure: failure,
                next: NextTasks(workflowTask: await handOver(taken, to: worker))
            )
        } catch let error as StoreError {
            // The database undid the whole transaction with it, so the failed attempt is recorded in one of its own.
            let failure = Failure(storeError: error)
            try await failActivityTask(.init(token: token, worker: worker, failure: failure))
            return RunActivityStepResponse(failure: failure)
        }
    }
}
