import Database
import Foundation
import WorkflowAPI
import WorkflowRuntime
import WorkflowTesting

@testable import ERPWorkflows

/// A company on a database of its own, and an environment in which its orders run while time is skipped.
struct Company: Sendable {
    let home: TestDatabase
    let environment: TimeSkippingEnvironment
    static let time = Date(timeIntervalSince1970: 1_795_000_000)

    init(
        policy: ApprovalPolicy? = nil,
        replaced: [ActivityRegistration] = [],
        also workflows: [WorkflowRegistration] = [],
        cacheRuns: Bool = false
    ) async throws {
        home = try await TestDatabase(tenants: ["other"])
        let database = home.tables
        var seed = Company.seed
        seed.namespaces[0].purchaseOrderPolicy = policy
        try await SeedLoader(database: database).load(seed, at: Company.time)
        let names = Set(replaced.map(\.name))
        let activities = ERPPack.activities(database).flatMap(\.activities).filter { !names.contains($0.name) }
        environment = try await home.environment(
            workflows: ERPPack.workflows + workflows,
            activities: activities + replaced,
            cacheRuns: cacheRuns,
            clock: ManualEngineClock(start: Timestamp(nanoseconds: 1_795_000_000_000_000_000))
        )
    }

    var database: any ApplicationDatabase { home.tables }

    func close() { home.close() }

    static let seed = SeedFile(
        namespaces: [
            SeedNamespace(
                name: "default",
                users: [
                    user("rahim", "operations", []), user("karim", "operations", ["department_head"]),
                    user("nasrin", "finance", ["finance"]), user("salma", "hr", ["department_head"]),
                ],
                vendors: [
                    SeedVendor(id: "V-1", name: "Padma Cement", email: "v1@example.com"),
                    SeedVendor(
                        id: "V-2",
                        name: "Jamuna",
                        email: "v2@example.com",
                        active: false,
                        holdReason: "expired"
                    ),
                ],
                budgets: [SeedBudget(department: "operations", allocated: Money(taka: 500_000))],
                // One client sends the decisions of everybody here; tests of logins are strict.
                approvals: TenantApprovals(actForOthers: true, questionDays: 30)
            )
        ]
    )

    private static func user(_ id: String, _ department: String, _ roles: [String]) -> SeedUser {
        SeedUser(id: id, name: id, email: "\(id)@example.com", department: department, roles: roles)
    }

    func order(_ id: String, taka: Int32, vendor: String = "V-1") -> PurchaseOrderInput {
        PurchaseOrderInput(
            id: id,
            vendorId: vendor,
            items: [PurchaseOrderItem(productId: "P", quantity: Quantity(1), unitPrice: Money(taka: taka))],
            requestedBy: "rahim",
            department: "operations"
        )
    }

    func start(_ input: PurchaseOrderInput, id: String? = nil) async throws -> WorkflowHandle<PurchaseOrderApproval> {
        try await environment.client.start(
            PurchaseOrderApproval.self,
            id: WorkflowID(id ?? input.id),
            taskQueue: environment.taskQueue,
            input: input
        )
    }

    func result(_ handle: WorkflowHandle<PurchaseOrderApproval>) async throws -> PurchaseOrderResult {
        try await environment.result(of: handle)
    }

    var budget: Budget {
        get async throws {
            let all = try await SQLBudgetService(database: database).budgets(of: "default")
            return all[0]
        }
    }

    var orders: [PurchaseOrderRecord] {
        get async throws { try await SQLPurchasingService(database: database).orders(of: "default") }
    }

    var outbox: [NotificationMessage] {
        get async throws { try await SQLNotificationService(database: database).outbox(of: "default") }
    }

    var audit: [AuditEntry] {
        get async throws { try await SQLAuditService(database: database).entries(of: "default") }
    }
}
