import Database
package import WorkflowAPI

extension SQLiteHistoryStore {
    package func importRun(_ export: RunExport) async throws {
        let time = now()
        try await transaction { connection, notice in
            let run = try RunImport(export, at: time)
            let execution = export.run.execution
            let tables = try self.tables(connection, export.run.namespace)
            let known = try connection.query(
                "SELECT 1 FROM execution WHERE run_id = ?",
                [.text(execution.runID.rawValue)]
            ) { $0.integer(0) }
            guard known.isEmpty else { throw run.isHere }
            let current = try tables.currentKey(execution.workflowID).map { try tables.executionRow($0) }
            var row = run.state.execution
            row.runKey = try ExecutionTable.nextKey(connection)
            row.stateVersion = 1
            if try run.replaces(current) {
                try CurrentExecutionTable.lead(
                    execution.workflowID,
                    of: tables.namespaceID,
                    to: row.runKey,
                    connection
                )
            }
            for events in run.rows {
                try HistoryTable.append(events, to: &row, keys: self.historyKeys, connection)
            }
            try SQLiteAdministration(connection: connection).writeWhole(run.state, row)
            for request in run.requests {
                try connection.execute(
                    """
                    INSERT INTO request (namespace_id, workflow_id, kind, request_id, run_key) VALUES (?, ?, ?, ?, ?)
                    """,
                    [
                        .integer(tables.namespaceID), .text(execution.workflowID.rawValue),
                        .integer(request.kind.rawValue), .text(request.id), .integer(row.runKey),
                    ]
                )
            }
            // Anybody may wait for what has come.
            notice.isElsewhere = true
        }
    }
}

extension InMemoryHistoryStore {
    package func importRun(_ export: RunExport) async throws {
        let run = try RunImport(export, at: now())
        try withTables { tables in
            let execution = export.run.execution
            let id = MemoryTables.ID(export.run.namespace, execution.workflowID)
            try tables.requireNamespace(export.run.namespace)
            guard !tables.runs.values.contains(where: { $0.execution.execution.runID == execution.runID }) else {
                throw run.isHere
            }
            let isCurrent = try run.replaces(tables.current[id].flatMap { tables.runs[$0]?.execution })
            tables.lastRunKey += 1
            var state = run.state.clean
            state.execution.runKey = tables.lastRunKey
            state.execution.stateVersion = 1
            tables.runs[tables.lastRunKey] = state
            tables.histories[tables.lastRunKey] = run.rows.flatMap { $0 }
            if isCurrent { tables.current[id] = tables.lastRunKey }
            for request in run.requests { tables.requests[.init(id, request), default: []].insert(tables.lastRunKey) }
        }
    }
}
