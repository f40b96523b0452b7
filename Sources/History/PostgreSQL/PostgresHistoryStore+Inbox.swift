#if PostgreSQL
import Database
package import WorkflowAPI

extension PostgresHistoryStore {
    private struct Waiting: Sendable {
        var position: Int64
        var namespace: Namespace
        var message: Result<InboxMessage, WorkflowServiceError>
        var workflowID: WorkflowID
    }

    /// Each row becomes the transition that it asks for and is deleted in the transaction of that; rows of one workflow id in
    /// their order, others beside each other. Several engines may do it at once.
    package func deliverInbox(limit: Int, _ delivery: InboxDelivery) async throws -> Int {
        let result = try await translated {
            try await database.query(
                "SELECT \(InboxMessage.columns) FROM workflow_inbox WHERE problem IS NULL ORDER BY position LIMIT $1",
                [.integer(Int64(limit))]
            )
        }
        let rows = result.map { row in
            Waiting(
                position: row.integer(0),
                namespace: Namespace(row.text(3)),
                message: Result { () throws(WorkflowServiceError) in try InboxMessage(row) },
                workflowID: WorkflowID(row.text(4))
            )
        }
        let runs = Dictionary(grouping: rows) { "\($0.namespace.rawValue)\0\($0.workflowID.rawValue)" }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for (_, rows) in runs {
                group.addTask { for row in rows { try await self.deliver(row, delivery) } }
            }
            try await group.waitForAll()
        }
        return rows.count
    }

    private func deliver(_ row: Waiting, _ delivery: InboxDelivery) async throws {
        do {
            switch try row.message.get() {
            case .start(let request): try await deliver(request, row, delivery)
            case .signal(let request): try await deliver(request, row, delivery)
            }
        } catch let error as WorkflowServiceError where [.unavailable, .outcomeUnknown].contains(error.code) {
            throw error
        } catch let error as DatabaseError {
            throw error
        } catch {
            // One row that cannot be must not hold up those behind it, and must not be lost.
            try await translated {
                _ = try await database.query(
                    "UPDATE workflow_inbox SET problem = $2, refused_time = $3 WHERE position = $1",
                    [.integer(row.position), .text("\(error)"), .integer(now().nanoseconds)]
                )
            }
        }
    }

    private func deliver(_ request: StartWorkflowRequest, _ row: Waiting, _ delivery: InboxDelivery) async throws {
        let id = try await namespaces.id(of: request.namespace)
        let started = Box<WorkflowExecution>()
        let key = RequestKey(.start, request.requestID)
        // Remembered also when it was given an open run: a repeat must not start another one when that is closed.
        let rider = BatchMember.Rider(inboxPosition: row.position) { started.value.map { (key, $0) } }
        let _: Bool? = try await queue.run(rider: rider) { put in
            .start(WorkflowName(namespaceID: id, workflowID: request.workflowID), requestID: request.requestID) {
                started.value = try delivery.start(request, &$0)
                put(true)
            }
        }
    }

    private func deliver(_ request: SignalWorkflowRequest, _ row: Waiting, _ delivery: InboxDelivery) async throws {
        let id = try await namespaces.id(of: request.namespace)
        let found = try await database.withConnection { connection in
            try await connection.pipeline([
                PostgresStatement(
                    """
                    SELECT 1 FROM request
                    WHERE namespace_id = $1 AND workflow_id = $2 AND kind = $3 AND request_id = $4
                    """,
                    [
                        .integer(id), .text(request.workflowID.rawValue),
                        .integer(RequestKey.Kind.signal.rawValue), .text(request.requestID),
                    ]
                ),
                PostgresStatement(
                    """
                    SELECT request_id FROM workflow_inbox WHERE problem IS NOT NULL AND namespace = $1
                    AND workflow_id = $2 AND kind = 'start' AND position < $3 ORDER BY position DESC LIMIT 1
                    """,
                    [.text(request.namespace.rawValue), .text(request.workflowID.rawValue), .integer(row.position)]
                ),
            ])
        }
        // Whoever repeats a row does not know which run had it: once is once for the workflow id.
        guard found[0].rowCount == 0 else {
            _ = try await database.query("DELETE FROM workflow_inbox WHERE position = $1", [.integer(row.position)])
            return
        }
        if let start = found[1].map({ $0.text(0) }).first {
            throw WorkflowServiceError(.invalidArgument, "it stands behind the refused start '\(start)'")
        }
        let subject = RunSubject.current(WorkflowName(namespaceID: id, workflowID: request.workflowID))
        let _: Bool? = try await queue.run(rider: BatchMember.Rider(inboxPosition: row.position)) { put in
            .update(subject, reading: .execution, unlessUsed: RequestKey(.signal, request.requestID)) {
                try delivery.signal(request, &$0)
                put(true)
            }
        }
    }

    package func refusedInboxRows(in namespace: Namespace) async throws -> [RefusedInboxRow] {
        let result = try await translated {
            try await database.query(
                """
                SELECT request_id, kind, workflow_id, coalesce(workflow_type, signal_name, ''), problem, refused_time
                FROM workflow_inbox WHERE problem IS NOT NULL AND namespace = $1 ORDER BY position
                """,
                [.text(namespace.rawValue)]
            )
        }
        return result.map { RefusedInboxRow($0, in: namespace) }
    }

    package func settleInboxRow(_ requestID: String, in namespace: Namespace, retrying: Bool) async throws -> Bool {
        let sql =
            retrying
            ? """
            UPDATE workflow_inbox w SET problem = NULL, refused_time = NULL
            WHERE namespace = $1 AND problem IS NOT NULL AND (request_id = $2 OR kind = 'signal' AND EXISTS (
                SELECT 1 FROM workflow_inbox s WHERE s.namespace = $1 AND s.request_id = $2 AND s.kind = 'start'
                    AND s.problem IS NOT NULL AND s.workflow_id = w.workflow_id AND s.position < w.position))
            """
            : "DELETE FROM workflow_inbox WHERE namespace = $1 AND request_id = $2 AND problem IS NOT NULL"
        return try await translated {
            try await database.query(sql, [.text(namespace.rawValue), .text(requestID)]).affectedRows > 0
        }
    }
}
#endif
