package import WorkflowAPI

/// What those who look after a store need of it: whole runs as they stand, one after another.
///
/// Nothing here is called by clients or workers. Errors are those of ``HistoryStore``.
package protocol HistoryAdministration: Sendable {
    /// How many runs there are, and the last key among them.
    func extent(_ filter: RunFilter) async throws -> RunExtent

    /// Runs in order of key, behind one key up to another: a page.
    func runs(_ filter: RunFilter, after: Int64, through: Int64, limit: Int) async throws -> [RunName]

    /// All rows of a run as of one moment; nil when there is no such run. Rows that cannot be read are named in it.
    func record(of runKey: Int64) async throws -> RunRecord?

    /// Shows all rows of a run to `body` and writes the state that it answers over them, in one transaction; leaves them
    /// when it answers nil. History is never written.
    func repair(
        _ runKey: Int64,
        _ body: @escaping @Sendable (RunRecord) throws -> MutableState?
    ) async throws

    /// Leads workflow ids to their runs again, in one transaction; with `isRehearsal` nothing is written. Answers those that
    /// led elsewhere. Of the filter only tenant and workflow id count.
    func repairWorkflowIDs(_ filter: RunFilter, isRehearsal: Bool) async throws -> [WorkflowIDRepair]

    /// Writes an exported run that is not there yet, in one transaction. Throws what ``RunImport`` does.
    func importRun(_ export: RunExport) async throws

    /// How many workers or processes have the store open and live.
    func processesAtWork() async throws -> Int

    /// What is wrong with the store beside what its runs show: damaged pages, rows that belong to nothing.
    func structuralProblems() async throws -> [StoreProblem]
}

extension HistoryAdministration {
    /// Refuses.
    package func extent(_ filter: RunFilter) async throws -> RunExtent { throw cannotAdminister }

    /// Refuses.
    package func runs(_ filter: RunFilter, after: Int64, through: Int64, limit: Int) async throws -> [RunName] {
        throw cannotAdminister
    }

    /// Refuses.
    package func record(of runKey: Int64) async throws -> RunRecord? { throw cannotAdminister }

    /// Refuses.
    package func repair(
        _ runKey: Int64,
        _ body: @escaping @Sendable (RunRecord) throws -> MutableState?
    ) async throws { throw cannotAdminister }

    /// There are none where they are no rows.
    package func repairWorkflowIDs(_ filter: RunFilter, isRehearsal: Bool) async throws -> [WorkflowIDRepair] { [] }

    /// Refuses.
    package func importRun(_ export: RunExport) async throws { throw cannotAdminister }

    /// None.
    package func processesAtWork() async throws -> Int { 0 }

    /// Nothing is known to be wrong.
    package func structuralProblems() async throws -> [StoreProblem] { [] }

    private var cannotAdminister: WorkflowServiceError {
        WorkflowServiceError(.unimplemented, "this store cannot show its runs row by row")
    }
}

/// Which runs, over all namespaces unless one is named.
package struct RunFilter: Hashable, Sendable {
    /// Only this tenant.
    package var namespace: Namespace?
    /// Only the runs of this workflow id.
    package var workflowID: WorkflowID?
    /// Only this run.
    package var runID: RunID?
    /// Only these; empty for all.
    package var statuses: [WorkflowStatus]
    /// Only this type.
    package var workflowType: String?

    /// Every run, unless told otherwise.
    package init(
        namespace: Namespace? = nil,
        workflowID: WorkflowID? = nil,
        runID: RunID? = nil,
        statuses: [WorkflowStatus] = [],
        workflowType: String? = nil
    ) {
        self.namespace = namespace
        self.workflowID = workflowID
        self.runID = runID
        self.statuses = statuses
        self.workflowType = workflowType
    }
}

/// How many runs a filter lets through.
package struct RunExtent: Hashable, Sendable {
    /// Their number.
    package var count: Int
    /// The key of the last; 0 for none.
    package var lastKey: Int64
}

/// A run by its key and its names.
package struct RunName: Hashable, Sendable {
    /// The store's key.
    package var runKey: Int64
    /// The tenant.
    package var namespace: Namespace
    /// The run.
    package var execution: WorkflowExecution
    /// The registered name of its workflow.
    package var workflowType: String
}
