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
                    let told = try connection.savepoint {
                        var told = notice
                        try Self.deliver(message, delivery, at: time, connection, &told)
                        try InboxTable.remove(row.position, connection)
                        return told
                    }
                    notice = told
                } catch let trouble as DatabaseError where trouble.code != .unique && trouble.code != .constraint {
                    throw trouble
                } catch {
                    // One row that cannot be must not hold up those behind it, and must not be lost.
                    try InboxTable.refuse(row.position, because: "\(error)", at: time, connection)
                }
            }
            return rows.count
        }
    }

    private static func deliver(
        _ message: InboxMessage,
        _ delivery: InboxDelivery,
        at time: Timestamp,
        _ connection: SQLiteConnection,
        _ notice: inout CommitNotice
    ) throws {
        switch message {
        case .start(let request):
            let tables = try SQLiteTables(connection, request.namespace)
            _ = try tables.start(request.workflowID, requestID: request.requestID, at: time, &notice) { start in
                try delivery.start(request, &start)
            }
        case .signal(let request):
            let tables = try SQLiteTables(connection, request.namespace)
            let target = RunTarget(request.namespace, request.workflowID, nil)
            _ = try tables.update(
                target,
                reading: .execution,
                unlessUsed: RequestKey(.signal, request.requestID),
                at: time,
                &notice
            ) { try delivery.signal(request, &$0) }
        }
    }

    package func refusedInboxRows(in namespace: Namespace) async throws -> [RefusedInboxRow] {
        try await reading { try InboxTable.refused(in: namespace, $0) }
    }

    package func settleInboxRow(_ requestID: String, in namespace: Namespace, retrying: Bool) async throws -> Bool {
        try await transaction { connection, _ in
            let change =
                retrying
                ? "UPDATE workflow_inbox SET problem = NULL, refused_time = NULL" : "DELETE FROM workflow_inbox"
            try connection.execute(
                change + " WHERE request_id = ? AND namespace = ? AND problem IS NOT NULL",
                [.text(requestID), .text(namespace.rawValue)]
            )
            return connection.changes > 0
        }
    }
}
