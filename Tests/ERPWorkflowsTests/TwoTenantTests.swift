import Database
import Foundation
import Testing
import WorkflowAPI
import WorkflowRuntime
import WorkflowTesting

@testable import ERPWorkflows

/// Two companies on one database, with the same people, vendors and documents by the same ids, at work at the same time.
@Suite(.serialized, .onEveryDatabase) struct TwoTenantTests {
    private static let tenants = ["default", "other"]

    /// A tenant's side of the database, as its services show it.
    private struct Side: Equatable {
        var orders: [String]
        var invoices: [String]
        var payments: [String]
        var entries: [String]
        var tax: [String]
        var employees: [String]
        var tasks: [String]
        var audit: [String]
        var outbox: Set<String>
        var budget: String

        init(_ database: any ApplicationDatabase, _ tenant: String) async throws {
            orders = try await SQLPurchasingService(database: database).orders(of: tenant)
                .map { "\($0.number) \($0.orderId) \($0.amount.text) \($0.requestedBy)" }
            invoices = try await SQLInvoiceService(database: database).invoices(of: tenant)
                .map { "\($0.invoice.invoiceId) \($0.state.rawValue) \($0.net.text)" }
            payments = try await SQLPaymentService(database: database).payments(of: tenant)
                .map { "\($0.paymentId) \($0.invoiceId) \($0.payable.text)" }
            entries = try await SQLLedgerService(database: database).entries(of: tenant)
                .map { "\($0.entryId) \($0.entry.sourceId) \($0.entry.lines.map(\.debit.text))" }
            let period = try #require(FiscalPeriod("FY2026-27-P05"))
            tax = try await SQLWithholdingService(database: database).totals(of: tenant, in: period)
                .map { "\($0.vendorId) \($0.vat.text) \($0.invoices)" }
            employees = try await SQLEmployeeService(database: database).employees(of: tenant)
                .map { "\($0.employee.employeeId) \($0.name) \($0.state.rawValue)" }
            let service = SQLHumanTaskService(database: database)
            var all: [HumanTask] = []
            for id in ["PO-1", "INV-1", "E-1"] { all += try await service.tasks(ofWorkflow: id, in: tenant) }
            tasks = all.map { "\($0.number) \($0.key.task) \($0.state.rawValue) \($0.closedBy ?? "-")" }
            audit = try await SQLAuditService(database: database).entries(of: tenant)
                .map { "\($0.entity) \($0.entityId) \($0.action) \($0.actor)" }
            outbox = Set(
                try await SQLNotificationService(database: database).outbox(of: tenant)
                    .map { "\($0.kind) \($0.recipient) \($0.address)" }
            )
            let budget = try await SQLBudgetService(database: database).budgets(of: tenant)[0]
            self.budget = "\(budget.allocated.text) \(budget.committed.text) \(budget.spent.text)"
        }
    }

    private func payables() async throws -> Payables {
        var seed = Books.seed
        for index in seed.namespaces.indices {
            let tenant = seed.namespaces[index].name
            seed.namespaces[index].people = Company.people
            // The same ids, but mail goes elsewhere and the other company's limits are lower.
            for user in seed.namespaces[index].users?.indices ?? 0..<0 {
                seed.namespaces[index].users?[user].email += ".\(tenant)"
            }
            if tenant == "other" {
                seed.namespaces[index].purchaseOrderPolicy = ApprovalPolicy(financeAbove: Money(taka: 60_000))
            }
        }
        return try await Payables(seed: seed)
    }

    private func client(_ payables: Payables, _ tenant: String) -> WorkflowClient {
        WorkflowClient(
            service: payables.environment.client.service,
            namespace: Namespace(tenant),
            identity: "test",
            makeID: { UUID().uuidString }
        )
    }

    private func start(_ payables: Payables, _ tenant: String, taka: Int32) async throws {
        let (client, queue) = (client(payables, tenant), payables.environment.taskQueue)
        _ = try await client.start(
            PurchaseOrderApproval.self,
            id: "PO-1",
            taskQueue: queue,
            input: PurchaseOrderInput(
                id: "PO-1",
                vendorId: "V-1",
                items: [PurchaseOrderItem(productId: "P", quantity: Quantity(1), unitPrice: Money(taka: taka))],
                requestedBy: "rahim",
                department: "operations"
            )
        )
        let invoice = try Books.invoice("INV-1", net: Money(taka: taka / 10))
        _ = try await client.start(InvoiceApproval.self, id: "INV-1", taskQueue: queue, input: invoice)
        let newcomer = try Company.newcomer(
            name: tenant == "other" ? "Nadia Khan" : "Shirin Akhter",
            start: "2026-11-01"
        )
        _ = try await client.start(EmployeeOnboarding.self, id: "E-1", taskQueue: queue, input: newcomer)
    }

