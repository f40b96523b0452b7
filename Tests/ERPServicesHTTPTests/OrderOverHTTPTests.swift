import Database
import Foundation
import Logging
import Synchronization
import Testing
import WorkflowAPI
import WorkflowRuntime
import WorkflowTesting

@testable import ERPServicesHTTP
@testable import ERPWorkflows

/// Orders of a company whose vendors and users are elsewhere: the file knows neither.
@Suite(.serialized) struct OrderOverHTTPTests {
    private static func user(_ id: String, _ department: String, _ role: String? = nil) -> String {
        """
        {"id": "\(id)", "name": "\(id)", "email": "\(id)@example.com", "department": "\(department)",
         "roles": [\(role.map { "\"\($0)\"" } ?? "")], "isActive": true}
        """
    }

    /// Master data and directory in one.
    private static func master(_ request: LocalService.Request) -> LocalService.Reply {
        let users = [
            "rahim": user("rahim", "operations"), "karim": user("karim", "operations", "department_head"),
            "nasrin": user("nasrin", "finance", "finance"),
        ]
        switch request.line {
        case "GET /vendors/V-1": return .json(vendorJSON)
        case let line where line.hasPrefix("GET /users?role="):
            return .json("{\"items\": [\(users.values.sorted().joined(separator: ","))]}")
        case let line where line.hasPrefix("GET /users/"):
            return users[String(line.dropFirst(11))].map { .json($0) } ?? .json("{}", 404)
        case "POST /notifications": return .answer(204, "")
        default: return .json("{}", 404)
        }
    }

    private func withCompany(
        _ services: ERPServices,
        _ body: (TimeSkippingEnvironment, SQLiteDatabase) async throws -> Void
    ) async throws {
        let directory = FileManager.default.temporaryDirectory.appending(path: "erp-http-\(UUID())")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        let database = try SQLiteDatabase(path: directory.appending(path: "erp.db").path, mode: .createIfMissing)
        defer { database.close() }
        try await ERPPack.prepare(database)
        let seed = SeedFile(
            namespaces: [
                SeedNamespace(
                    name: "default",
                    users: [],
                    vendors: [],
                    budgets: [SeedBudget(department: "operations", allocated: Money(taka: 500_000))],
                    approvals: TenantApprovals(actForOthers: true)
                )
            ]
        )
        let start = Timestamp(nanoseconds: 1_795_000_000_000_000_000)
        try await SeedLoader(database: database).load(seed, at: Date(timeIntervalSince1970: 1_795_000_000))
        let environment = try await TimeSkippingEnvironment.on(
            database,
            workflows: ERPPack.workflows,
            activities: ERPPack.activities(database, replacing: services),
            clock: ManualEngineClock(start: start)
        )
        try await body(environment, database)
    }

    private func services(
        _ service: LocalService,
        _ remote: [RemoteService],
        limits: HTTPServiceLimits = HTTPServiceLimits()
    ) throws -> ERPServices {
        let address = try HTTPServiceAddress(service.url)
        return ERPServices(
            over: HTTPServiceConfiguration(
                addresses: Dictionary(uniqueKeysWithValues: remote.map { ($0, address) }),
                limits: limits
            ),
            clock: ManualClock(),
            logger: Logger(label: "test")
        )
    }

    private func order(_ id: String, taka: Int32) -> PurchaseOrderInput {
        PurchaseOrderInput(
            id: id,
            vendorId: "V-1",
            items: [PurchaseOrderItem(productId: "P", quantity: Quantity(1), unitPrice: Money(taka: taka))],
            requestedBy: "rahim",
            department: "operations"
        )
    }

    @Test func `an order is approved by people of a directory elsewhere, for a vendor of master data elsewhere`()
        async throws
    {
        try await withService(Self.master) { service in
            try await withCompany(try services(service, [.masterData, .auth])) { environment, database in
                let handle = try await environment.client.start(
                    PurchaseOrderApproval.self,
                    id: "A",
                    taskQueue: environment.taskQueue,
                    input: order("A", taka: 150_000)
                )
                try await environment.settle()
                #expect(try await handle.query(\.status) == .awaitingDepartmentApproval)
                for person in ["rahim", "karim", "nasrin"] {
                    try await handle.signal(\.approve, ApprovalSignal(approver: person))
                    try await environment.settle()
                }
                let result = try await environment.result(of: handle)
                #expect(result.status == .completed && result.poNumber == "PO-FY2026-27-00001")
                #expect(result.approvalHistory.map(\.outcome) == [.refused, .approved, .approved])
                let outbox = try await SQLNotificationService(database: database).outbox(of: "default")
                #expect(outbox.contains { $0.recipient == "karim" && $0.address == "karim@example.com" })
                #expect(outbox.contains { $0.address == "v1@example.com" }, "the vendor was told at its address")
                let budget = try await SQLBudgetService(database: database).budgets(of: "default")
                #expect(budget[0].committed == Money(taka: 150_000) && budget[0].reserved == .zero)
            }
            let lines = Set(service.requests.map(\.line))
            #expect(lines.isSuperset(of: ["GET /vendors/V-1", "GET /users/karim", "GET /users?role=department_head"]))
            let run = try #require(service.requests.first?.headers["x-request-id"]?.split(separator: "/").first)
            for request in service.requests {
                #expect(request.headers["x-request-id"]?.hasPrefix("\(run)/") == true)
                #expect(request.headers["x-tenant-id"] == "default")
            }
        }
    }

