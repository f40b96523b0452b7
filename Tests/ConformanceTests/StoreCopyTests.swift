import Database
import History
import PostgresServer
import Testing
import WorkflowAPI
import WorkflowTesting

/// From which store to which.
struct CopyWay: Sendable, CustomTestStringConvertible {
    var from: ConformanceStore
    var to: ConformanceStore
    var testDescription: String { "\(from.rawValue) to \(to.rawValue)" }

    /// All there are between databases on this machine.
    static var all: [CopyWay] {
        let kinds = ConformanceStore.available.filter { $0 != .memory }
        return kinds.flatMap { from in kinds.map { CopyWay(from: from, to: $0) } }
    }
}

@Suite(.serialized) struct StoreCopyTests {
    private static func inbox(_ id: String, _ kind: String, _ workflow: String, _ namespace: String = "default")
        -> String
    {
        kind == "start"
            ? """
            INSERT INTO workflow_inbox (namespace, request_id, kind, workflow_id, workflow_type, task_queue, input)
            VALUES ('\(namespace)', '\(id)', 'start', '\(workflow)', 'Order', 'main', '{"a":1}')
            """
            : """
            INSERT INTO workflow_inbox (namespace, request_id, kind, workflow_id, signal_name)
            VALUES ('\(namespace)', '\(id)', 'signal', '\(workflow)', 'go')
            """
    }

    /// A run of each kind in two tenants, and rows in all tables.
    private func fill(_ place: CopyPlace) async throws {
        let h = place.harness
        try await h.service.createNamespace("tenant-b", retention: .seconds(86_400))
        try await h.start("closed")
        try await h.turn([.complete([.text("done")])])
        try await h.start("closed")
        try await h.turn([.activity(), .timer("t", .seconds(500))])
        _ = try await h.takeActivity()
        try await h.start("buffering")
        _ = try await h.take()
        try await h.signal("one", "buffering")
        try await h.start("b-1") { $0.namespace = "tenant-b" }
        try await place.makeTables()
        try await place.fillTables(700)
        try await place.tables.transact { transaction in
            _ = try transaction.execute(Self.inbox("second", "start", "from-inbox"), [])
            _ = try transaction.execute(Self.inbox("first", "signal", "from-inbox"), [])
            _ = try transaction.execute(Self.inbox("other", "start", "b-2", "tenant-b"), [])
        }
    }

    @Test(arguments: CopyWay.all)
    func `everything is carried over and open runs go on`(way: CopyWay) async throws {
        let clock = ManualEngineClock()
        let (from, to) = (
            try await CopyPlace(way.from, clock: clock), try await CopyPlace(way.to, clock: clock, seed: 2)
        )
        try await fill(from)
        try await to.makeTables()
        let rehearsal = try await StoreCopy(from: from.side, to: to.side, isRehearsal: true).run()
        #expect(rehearsal.runs == .init(copied: 4) && rehearsal.openRuns == 3 && rehearsal.namespaces == ["tenant-b"])
        #expect(rehearsal.tables["copy_b_bill"] == .init(copied: 1400) && rehearsal.inbox == .init(copied: 3))
        #expect(try await to.rows().isEmpty)
        #expect(try await to.harness.list().isEmpty)
        let summary = try await StoreCopy(from: from.side, to: to.side).run()
        #expect(summary == rehearsal)
        #expect(try await to.rows() == from.rows())
        let namespaces = try await to.harness.service.listNamespaces()
        #expect(namespaces.map(\.retention) == [nil, .seconds(86_400)])
        var problems: [String] = []
        let verified = try await StoreVerification().run(over: to.harness.store) { problems.append($0.line) }
        #expect(problems.isEmpty && verified.runs == 4)
        // Once more finds everything there, though a run has gone on meanwhile.
        try await to.harness.signal("more", "closed")
        let again = try await StoreCopy(from: from.side, to: to.side).run()
        #expect(again.runs == .init(present: 4) && again.inbox == .init(present: 3) && again.refused.isEmpty)
        #expect(again.tables["copy_a_line"] == .init(present: 2800) && again.namespaces.isEmpty)
        #expect(try await to.rows() == from.rows())
        // The tables are as they were: triggers work, and numbers go on behind those that came.
        try await to.tables.transact { transaction in
            _ = try transaction.execute(
                "INSERT INTO copy_b_bill (tenant, id, amount, paid) VALUES ('new', 1, '1', \(way.to == .sqlite ? "1" : "true"))",
                []
            )
            _ = try transaction.execute("INSERT INTO copy_counter (what) VALUES ('d')", [])
        }
        #expect(try await to.rows("new").contains { $0.contains("first") })
        #expect(try await to.rows("new").last?.contains("4") == true)
        try await expectGoingOn(to.harness)
        await from.close()
        await to.close()
    }

