package import WorkflowAPI

extension WorkflowEngine {
    /// The store as those see it who look after it.
    package var administration: any HistoryAdministration { embedded.store }

    /// Looks at every run, or at some, and says what is wrong; see ``StoreVerification``.
    package func verify(
        _ verification: StoreVerification,
        progress: (_ seen: Int, _ of: Int) -> Void = { _, _ in },
        report: (StoreProblem) -> Void
    ) async throws -> StoreVerification.Summary {
        try await verification.run(over: administration, progress: progress, report: report)
    }

    /// Makes the derived rows of some runs anew from their histories; primary rows stay as they are. With `isRehearsal`
    /// nothing is written. `report` gets each run with what changes, or why it cannot be done.
    ///
    /// Workflow ids come after the runs that they lead to, unless the filter names a run.
    /// - Returns: those that led elsewhere.
    package func rebuild(
        _ filter: RunFilter,
        isRehearsal: Bool,
        progress: (_ seen: Int, _ of: Int) -> Void = { _, _ in },
        report: (RunName, Result<[String], WorkflowServiceError>) -> Void
    ) async throws -> [WorkflowIDRepair] {
        let store = administration
        // One after another: each is a write, and there is one writer.
        let walk = try await RunWalk(over: store, filter, jobs: 1)
        var seen = 0
        try await walk.forEach { name -> (RunName, Result<[String], WorkflowServiceError>) in
            do {
                guard let record = try await store.record(of: name.runKey), let made = try RunRebuild(record) else {
                    return (name, .success([]))
                }
                if !isRehearsal {
                    try await store.repair(name.runKey) { record in try RunRebuild(record)?.state }
                }
                return (name, .success(made.changes))
            } catch let refusal as WorkflowServiceError where refusal.code == .invalidArgument {
                return (name, .failure(refusal))
            }
        } collect: { name, result in
            seen += 1
            progress(seen, walk.count)
            report(name, result)
        }
        guard filter.runID == nil else { return [] }
        return try await store.repairWorkflowIDs(filter, isRehearsal: isRehearsal)
    }
}
