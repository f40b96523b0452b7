import WorkflowAPI

extension InMemoryHistoryStore {
    package func extent(_ filter: RunFilter) async throws -> RunExtent {
        withTables { tables in
            let keys = tables.names(filter).map(\.runKey)
            return RunExtent(count: keys.count, lastKey: keys.last ?? 0)
        }
    }

    package func runs(_ filter: RunFilter, after: Int64, through: Int64, limit: Int) async throws -> [RunName] {
        withTables { tables in
            Array(tables.names(filter).filter { $0.runKey > after && $0.runKey <= through }.prefix(limit))
        }
    }

    package func record(of runKey: Int64) async throws -> RunRecord? { withTables { $0.record(of: runKey) } }

    package func repair(
        _ runKey: Int64,
        _ body: @escaping @Sendable (RunRecord) throws -> MutableState?
    ) async throws {
        try withTables { tables in
            guard let record = tables.record(of: runKey), var state = try body(record) else { return }
            state.execution.stateVersion += 1
            state.execution.chainHead = []
            state.execution.historySize = 0
            tables.runs[runKey] = state.clean
        }
    }
}

extension MemoryTables {
    fileprivate func names(_ filter: RunFilter) -> [RunName] {
        runs.keys.sorted().compactMap { key in
            guard let row = runs[key]?.execution else { return nil }
            if let namespace = filter.namespace, namespace != row.namespace { return nil }
            if let id = filter.workflowID, id != row.execution.workflowID { return nil }
            if let runID = filter.runID, runID != row.execution.runID { return nil }
            if !filter.statuses.isEmpty, !filter.statuses.contains(row.status) { return nil }
            if let type = filter.workflowType, type != row.workflowType { return nil }
            return RunName(
                runKey: key,
                namespace: row.namespace,
                execution: row.execution,
                workflowType: row.workflowType
            )
        }
    }

    /// A run as a database would show it: its history in one row, chained.
    fileprivate func record(of runKey: Int64) -> RunRecord? {
        guard var state = runs[runKey] else { return nil }
        let row = state.execution
        let bytes = HistoryCodec.encode(histories[runKey] ?? [])
        let link = HistoryChain.link(after: [], row.execution.runID, firstEventID: 1, bytes, keys: nil)
        state.execution.chainHead = link
        state.execution.historySize = Int64(bytes.count)
        let requests = requests.filter { $0.key.id == ID(row.namespace, row.execution.workflowID) }
        let problem = row.problem ?? state.activities.loaded.compactMap(\.problem).first
        return RunRecord(
            name: RunName(
                runKey: runKey,
                namespace: row.namespace,
                execution: row.execution,
                workflowType: row.workflowType
            ),
            state: state,
            rows: [HistoryRow(firstEventID: 1, bytes: bytes, link: link)],
            requests: Set(requests.filter { $0.value.contains(runKey) }.map(\.key.key)),
            isCurrent: current[ID(row.namespace, row.execution.workflowID)] == runKey,
            listing: row.summary(problem: problem)
        )
    }
}
