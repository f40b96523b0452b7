package import WorkflowAPI

extension WorkflowEngine {
    /// Gives each run as it stands at one moment, in the order in which they came to the store; or why it cannot be given.
    package func export(
        _ filter: RunFilter,
        jobs: Int,
        progress: (_ seen: Int, _ of: Int) -> Void = { _, _ in },
        report: (RunName, Result<RunExport, WorkflowServiceError>) throws -> Void
    ) async throws {
        let store = administration
        let walk = try await RunWalk(over: store, filter, jobs: jobs)
        var seen = 0
        try await walk.forEach { name -> (RunName, Result<RunExport, WorkflowServiceError>)? in
            guard let record = try await store.record(of: name.runKey) else { return nil }
            do {
                return (name, .success(try RunExport(record)))
            } catch let refusal as WorkflowServiceError {
                return (name, .failure(refusal))
            }
        } collect: { found in
            seen += 1
            progress(seen, walk.count)
            if let (name, result) = found { try report(name, result) }
        }
    }

    /// Writes an exported run; see ``HistoryStore/importRun(_:isRehearsal:)``.
    package func importRun(_ export: RunExport, isRehearsal: Bool) async throws {
        try await embedded.store.importRun(export, isRehearsal: isRehearsal)
    }
}

extension HistoryStore {
    /// Writes an exported run, all of it or nothing; see ``RunImport`` for what becomes of attempts that were under way.
    /// With `isRehearsal` it is only looked at.
    ///
    /// Throws ``WorkflowAPI/WorkflowServiceError``: `alreadyStarted` when the run is here already, or its workflow id has
    /// another open run; `notFound` for an unknown namespace; `invalidArgument` for a run that could not be.
    package func importRun(_ export: RunExport, isRehearsal: Bool) async throws {
        guard isRehearsal else { return try await importRun(export) }
        let run = try RunImport(export, at: now())
        let namespace = export.run.namespace
        guard try await listNamespaces().contains(where: { $0.namespace == namespace }) else {
            throw namespace.notFound
        }
        let same = try await extent(RunFilter(runID: export.run.execution.runID))
        guard same.count == 0 else { throw run.isHere }
        do {
            let current = try await read(.current(namespace, export.run.execution.workflowID))
            _ = try run.replaces(current.execution)
        } catch let refusal as WorkflowServiceError where refusal.code == .notFound {
            // No run has this workflow id yet.
        }
    }
}