    @Test func `an order outlives a service that is down, and every attempt asks under the same id`() async throws {
        let failures = Mutex(7)
        let isDown: @Sendable () -> Bool = {
            failures.withLock { left in
                left -= 1
                return left >= 0
            }
        }
        let limits = HTTPServiceLimits(attempts: 2, failureThreshold: 100)
        try await withService({ request in
            request.line == "GET /vendors/V-1" && isDown() ? .answer(503, "") : Self.master(request)
        }) { service in
            let remote = try services(service, [.masterData, .auth, .notification], limits: limits)
            try await withCompany(remote) { environment, database in
                let handle = try await environment.client.start(
                    PurchaseOrderApproval.self,
                    id: "A",
                    taskQueue: environment.taskQueue,
                    input: order("A", taka: 40_000)
                )
                #expect(try await environment.result(of: handle).status == .completed)
                #expect(try await SQLNotificationService(database: database).outbox(of: "default").isEmpty)
            }
            let asked = service.requests.filter { $0.line == "GET /vendors/V-1" }
            #expect(asked.count == 8)
            #expect(Set(asked.map { $0.headers["x-request-id"] }).count == 1)
            let told = service.requests.filter { $0.line == "POST /notifications" }
            #expect(!told.isEmpty && told.allSatisfy { $0.headers["idempotency-key"] != nil })
            #expect(Set(told.map { $0.headers["idempotency-key"] }).count == told.count)
        }
    }

    @Test func `a vendor that the service does not know is known to nobody`() async throws {
        try await withService({ $0.line.hasPrefix("GET /vendors") ? .json("{}", 404) : Self.master($0) }) { service in
            try await withCompany(try services(service, [.masterData, .auth])) { environment, _ in
                let handle = try await environment.client.start(
                    PurchaseOrderApproval.self,
                    id: "A",
                    taskQueue: environment.taskQueue,
                    input: order("A", taka: 40_000)
                )
                let result = try await environment.result(of: handle)
                #expect(result.status == .rejected)
                #expect(result.reason?.contains("vendor V-1 is not known") == true)
            }
        }
    }

    @Test func `only what needs a service elsewhere is no exactly-once step any more, under the same name`()
        async throws
    {
        let directory = FileManager.default.temporaryDirectory.appending(path: "erp-http-\(UUID())")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        let database = try SQLiteDatabase(path: directory.appending(path: "erp.db").path, mode: .createIfMissing)
        defer { database.close() }
        func steps(_ remote: [RemoteService]) throws -> [String: Bool] {
            let address = try HTTPServiceAddress("http://127.0.0.1:1")
            let addresses = Dictionary(uniqueKeysWithValues: remote.map { ($0, address) })
            let services = ERPServices(
                over: HTTPServiceConfiguration(addresses: addresses),
                logger: Logger(label: "test")
            )
            let all = ERPPack.activities(database, replacing: services).flatMap(\.activities)
            #expect(Set(all.map(\.name)).count == all.count)
            return Dictionary(uniqueKeysWithValues: all.map { ($0.name, $0.isTransactional) })
        }
        let local = try steps([])
        func changed(_ remote: RemoteService) throws -> Set<String> {
            let names = try steps([remote])
            #expect(Set(names.keys) == Set(local.keys))
            return Set(names.filter { local[$0.key] == true && !$0.value }.keys)
        }
        #expect(try changed(.masterData).isEmpty)
        #expect(try changed(.auth) == ["announceApproval", "notifyAboutInvoice"])
        #expect(
            try changed(.notification) == ["announceApproval", "notify", "withdrawNotification", "notifyAboutInvoice"]
        )
        #expect(
            try changed(.budget) == [
                "reserveBudget", "releaseBudget", "createPurchaseOrder", "reserveInvoiceBudget", "releaseInvoiceBudget",
                "postInvoice",
            ]
        )
        #expect(try changed(.purchasing) == ["createPurchaseOrder", "cancelPurchaseOrder"])
        #expect(try changed(.invoice) == ["registerInvoice", "matchInvoice", "endInvoice", "postInvoice"])
        #expect(try changed(.payment) == ["postInvoice"] && changed(.ledger) == ["postInvoice"])
        #expect(try changed(.audit) == ["recordAudit", "recordInvoiceAudit"])
        #expect(
            try changed(.identity) == ["createUserAccount", "disableUserAccount", "createMailbox", "closeMailbox"]
        )
        #expect(try changed(.asset) == ["assignWorkstation", "returnWorkstation"])
        #expect(try changed(.access) == ["issueBadge", "revokeBadge"])
        #expect(try changed(.benefits) == ["enrolInBenefits", "endBenefits"])
        #expect(try changed(.calendar) == ["bookOrientation", "cancelOrientation"])
        #expect(try changed(.mentoring) == ["assignMentor", "endMentoring"])
    }
}
