import Database
package import WorkflowAPI

extension SQLiteHistoryStore {
    package func deliverInbox(limit: Int, _ delivery: InboxDelivery) async throws -> Int {
        guard try await reading({ try InboxTable.isWaiting($0) }) else { return 0 }
        let time = now()
        return try await transaction { connection, notice in
            let rows = try InboxTable.waiting(limit: limit, connection)
            for row in rows {
                do {
                    let message = try row.message.get()
                    notice = try connection.savepoint {
                        var told = notice
                        try self.deliver(message, row.position, delivery, at: time, connection, &told)
                        try InboxTable.remove(row.position, connection)
                        return told
                    }
                } catch let error where Self.concernsAll(error, connection) {
                    throw error
                } catch {
                    // One row that cannot be must not hold up those behind it, and must not be lost.
                    try InboxTable.refuse(row.position, because: "\(error)", at: time, connection)
                }
            }
            return rows.count
        }
    }

    /// Trouble of the whole transaction, not of one row: it is tried again.
    private static func concernsAll(_ error: any Error, _ connection: SQLiteConnection) -> Bool {
        if connection.isAutocommit || error is SavepointFailure { return true }
        guard let error = error as? DatabaseError else { return false }
        return [.busy, .full, .io, .noMemory, .cannotOpen, .closed, .outcomeUnknown].contains(error.code)
    }

    private func deliver(
        _ message: InboxMessage,
        _ position: Int64,
        _ delivery: InboxDelivery,
        at time: Timestamp,
        _ connection: SQLiteConnection,
        _ notice: inout CommitNotice
    ) throws {
        switch message {
        case .start(let request):
            let tables = try self.tables(connection, request.namespace)
            let execution = try tables.start(request.workflowID, requestID: request.requestID, at: time, &notice) {
                try delivery.start(request, &$0)
            }
            // Also when it was given an open run: a repeat must not start another one when that is closed.
            try tables.remember(RequestKey(.start, request.requestID), of: execution)
        case .signal(let request):
            let tables = try self.tables(connection, request.namespace)
            let key = RequestKey(.signal, request.requestID)
            // Whoever repeats a row does not know which run had it: once is once for the workflow id.
            guard try tables.usedRequest(key, request.workflowID).isEmpty else { return }
            if let start = try InboxTable.refusedStart(
                before: position,
                of: request.workflowID,
                in: request.namespace,
                connection
            ) {
                throw WorkflowServiceError(.invalidArgument, "it stands behind the refused start '\(start)'")
            }
            let target = RunTarget(request.namespace, request.workflowID, nil)
            _ = try tables.update(target, reading: .execution, unlessUsed: key, at: time, &notice) {
                try delivery.signal(request, &$0)
            }
        }
    }

    package func refusedInboxRows(in namespace: Namespace) async throws -> [RefusedInboxRow] {
        try await reading { try InboxTable.refused(in: namespace, $0) }
    }

    package func settleInboxRow(_ requestID: String, in namespace: Namespace, retrying: Bool) async throws -> Bool {
        try await transaction { connection, _ in
            retrying
                ? try InboxTable.retry(requestID, in: namespace, connection)
                : try InboxTable.drop(requestID, in: namespace, connection)
        }
    }
}
