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
    let database: any ApplicationDatabase
    private let directory: URL
    let store: String
    let log: String
    var random: SeededGenerator
    let client: WorkflowClient
    /// What people will say, to whom.
    private(set) var undecided: [Word] = []
    private(set) var open: [String] = []
    private(set) var invoices: [String] = []
    private(set) var newcomers: [String] = []
    /// Orders that an invoice names already.
    private var billed: Set<String> = []
    /// The clocks at the beginning: deadlines go by the wall clock, which may be set while the test runs.
    private let begin = (wall: Date(), steady: ContinuousClock.now)

    /// By how much the wall clock was set since the beginning.
    var clockChange: Duration {
        .seconds(Date().timeIntervalSince(begin.wall)) - (ContinuousClock.now - begin.steady)
    }

    /// Offers that will be withdrawn.
    private var withdrawals: [String] = []

    /// Somebody withdraws one of the offers that are to be withdrawn.
    func withdrawOne() async {
        guard let id = withdrawals.popLast() else { return }
        try? await client.handle(EmployeeOnboarding.self, id: WorkflowID(id)).cancel()
    }

    /// Words of each signal whose sending was acknowledged, with the order it went to.
    private(set) var acknowledged: [(order: String, words: String)] = []

    /// A signal that somebody will send.
    struct Word {
        var workflow: String
        var about: String
        var person: String
        var isTodo = false

        /// Every tenth decision, whoever asks for it and however often.
        var isRejected: Bool { "\(workflow)/\(about)".utf8.reduce(7) { ($0 &* 31 &+ Int($1)) & 0xFFFF } % 10 == 0 }
    }

    /// On a new file, or on the PostgreSQL database that a connection string names.
    init(seed: UInt64, postgres connection: String? = nil) async throws {
        random = SeededGenerator(state: seed)
        directory = FileManager.default.temporaryDirectory.appending(path: "kill-\(UUID())")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        let path = directory.appending(path: "workflow.db").path
        log = directory.appending(path: "worker.log").path
        let silent = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        #if PostgreSQL
        if let connection {
            store = "postgres:\(connection)"
            engine = try await WorkflowEngine.open(.postgres(connection), logger: silent)
        } else {
            store = "sqlite:\(path)"
            engine = try await WorkflowEngine.open(.sqlite(path), logger: silent)
        }
        #else
        store = "sqlite:\(path)"
        engine = try await WorkflowEngine.open(.sqlite(path), logger: silent)
        #endif
        database = try #require(engine.tables)
        try await ERPPack.prepare(database)
        // By the clock by which runs start: a policy that seems to be loaded later than they began does not count for them.
        let clock = engine
        try await SeedLoader(database: database).load(
            try SeedFile(json: Data(Self.company.utf8), name: "company"),
            at: clock.now().date
        )
        client = WorkflowClient(service: engine.service, identity: "test", makeID: { UUID().uuidString })
    }

    /// The last lines of what the workers have written.
    func endOfLogs() -> [String] {
        let files = (try? FileManager.default.contentsOfDirectory(at: directory, includingPropertiesForKeys: nil)) ?? []
        return files.filter { $0.lastPathComponent.hasPrefix("worker.log") }.flatMap { file in
            ((try? String(contentsOf: file, encoding: .utf8)) ?? "").split(separator: "\n").suffix(3).map(String.init)
        }
    }

    func remove() { try? FileManager.default.removeItem(at: directory) }

    private static let company = """
        {"namespaces": [{"name": "default",
        "users": [
            {"id": "rahim", "name": "r", "email": "r@example.com", "department": "operations"},
            {"id": "karim", "name": "k", "email": "k@example.com", "department": "operations", "roles": ["department_head"]},
            {"id": "nasrin", "name": "n", "email": "n@example.com", "department": "finance", "roles": ["finance"]},
            {"id": "jamal", "name": "j", "email": "j@example.com", "department": "finance", "roles": ["accounts_payable"]},
            {"id": "salma", "name": "s", "email": "s@example.com", "department": "hr", "roles": ["hr", "it"]}],
        "vendors": [
            {"id": "V-1", "name": "v", "email": "v@example.com", "kind": "supplier"},
            {"id": "V-2", "name": "w", "email": "w@example.com", "kind": "contractor"}],
        "budgets": [{"department": "operations", "allocated": "9000000"}],
        "people": {"mailDomain": "example.com",
            "workstations": [{"tag": "W-1", "model": "m", "location": "Dhaka"}, {"tag": "W-2", "model": "m", "location": "Dhaka"},
                {"tag": "W-3", "model": "m", "location": "Dhaka"}, {"tag": "W-4", "model": "m", "location": "Dhaka"}],
            "benefitPlans": [{"id": "PF", "name": "Provident fund"}],
            "rooms": [{"id": "R-1", "location": "Dhaka", "seats": 100}],
            "mentors": [{"user": "rahim", "department": "operations"}, {"user": "karim", "department": "operations"}]},
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
            if taka > 50_000 { undecided.append(Word(workflow: id, about: "department_head", person: "karim")) }
            if taka > 100_000 { undecided.append(Word(workflow: id, about: "finance", person: "nasrin")) }
        }
        undecided.shuffle(using: &random)
    }

    /// Invoices without an order, above and below the threshold of the department head.
    func startInvoices(_ count: Int) async throws {
        for number in 1...count {
            let net = [40_000, 90_000, 150_000][Int.random(in: 0..<3, using: &random)]
            try await startInvoice("I-\(number)", net: net, vendor: number % 2 == 0 ? "V-1" : "V-2", order: nil)
        }
        undecided.shuffle(using: &random)
    }

    /// Bills what was ordered since the last time.
    func billOrders() async throws {
        for order in try await SQLPurchasingService(database: database).orders(of: "default")
        where order.state == "created" && !billed.contains(order.number) {
            let taka = Int(order.amount.poisha / 100)
            try await startInvoice("B-\(order.orderId)", net: taka, vendor: "V-1", order: order.number)
            billed.insert(order.number)
        }
        undecided.shuffle(using: &random)
    }

    private func startInvoice(_ id: String, net: Int, vendor: String, order: String?) async throws {
        let vat = net * 15 / 100
        let today = try LocalDate(inDhaka: Date())
        let due = try today.adding(days: 30)
        let number = order.map { #""poNumber": "\#($0)","# } ?? ""
        let json = """
            {"invoiceId": "\(id)", "invoiceNumber": "N-\(id)", "vendorId": "\(vendor)", "vendorName": "v",
            "invoiceDate": "\(today)", "dueDate": "\(due)", "amount": "\(net)",
            "vatAmount": "\(vat)", "totalAmount": "\(net + vat)", "currency": "BDT", \(number)
            "department": "operations", "submittedBy": "rahim",
            "lineItems": [{"description": "P", "quantity": 1, "unitPrice": "\(net)", "amount": "\(net)"}]}
            """
        _ = try await client.start(
            InvoiceApproval.self,
            id: WorkflowID(id),
            taskQueue: ERPPack.taskQueue,
            input: try JSONDecoder().decode(InvoiceInput.self, from: Data(json.utf8)),
            // Whoever does not know whether it was taken asks again.
            options: WorkflowStartOptions(requestID: "start-\(id)")
        )
        invoices.append(id)
        undecided.append(Word(workflow: id, about: "accounts_payable", person: "jamal"))
        if net + vat > 100_000 { undecided.append(Word(workflow: id, about: "department_head", person: "karim")) }
    }

    /// People who began already. There are workstations for a few: the others wait for somebody from IT. Every fifth offer
    /// is withdrawn at some moment.
    func startOnboardings(_ count: Int) async throws {
        for number in 1...count {
            let id = "E-\(number)"
            _ = try await client.start(
                EmployeeOnboarding.self,
                id: WorkflowID(id),
                taskQueue: ERPPack.taskQueue,
                input: EmployeeOnboardingInput(
                    employeeId: id,
                    name: "Shirin Akhter",
                    email: "e\(number)@home.example",
                    phone: try MobileNumber("01711000001"),
                    nid: try NID("1234567890"),
                    department: "operations",
                    position: "Engineer",
                    startDate: try LocalDate(inDhaka: Date()).adding(days: -1),
                    managerId: "karim",
                    hrManagerId: "salma",
                    location: "Dhaka"
                )
            )
            newcomers.append(id)
            for task in ["assign-workstation", "benefits-enrollment", "create-badge"] {
                undecided.append(Word(workflow: id, about: task, person: "salma", isTodo: true))
            }
            if number % 5 == 0 { withdrawals.append(id) }
        }
        undecided.shuffle(using: &random)
    }

    /// Kills workers, each after a random number of history rows, while people decide and what was ordered is billed, until so
    /// many have died of it at work: after they had done something that only workers do. Then one more worker finishes the
    /// rest.
    /// - Returns: how many died at work, and of how many.
    func work(through kills: Int) async throws -> (killed: Int, starts: Int) {
        var (killed, starts) = (0, 0)
        while killed < kills, starts < 4 * kills {
            starts += 1
            let done = try await effects()
            let worker = try WorkerProcess(store: store, log: log)
            let target = try await rows() + Int.random(in: 1...120, using: &random)
            let end = ContinuousClock.now + .seconds(5)
            while ContinuousClock.now < end {
                let (written, worked) = try await (rows(), effects())
                if written >= target, worked > done { break }
                for _ in 0..<2 { try await sayOne() }
                try await Task.sleep(for: .milliseconds(1))
            }
            let isWorking = try await effects() > done
            if worker.killNow(), isWorking { killed += 1 }
            try await billOrders()
            await withdrawOne()
            for _ in 0..<3 { try await sayOne() }
        }
        while !undecided.isEmpty { try await sayOne() }
        let last = try WorkerProcess(store: store, log: log)
        let end = ContinuousClock.now + .seconds(150)
        while try await running() > 0, ContinuousClock.now < end { try await Task.sleep(for: .milliseconds(50)) }
        #expect(last.stop() == 0)
        return (killed, starts)
    }

    /// What the steps of workers have written: nobody else writes here.
    private func effects() async throws -> Int {
        let count = """
            SELECT (SELECT count(*) FROM erp_outbox) + (SELECT count(*) FROM erp_task) + (SELECT count(*) FROM erp_audit)
            + (SELECT count(*) FROM erp_budget_reservation) + (SELECT count(*) FROM erp_invoice)
            """
        return try await database.look { Int(try $0.query(count).first?.integer(0) ?? 0) }
    }

    private func rows() async throws -> Int {
        try await database.look { Int(try $0.query("SELECT count(*) FROM history").first?.integer(0) ?? 0) }
    }

    func running() async throws -> Int {
        try await engine.service.countWorkflows(ListWorkflowsRequest())[.running, default: 0]
    }

    /// One thing that somebody says; every tenth decision is a rejection. It counts as acknowledged when the call returns.
    func sayOne() async throws {
        guard let next = undecided.popLast() else { return }
        do {
            try await say(next)
        } catch {
            // Whoever does not know whether it was heard says it again.
            undecided.append(next)
            throw error
        }
    }

    private func say(_ next: Word) async throws {
        let words = "\(next.workflow)/\(next.about)"
        let handle = client.handle(PurchaseOrderApproval.self, id: WorkflowID(next.workflow))
        do {
            if next.isTodo {
                let handle = client.handle(EmployeeOnboarding.self, id: WorkflowID(next.workflow))
                return try await handle.signal(
                    \.completeTask,
                    TaskCompletion(taskId: next.about, completedBy: next.person),
                    requestID: words
                )
            }
            if next.isRejected {
                try await handle.signal(
                    \.reject,
                    RejectionSignal(approver: next.person, reason: words),
                    requestID: words
                )
            } else {
                try await handle.signal(
                    \.approve,
                    ApprovalSignal(approver: next.person, comments: words),
                    requestID: words
                )
            }
            acknowledged.append((next.workflow, words))
        } catch let error as WorkflowServiceError where error.code == .workflowClosed {
            // The run closed before it came: rejected by the other level, or for lack of budget.
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
