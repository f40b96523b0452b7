public import History
public import WorkflowAPI
public import WorkflowRuntime

/// Histories from files and stores, each replayed in one go and turn by turn. What does not fit is in the summary;
/// ``ReplaySummary/requireAll()`` throws it.
extension WorkflowReplayer {
    /// Replays the histories of one file. Throws ``HistoryFileError``.
    public func replay(file path: String) async throws -> ReplaySummary {
        try await replay(try StoredHistory.file(path))
    }

    /// Replays the histories of all `.json` files of a folder, or of those that `filter` lets through. Throws
    /// ``HistoryFileError``.
    public func replay(
        folder path: String,
        where filter: (StoredHistory) -> Bool = { _ in true }
    ) async throws -> ReplaySummary { try await replay(try StoredHistory.folder(path).filter(filter)) }

    /// Replays the runs of an engine's store, or those that `filter` lets through; writes nothing.
    public func replay(
        storeOf engine: WorkflowEngine,
        openOnly: Bool = false,
        where filter: @escaping @Sendable (StoredHistory) -> Bool = { _ in true }
    ) async throws -> ReplaySummary {
        let runs = RunFilter(statuses: openOnly ? [.running] : [])
        let walk = try await RunWalk(over: engine.administration, runs, jobs: 2)
        var summary = ReplaySummary()
        try await walk.forEach { name -> ReplaySummary.Entry? in
            let request = GetHistoryRequest(
                namespace: name.namespace,
                workflowID: name.execution.workflowID,
                runID: name.execution.runID
            )
            let history = StoredHistory(
                name: "\(name.namespace)/\(name.execution.workflowID)/\(name.execution.runID)",
                execution: name.execution,
                events: try await engine.service.history(request)
            )
            return filter(history) ? try await entry(history) : nil
        } collect: { entry in
            if let entry { summary.entries.append(entry) }
        }
        return summary
    }

    /// Replays every run that a service knows in a namespace, open ones too, or those that `filter` lets through; writes
    /// nothing. The service may stand before an engine of the test's own. Throws ``WorkflowAPI/WorkflowServiceError``.
    public func replay(
        runsOf service: any WorkflowClientService,
        namespace: Namespace = .default,
        where filter: @Sendable (StoredHistory) -> Bool = { _ in true }
    ) async throws -> ReplaySummary {
        var histories: [StoredHistory] = []
        var request = ListWorkflowsRequest(namespace: namespace, limit: 1000)
        while true {
            let page = try await service.listWorkflows(request)
            for run in page {
                let whole = GetHistoryRequest(
                    namespace: namespace,
                    workflowID: run.execution.workflowID,
                    runID: run.execution.runID
                )
                histories.append(
                    StoredHistory(
                        name: "\(namespace)/\(run.execution.workflowID)/\(run.execution.runID)",
                        execution: run.execution,
                        events: try await service.history(whole)
                    )
                )
            }
            guard let last = page.last, page.count == request.limit else { break }
            request.after = last.pageKey
        }
        return try await replay(histories.filter(filter))
    }

    /// Replays histories.
    public func replay(_ histories: [StoredHistory]) async throws -> ReplaySummary {
        var summary = ReplaySummary()
        for history in histories { summary.entries.append(try await entry(history)) }
        return summary
    }

    private func entry(_ history: StoredHistory) async throws -> ReplaySummary.Entry {
        ReplaySummary.Entry(
            name: history.name,
            workflowType: history.workflowType,
            outcome: try await outcome(ofEncoded: history.events, execution: history.execution, turnByTurn: true)
        )
    }
}
