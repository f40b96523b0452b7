import Database
import Foundation
import History
import Testing
import WorkflowAPI
import WorkflowTesting

/// Starts and signals as rows that any driver may write, in a transaction of its own.
@Suite struct InboxTests {
    private func with(_ body: (ConformanceHarness, SQLiteDatabase) async throws -> Void) async throws {
        let directory = FileManager.default.temporaryDirectory.appending(path: "inbox-\(UUID())")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        let database = try SQLiteDatabase(path: directory.appending(path: "i.db").path, mode: .createIfMissing)
        let clock = ManualEngineClock()
        let store = try await SQLiteHistoryStore(database: database, clock: { clock.now() })
        let harness = ConformanceHarness(over: store, clock: clock)
        try await body(harness, database)
        await store.close()
    }

    private func insert(_ database: SQLiteDatabase, _ sql: String) async throws {
        try await database.write { try $0.execute("INSERT INTO workflow_inbox \(sql)") }
    }

    private func rows(_ database: SQLiteDatabase) async throws -> Int64? {
        try await database.look { try $0.query("SELECT count(*) FROM workflow_inbox").first?.integer(0) }
    }

    private static let start = """
        (request_id, kind, workflow_id, workflow_type, task_queue, input, identity)
        VALUES ('r-1', 'start', 'order-1', 'Order', 'main', '{"id":7}', 'shop')
        """

    @Test func `a row is a start, and is gone with the transaction that makes the run`() async throws {
        try await with { h, database in
            try await insert(database, Self.start)
            let before = database.counters.commits
            #expect(try await h.service.deliverInbox() == 1)
            #expect(database.counters.commits == before + 1)
            #expect(try await rows(database) == 0)
            guard case .workflowExecutionStarted(let started) = try await h.attributes(1) else {
                Issue.record("no start")
                return
            }
            #expect(started.input == [.json(#"{"id":7}"#)] && started.identity == "inbox:shop")
            #expect(try await h.describe().summary.workflowType == "Order")
            #expect(try await h.service.deliverInbox() == 0)
        }
    }

    @Test func `a start and its signal in one transaction arrive in order, and a repeat of either does nothing`()
        async throws
    {
        try await with { h, database in
            let signal = """
                (request_id, kind, workflow_id, signal_name, input) VALUES ('r-2', 'signal', 'order-1', 'approve', '"k"')
                """
            for _ in 0..<2 {
                try await database.write { connection in
                    try connection.execute("INSERT INTO workflow_inbox \(Self.start)")
                    try connection.execute("INSERT INTO workflow_inbox \(signal)")
                }
                #expect(try await h.service.deliverInbox() == 2)
            }
            #expect(try await h.types() == [.started, .taskScheduled, .signaled])
            #expect(try await rows(database) == 0)
        }
    }

    @Test func `a payload is taken as it is, whatever its encoding`() async throws {
        try await with { h, database in
            let payload = Payload(encoding: "binary/encrypted", data: [1, 2, 3])
            try await database.write { connection in
                try connection.execute(
                    """
                    INSERT INTO workflow_inbox (request_id, kind, workflow_id, workflow_type, task_queue, payload)
                    VALUES ('r', 'start', 'order-1', 'Order', 'main', ?)
                    """,
                    [.blob(payload.protobuf)]
                )
            }
            try await h.service.deliverInbox()
            guard case .workflowExecutionStarted(let started) = try await h.attributes(1) else { return }
            #expect(started.input == [payload])
        }
    }

    @Test func `a row that is refused keeps the reason, holds up nobody, and is tried again or dropped by a person`()
        async throws
    {
        try await with { h, database in
            try await insert(
                database,
                "(request_id, kind, workflow_id, signal_name) VALUES ('early', 'signal', 'order-1', 'approve')"
            )
            try await insert(
                database,
                """
                (request_id, kind, workflow_id, workflow_type, task_queue, payload)
                VALUES ('odd', 'start', 'x', 'Order', 'main', x'FF')
                """
            )
            try await insert(database, Self.start)
            #expect(try await h.service.deliverInbox() == 3)
            #expect(try await h.types() == .begun)
            let refused = try await h.store.refusedInboxRows(in: .default)
            #expect(refused.map(\.requestID) == ["early", "odd"])
            #expect(refused[0].problem.contains("no workflow with id 'order-1'"))
            #expect(refused[0].name == "approve" && refused[0].refusedTime == h.now)
            // Nothing is tried again by itself.
            #expect(try await h.service.deliverInbox() == 0)

            #expect(try await h.store.settleInboxRow("early", in: .default, retrying: true))
            #expect(try await h.store.settleInboxRow("odd", in: .default, retrying: false))
            #expect(try await !h.store.settleInboxRow("odd", in: .default, retrying: false))
            #expect(try await h.service.deliverInbox() == 1)
            #expect(try await h.types() == .begun + [.signaled])
            #expect(try await rows(database) == 0)
        }
    }