    private func expectGoingOn(_ h: ConformanceHarness) async throws {
        #expect(try await h.types("closed").contains(.timerStarted))
        try await h.advance(by: .seconds(600))
        #expect(try await h.types("closed").contains(.timerFired))
        let inbox = try await h.service.deliverInbox(limit: 10)
        #expect(inbox == 3)
        #expect(try await h.types("from-inbox") == .begun + [.signaled])
        #expect(try await h.poll(namespace: "tenant-b") != nil)
        #expect(try await h.types("buffering").contains(.signaled))
        try await h.checkInvariants()
    }

    @Test(arguments: CopyWay.all)
    func `one tenant is copied, and nothing of another`(way: CopyWay) async throws {
        let clock = ManualEngineClock()
        let (from, to) = (try await CopyPlace(way.from, clock: clock), try await CopyPlace(way.to, clock: clock))
        try await fill(from)
        try await to.makeTables()
        let summary = try await StoreCopy(from: from.side, to: to.side, namespace: "tenant-b").run()
        #expect(summary.runs == .init(copied: 1) && summary.inbox == .init(copied: 1))
        #expect(summary.tables["copy_b_bill"] == .init(copied: 700))
        #expect(summary.tables["copy_counter"] == .init(copied: 3), "it tells no tenants apart")
        #expect(try await to.rows("default").count == 3)
        #expect(try await to.harness.list().isEmpty)
        #expect(try await to.rows("tenant-b") == from.rows("tenant-b"))
        await to.harness.refused(.notFound) {
            _ = try await StoreCopy(from: from.side, to: to.side, namespace: "nowhere").run()
        }
        await from.close()
        await to.close()
    }

    @Test(arguments: CopyWay.all)
    func `what is other in the destination is not written over`(way: CopyWay) async throws {
        let clock = ManualEngineClock()
        let (from, to) = (
            try await CopyPlace(way.from, clock: clock), try await CopyPlace(way.to, clock: clock, seed: 2)
        )
        try await fill(from)
        let lacking = await to.harness.refused(.notFound) {
            _ = try await StoreCopy(from: from.side, to: to.side).run()
        }
        #expect(lacking?.message.contains("'copied'") == true)
        #expect(try await to.harness.service.listNamespaces().count == 1, "nothing was written")
        try await to.makeTables()
        let flag = way.to == .sqlite ? "0" : "false"
        try await to.tables.transact {
            _ = try $0.execute(
                "INSERT INTO copy_b_bill (tenant, id, amount, paid) VALUES ('default', 5, '12.50', \(flag))",
                []
            )
        }
        let other = await to.harness.refused(.alreadyStarted) {
            _ = try await StoreCopy(from: from.side, to: to.side).run()
        }
        #expect(other?.message.contains("a row of table 'copy_b_bill'") == true, "\(other?.message ?? "")")
        try await to.tables.transact {
            _ = try $0.execute("DELETE FROM copy_a_line", [])
            _ = try $0.execute("DELETE FROM copy_b_bill", [])
        }
        // Another run of the same workflow id is open there: that one run is refused, the others are copied.
        try await to.harness.start("buffering")
        let summary = try await StoreCopy(from: from.side, to: to.side).run()
        #expect(summary.runs == .init(copied: 3) && summary.refused.count == 1)
        #expect(summary.refused.first?.contains("'buffering'") == true)
        #expect(try await to.rows() == from.rows())
        await from.close()
        await to.close()
    }

    @Test(arguments: ConformanceStore.available.filter { $0 != .memory })
    func `a source that workers work on is refused`(kind: ConformanceStore) async throws {
        let clock = ManualEngineClock()
        let place = try await CopyPlace(kind, clock: clock)
        let copy = StoreCopy(from: place.side, to: place.side)
        try await copy.refuseSourceAtWork()
        let worker = try await place.harness.register("worker-a")
        let refusal = await place.harness.refused(.unavailable) { try await copy.refuseSourceAtWork() }
        #expect(refusal?.message.contains("--force") == true)
        try await place.harness.store.closeSession(worker.session)
        if kind != .sqlite { clock.advance(by: .seconds(11)) }
        try await copy.refuseSourceAtWork()
        await place.close()
    }
}
