import Database
import ERPWorkflows
import Foundation
import History
import Logging
import Testing
import WorkflowAPI
import WorkflowRuntime

/// A company whose orders are carried by worker processes that die, and whose approvers talk to the file directly.
final class KilledCompany {
    let engine: WorkflowEngine
    private let database: SQLiteDatabase
    private let directory: URL
    private let path: String
    private let log: String
    private var random: SeededGenerator
    private let client: WorkflowClient
    private var open: [String] = []
    private var undecided: [(order: String, level: String, approver: String)] = []
    /// Words of each signal whose sending was acknowledged, with the order it went to.
    private(set) var acknowledged: [(order: String, words: String)] = []

    init(seed: UInt64) async throws {
        random = SeededGenerator(state: seed)
        directory = FileManager.default.temporaryDirectory.appending(path: "kill-\(UUID())")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        path = directory.appending(path: "workflow.db").path
        log = directory.appending(path: "worker.log").path
        engine = try await WorkflowEngine.open(
            .sqlite(path),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
        database = try #require(engine.database)
        try await ERPPack.prepare(database)
        try await SeedLoader(database: database).load(
            try SeedFile(json: Data(Self.company.utf8), name: "company"),
            at: Date()
        )
        client = WorkflowClient(service: engine.service, identity: "test", makeID: { UUID().uuidString })
    }

    func remove() { try? FileManager.default.removeItem(at: directory) }

    private static let company = """
        {"namespaces": [{"name": "default",
        "users": [
            {"id": "rahim", "name": "r", "email": "r@example.com", "department": "operations"},
            {"id": "karim", "name": "k", "email": "k@example.com", "department": "operations", "roles": ["department_head"]},
            {"id": "nasrin", "name": "n", "email": "n@example.com", "department": "finance", "roles": ["finance"]}],
        "vendors": [{"id": "V-1", "name": "v", "email": "v@example.com"}],
        "budgets": [{"department": "operations", "allocated": "15000000"}],
        "approvals": {"actForOthers": true}}]}
        """

    /// Amounts of all three kinds. Their sum exceeds the budget, so that some are rejected for lack of it.
    func startOrders(_ count: Int) async throws {
        for number in 1...count {
            let id = "K-\(number)"
            let taka = [30_000, 75_000, 150_000][Int.random(in: 0..<3, using: &random)]
            _ = try await client.start(
                PurchaseOrderApproval.self,
                id: WorkflowID(id),
                taskQueue: ERPPack.taskQueue,
                input: PurchaseOrderInput(
                    id: id,
                    vendorId: "V-1",
                    items: [
                        PurchaseOrderItem(productId: "P", quantity: Quantity(1), unitPrice: Money(taka: Int32(taka)))
                    ],
                    requestedBy: "rahim",
                    department: "operations"
                )
            )
            open.append(id)
            if taka > 50_000 { undecided.append((id, "department_head", "karim")) }
            if taka > 100_000 { undecided.append((id, "finance", "nasrin")) }
        }
        undecided.shuffle(using: &random)
    }

    /// Kills workers, each after it has written a random number of history rows, while the approvers decide. Then one
    /// more worker finishes the rest.
    func work(through kills: Int) async throws -> Int {
        for _ in 0..<kills {
            let worker = try WorkerProcess(store: path, log: log)
            let target = try await rows() + Int.random(in: 1...120, using: &random)
            let end = ContinuousClock.now + .seconds(3)
            while try await rows() < target, ContinuousClock.now < end {
                for _ in 0..<2 { try await decideOne() }
                try await Task.sleep(for: .milliseconds(1))
            }
            worker.killNow()
            for _ in 0..<3 { try await decideOne() }
        }
        while !undecided.isEmpty { try await decideOne() }
        let last = try WorkerProcess(store: path, log: log)
        let end = ContinuousClock.now + .seconds(120)
        while try await running() > 0, ContinuousClock.now < end { try await Task.sleep(for: .milliseconds(50)) }
        #expect(last.stop() == 0)
        return kills
    }

    private func rows() async throws -> Int {
        try await database.read {
            try $0.query("SELECT max(history_key) FROM history") { Int($0.integer(0)) }.first ?? 0
        }
    }

    private func running() async throws -> Int {
        try await database.read {
            try $0.query("SELECT count(*) FROM execution WHERE status = 1") { Int($0.integer(0)) }.first ?? 0
        }
    }

    /// One decision; every tenth is a rejection. It counts as acknowledged when the call returns.
    private func decideOne() async throws {
        guard let next = undecided.popLast() else { return }
        let words = "\(next.order)/\(next.level)"
        let handle = client.handle(PurchaseOrderApproval.self, id: WorkflowID(next.order))
        do {
            if Int.random(in: 0..<10, using: &random) == 0 {
                try await handle.signal(\.reject, RejectionSignal(approver: next.approver, reason: words))
            } else {
                try await handle.signal(\.approve, ApprovalSignal(approver: next.approver, comments: words))
            }
            acknowledged.append((next.order, words))
        } catch let error as WorkflowServiceError where error.code == .notFound || error.code == .workflowClosed {
            // The run closed before it came: rejected by the other level, or for lack of budget.
        }
    }

    func expectEverythingFinished() async throws {
        #expect(try await running() == 0)
        let problems = try await database.read {
            try $0.query("SELECT workflow_id FROM execution WHERE problem IS NOT NULL OR status <> 2") { $0.text(0) }
        }
        #expect(problems == [])
    }

    func expectBooksInOrder() async throws {
        var results: [PurchaseOrderResult] = []
        for id in open {
            results.append(try await client.handle(PurchaseOrderApproval.self, id: WorkflowID(id)).result())
        }
        let completed = results.filter { $0.status == .completed }
        print("kill test: \(completed.count) completed, \(results.count - completed.count) rejected")
        let orders = try await SQLPurchasingService(database: database).orders(of: "default")
        #expect(
            orders.map(\.number)
                == orders.indices.map { index in
                    let digits = String(index + 1)
                    return "PO-\(FiscalYear(containing: Date()))-" + String(repeating: "0", count: 5 - digits.count)
                        + digits
                }
        )
        #expect(Set(orders.map(\.number)) == Set(completed.compactMap(\.poNumber)))
        #expect(orders.allSatisfy { $0.state == "created" })
        let budget = try await SQLBudgetService(database: database).budgets(of: "default")[0]
        #expect(budget.reserved == .zero)
        #expect(budget.committed.poisha == orders.map(\.amount.poisha).reduce(0, +))
        let audit = SQLAuditService(database: database)
        #expect(try await audit.verify("default") == [])
        #expect(try await audit.entries(of: "default").count == Self.count(open))
        let keys = try await SQLNotificationService(database: database).outbox(of: "default").map(\.key)
        #expect(Set(keys).count == keys.count)
    }

    private static func count(_ orders: [String]) -> Int { orders.count }

    /// Every acknowledged signal stands in a history exactly once, and a completed workflow task came after it.
    func expectEverySignalOnce() async throws {
        for (order, words) in acknowledged {
            let events = try await engine.service.history(
                GetHistoryRequest(namespace: .default, workflowID: WorkflowID(order))
            )
            let signals = events.filter { event in
                guard case .workflowExecutionSignaled(let signal) = event.attributes else { return false }
                return signal.input.contains { String(decoding: $0.data, as: UTF8.self).contains("\"\(words)\"") }
            }
            #expect(signals.count == 1, "\(words)")
            let lastCompleted = events.last { $0.type == .workflowTaskCompleted }
            #expect((lastCompleted?.id ?? 0) > (signals.first?.id ?? .max), "\(words) was never delivered")
        }
    }
}

/// The same numbers for the same seed.
struct SeededGenerator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