    private func approve(_ payables: Payables, _ tenant: String, _ workflow: WorkflowID, _ person: String) async throws
    {
        try await client(payables, tenant).handle(InvoiceApproval.self, id: workflow)
            .signal(\.approve, ApprovalSignal(approver: person))
        try await payables.environment.settle()
    }

    @Test func `all three workflows of two tenants with the same ids see nothing of each other`() async throws {
        let payables = try await payables()
        defer { payables.close() }
        let database = payables.books.database
        try await payables.makeNamespace("other")
        for (tenant, taka) in zip(Self.tenants, [70_000, 80_000] as [Int32]) {
            try await start(payables, tenant, taka: taka)
        }
        try await payables.environment.settle()
        let before = try await Side(database, "other")
        // One level of each document, and the seven of the colleague.
        #expect(before.tasks.count == 9)
        #expect(before.audit.isEmpty && before.payments.isEmpty)

        // The first company finishes everything; of the second nothing moves.
        try await approve(payables, "default", "PO-1", "karim")
        try await approve(payables, "default", "INV-1", "jamal")
        try await approve(payables, "default", "E-1", "salma")
        #expect(try await Side(database, "other") == before)
        let first = try await Side(database, "default")
        #expect(first.orders == ["PO-FY2026-27-00001 PO-1 70000.00 rahim"])
        #expect(first.invoices == ["INV-1 approved 7000.00"] && first.payments.count == 1 && first.entries.count == 1)
        #expect(first.tax == ["V-1 1050.00 1"] && first.employees == ["E-1 Shirin Akhter active"])
        #expect(first.audit.count == 3 && first.outbox.allSatisfy { !$0.hasSuffix(".other") })

        // The second company decides by its own rules, which want finance as well, and gets numbers of its own.
        try await approve(payables, "other", "PO-1", "karim")
        #expect(try await Side(database, "other").orders == [])
        try await approve(payables, "other", "PO-1", "nasrin")
        try await approve(payables, "other", "INV-1", "jamal")
        try await approve(payables, "other", "E-1", "salma")
        #expect(try await Side(database, "default") == first)
        let second = try await Side(database, "other")
        #expect(second.orders == ["PO-FY2026-27-00001 PO-1 80000.00 rahim"])
        #expect(second.payments.map { $0.prefix(25) } == first.payments.map { $0.prefix(25) })
        #expect(second.tax == ["V-1 1200.00 1"] && second.employees == ["E-1 Nadia Khan active"])
        #expect(second.budget == "20000000.00 80000.00 8000.00" && first.budget == "20000000.00 70000.00 7000.00")
        #expect(second.audit.count == 3 && second.outbox.allSatisfy { !$0.hasSuffix(".default") })
        for tenant in Self.tenants {
            #expect(try await SQLAuditService(database: database).verify(tenant) == [])
        }
        #expect(try await payables.books.problems() == [])
    }

    @Test func `a workflow of another tenant can be neither asked nor told anything`() async throws {
        let payables = try await payables()
        defer { payables.close() }
        try await payables.makeNamespace("other")
        try await start(payables, "default", taka: 70_000)
        try await payables.environment.settle()
        let stranger = client(payables, "other").handle(PurchaseOrderApproval.self, id: "PO-1")
        await #expect(throws: WorkflowServiceError.self) { try await stranger.query(\.status) }
        await #expect(throws: WorkflowServiceError.self) {
            try await stranger.signal(\.approve, ApprovalSignal(approver: "karim"))
        }
        await #expect(throws: WorkflowServiceError.self) { try await stranger.cancel() }
        let empty = try await Side(payables.books.database, "other")
        #expect(empty.tasks.isEmpty && empty.orders.isEmpty && empty.outbox.isEmpty && empty.audit.isEmpty)
        let own = client(payables, "default").handle(PurchaseOrderApproval.self, id: "PO-1")
        #expect(try await own.query(\.status) == .awaitingDepartmentApproval)
        #expect(try await own.query(\.approvalHistory).isEmpty)
    }
}