    @Test
    func
        `a signal behind a refused start of its workflow reaches no other run, and goes with the start when that is tried again`()
        async throws
    {
        try await with { h, database in
            let older = try await h.start().execution
            try await insert(database, Self.start)
            try await insert(
                database,
                "(request_id, kind, workflow_id, signal_name) VALUES ('s', 'signal', 'order-1', 'approve')"
            )
            try await h.service.deliverInbox()
            let refused = try await h.store.refusedInboxRows(in: .default)
            #expect(refused.map(\.requestID) == ["r-1", "s"])
            #expect(refused.last?.problem == "it stands behind the refused start 'r-1'")
            #expect(try await h.types() == .begun)
            try await h.terminate()
            #expect(try await h.store.settleInboxRow("r-1", in: .default, retrying: true))
            #expect(try await h.service.deliverInbox() == 2)
            #expect(try await h.types() == .begun + [.signaled])
            #expect(try await h.describe().summary.execution != older)
        }
    }

    @Test func `once is once for the workflow id, whatever run it was, and for a start that was given an open run`()
        async throws
    {
        try await with { h, database in
            let first = try await h.start().execution
            let rows = [
                """
                (request_id, kind, workflow_id, workflow_type, task_queue, conflict_policy)
                VALUES ('r', 'start', 'order-1', 'Order', 'main', 'use-existing')
                """,
                "(request_id, kind, workflow_id, signal_name) VALUES ('s', 'signal', 'order-1', 'approve')",
            ]
            for row in rows { try await insert(database, row) }
            try await h.service.deliverInbox()
            #expect(try await h.types() == .begun + [.signaled])
            try await h.terminate()
            try await insert(database, rows[0])
            try await h.service.deliverInbox()
            #expect(try await h.describe().summary.execution == first)
            try await h.start()
            try await insert(database, rows[1])
            try await h.service.deliverInbox()
            #expect(try await h.types() == .begun)
            #expect(try await self.rows(database) == 0)
        }
    }

    @Test func `tenants use the same request ids beside each other`() async throws {
        try await with { h, database in
            try await h.service.createNamespace("other", retention: nil)
            for namespace in ["default", "other"] {
                try await insert(
                    database,
                    """
                    (request_id, kind, namespace, workflow_id, workflow_type, task_queue)
                    VALUES ('same', 'start', '\(namespace)', 'order-1', 'Order', 'main')
                    """
                )
            }
            #expect(try await h.service.deliverInbox() == 2)
            let other = try await h.service.describeWorkflow(.init(namespace: "other", workflowID: .order))
            #expect(other.summary.execution != (try await h.describe().summary.execution))
        }
    }

    @Test func `conflicts go by the row's policy`() async throws {
        try await with { h, database in
            let first = try await h.start().execution
            for policy in ["fail", "use-existing", "terminate-existing"] {
                try await insert(
                    database,
                    """
                    (request_id, kind, workflow_id, workflow_type, task_queue, conflict_policy)
                    VALUES ('\(policy)', 'start', 'order-1', 'Order', 'main', '\(policy)')
                    """
                )
            }
            try await h.service.deliverInbox()
            #expect(try await h.store.refusedInboxRows(in: .default).map(\.requestID) == ["fail"])
            #expect(try await h.describe(runID: first.runID).summary.status == .terminated)
            #expect(try await h.describe().summary.execution.runID != first.runID)
        }
    }

    @Test(
        arguments: [
            "(request_id, kind, workflow_id, signal_name) VALUES ('', 'signal', 'w', 's')",
            "(request_id, kind, workflow_id, signal_name) VALUES (x'41', 'signal', 'w', 's')",
            "(request_id, kind, workflow_id, signal_name, namespace) VALUES ('r', 'signal', 'w', 's', 'nowhere')",
            "(request_id, kind, workflow_id, signal_name, problem) VALUES ('r', 'signal', 'w', 's', 'x')",
            "(request_id, kind, workflow_id, signal_name, payload) VALUES ('r', 'signal', 'w', 's', zeroblob(3000000))",
            "(request_id, kind, workflow_id, signal_name, position) VALUES ('r', 'signal', 'w', 's', -1)",
            "(request_id, kind, workflow_id) VALUES ('r', 'signal', 'w')",
            "(request_id, kind, workflow_id, signal_name) VALUES ('r', 'query', 'w', 's')",
            "(request_id, kind, workflow_id, workflow_type) VALUES ('r', 'start', 'w', 'T')",
            "(request_id, kind, workflow_id, signal_name, input) VALUES ('r', 'signal', 'w', 's', '{')",
            "(request_id, kind, workflow_id, signal_name, input, payload) VALUES ('r', 'signal', 'w', 's', '1', x'00')",
        ]
    )
    func `what cannot be meant is refused where it is written`(_ sql: String) async throws {
        try await with { _, database in
            let error = await #expect(throws: DatabaseError.self) { try await insert(database, sql) }
            #expect(error?.code == .constraint)
        }
    }
}
