import WorkflowAPI

/// Looks at every run of a store and says what is wrong. Reads only; others go on working meanwhile, and each run is seen
/// as of one moment.
package struct StoreVerification: Sendable {
    /// What was seen.
    package struct Summary: Hashable, Sendable {
        /// Runs that were looked at.
        package var runs = 0
        /// Rows of history whose link has no key.
        package var plainRows = 0
        /// Rows of history whose link has a key that is not here, by the key's id.
        package var uncheckedRows: [String: Int] = [:]
        /// What is wrong.
        package var problems = 0
    }

    /// Which runs.
    package var filter: RunFilter
    /// Checks what was chained with them.
    package var keys: HistoryKeys?
    /// A row that was chained without a key is a problem.
    package var requiresKey: Bool
    /// How many runs at a time.
    package var jobs: Int

    /// A verification of all runs, unless told otherwise.
    package init(_ filter: RunFilter = RunFilter(), keys: HistoryKeys? = nil, requiresKey: Bool = false, jobs: Int = 2)
    {
        self.filter = filter
        self.keys = keys
        self.requiresKey = requiresKey
        self.jobs = jobs
    }

    /// Runs over a store. `report` gets each problem, the store's own first; `progress` how many runs of how many have been
    /// seen. Throws what the store throws.
    package func run(
        over store: any HistoryAdministration,
        progress: (_ seen: Int, _ of: Int) -> Void = { _, _ in },
        report: (StoreProblem) -> Void
    ) async throws -> Summary {
        var summary = Summary()
        for problem in try await store.structuralProblems() {
            summary.problems += 1
            report(problem)
        }
        let walk = try await RunWalk(over: store, filter, jobs: jobs)
        let (keys, requiresKey) = (keys, requiresKey)
        progress(0, walk.count)
        try await walk.forEach { name -> RunVerification? in
            try await store.record(of: name.runKey).map {
                RunVerification($0, keys: keys, requiresKey: requiresKey)
            }
        } collect: { verification in
            summary.runs += 1
            progress(summary.runs, walk.count)
            guard let verification else { return }
            summary.plainRows += verification.plainRows
            summary.uncheckedRows.merge(verification.uncheckedRows) { $0 + $1 }
            summary.problems += verification.problems.count
            for problem in verification.problems { report(problem) }
        }
        return summary
    }
}
