import Database
import Foundation
import WorkflowAPI
import WorkflowRuntime

@testable import ERPWorkflows

/// The books of a company on a database of its own, without workflows: for tests of the services.
struct Books: Sendable {
    let home: TestDatabase
    let tenant: String
    /// 21 November 2026 in Dhaka: FY2026-27-P05.
    static let time = Date(timeIntervalSince1970: 1_795_262_400)

    init(tenant: String = "default", seed: SeedFile = Books.seed) async throws {
        self.tenant = tenant
        home = try await TestDatabase(tenants: seed.namespaces.map(\.name))
        try await SeedLoader(database: home.tables).load(seed, at: Books.time)
    }

    var database: any ApplicationDatabase { home.tables }

    /// The books of another tenant in the same database.
    func of(_ tenant: String) -> Books { Books(home: home, tenant: tenant) }

    private init(home: TestDatabase, tenant: String) {
        self.home = home
        self.tenant = tenant
    }

    func close() { home.close() }

    static let seed = SeedFile(namespaces: [namespace("default"), namespace("other")])

    static func namespace(_ name: String) -> SeedNamespace {
        func user(_ id: String, _ department: String, _ roles: [String]) -> SeedUser {
            SeedUser(id: id, name: id, email: "\(id)@example.com", department: department, roles: roles)
        }
        return SeedNamespace(
            name: name,
            users: [
                user("rahim", "operations", []), user("karim", "operations", ["department_head"]),
                user("nasrin", "finance", ["finance", "finance_manager"]), user("salma", "hr", ["department_head"]),
                user("jamal", "finance", ["accounts_payable"]), user("farida", "finance", ["cfo"]),
                user("tariq", "board", ["ceo"]),
            ],
            vendors: [
                vendor("V-1", "Padma Builders", .contractor, tin: "1234567890"),
                vendor("V-2", "Jamuna Cement", .supplier), vendor("V-3", "Meghna Design", .serviceProvider),
                vendor("V-4", "Nobody Knows", nil),
                SeedVendor(
                    id: "V-5",
                    name: "Karnaphuli",
                    email: "v5@example.com",
                    kind: .supplier,
                    active: false,
                    holdReason: "licence expired"
                ),
            ],
            budgets: [SeedBudget(department: "operations", allocated: Money(taka: 20_000_000))],
            // One client sends the decisions of everybody here.
            approvals: TenantApprovals(actForOthers: true, questionDays: 30)
        )
    }

    private static let vendorNames = [
        "V-1": "PADMA  BUILDERS", "V-2": "Jamuna Cement", "V-3": "Meghna Design", "V-4": "Nobody Knows",
        "V-5": "Karnaphuli",
    ]

    private static func vendor(_ id: String, _ name: String, _ kind: VendorKind?, tin: String? = nil) -> SeedVendor {
        SeedVendor(id: id, name: name, email: "\(id)@example.com", kind: kind, tin: tin)
    }

    /// An invoice of one line, or of these, with the figures that it ought to have.
    static func invoice(
        _ id: String,
        number: String? = nil,
        vendor: String = "V-1",
        net: Money,
        po: String? = nil,
        lines: [InvoiceItem]? = nil
    ) throws -> InvoiceInput {
        let taxes = try TaxCalculator()
            .breakdown(net: net, vendorKind: .supplier, invoiceDate: try LocalDate("2026-11-20"))
        return InvoiceInput(
            invoiceId: id,
            invoiceNumber: number ?? "N-\(id)",
            vendorId: vendor,
            vendorName: vendorNames[vendor] ?? vendor,
            invoiceDate: try LocalDate("2026-11-20"),
            dueDate: try LocalDate("2026-12-20"),
            amount: net,
            vatAmount: taxes.vat.amount,
            totalAmount: taxes.total,
            poNumber: po,
            department: "operations",
            submittedBy: "rahim",
            lineItems: try lines ?? [item("work", 1, net)]
        )
    }

    static func item(_ description: String, _ quantity: Int32, _ price: Money) throws -> InvoiceItem {
        let quantity = Quantity(quantity)
        return InvoiceItem(
            description: description,
            quantity: quantity,
            unitPrice: price,
            amount: try price.times(quantity)
        )
    }

    func key(_ id: String, run: String? = nil) -> InvoiceKey {
        InvoiceKey(tenant: tenant, invoiceId: id, workflowId: "w-\(id)", runId: run ?? "r-\(id)")
    }

    func registration(_ input: InvoiceInput, run: String? = nil) -> InvoiceRegistration {
        InvoiceRegistration(invoice: key(input.invoiceId, run: run), input: input, time: Books.time)
    }

    func register(_ input: InvoiceInput, run: String? = nil) async throws -> InvoiceAnswer {
        try await invoices.register(registration(input, run: run))
    }

    func reserve(_ input: InvoiceInput, run: String? = nil) async throws -> BudgetAnswer {
        try await budget.reserve(
            InvoiceBudgetRequest(
                invoice: key(input.invoiceId, run: run),
                department: input.department,
                fiscalYear: FiscalYear(containing: input.invoiceDate),
                amount: input.amount,
                poNumber: input.poNumber,
                time: Books.time
            )
        )
    }

    func posting(_ input: InvoiceInput, kind: VendorKind = .contractor, run: String? = nil) throws
        -> InvoicePostingRequest
    {
        InvoicePostingRequest(
            invoice: key(input.invoiceId, run: run),
            invoiceNumber: input.invoiceNumber,
            vendorId: input.vendorId,
            vendorName: input.vendorName,
            vendorKind: kind,
            department: input.department,
            taxes: try TaxCalculator()
                .breakdown(net: input.amount, vendorKind: kind, invoiceDate: input.invoiceDate),
            dueDate: input.dueDate,
            accounts: .standard,
            time: Books.time
        )
    }

    func end(_ input: InvoiceInput, _ state: InvoiceState = .rejected, run: String? = nil) async throws {
        try await budget.release(key(input.invoiceId, run: run), at: Books.time)
        try await invoices.end(
            InvoiceEnding(registration: registration(input, run: run), state: state, reason: "why not")
        )
    }

    /// Makes an order of these lines: reserved, committed, numbered.
    func order(_ id: String, vendor: String = "V-1", _ items: [PurchaseOrderItem]) async throws -> String {
        let key = OrderKey(tenant: tenant, orderId: id, workflowId: id, runId: id)
        let amount = try items.reduce(Money.zero) { try $0.adding(try $1.amount()) }
        let year = FiscalYear(containing: Books.time)
        let service = SQLBudgetService(database: database)
        let answer = try await service.reserve(
            BudgetRequest(order: key, department: "operations", fiscalYear: year, amount: amount, time: Books.time)
        )
        guard answer.isReserved else { throw BooksError(description: answer.reason ?? "") }
        try await service.commit(key, at: Books.time)
        return try await SQLPurchasingService(database: database).create(
            PurchaseOrderRequest(
                order: key,
                fiscalYear: year,
                vendorId: vendor,
                department: "operations",
                requestedBy: "rahim",
                items: items,
                amount: amount,
                time: Books.time
            )
        )
    }

    func sql(_ statement: String) async throws { try await home.sql(statement) }

    func number(_ query: String) async throws -> Int64 {
        try await database.look { try $0.query(query, []).first?.integer(0) ?? -1 }
    }

    /// What must hold whatever has happened, looked up in the tables themselves. Gives what does not.
    func problems() async throws -> [String] {
        let rules: [(String, String)] = [
            ("the ledger does not balance", "SELECT coalesce(sum(debit) - sum(credit), 0) FROM erp_journal_line"),
            (
                "an entry does not balance",
                """
                SELECT count(*) FROM (SELECT 1 FROM erp_journal_line GROUP BY tenant, entry_id
                HAVING sum(debit) <> sum(credit)) wrong
                """
            ),
            (
                "an entry has no lines",
                "SELECT count(*) FROM erp_journal j WHERE NOT EXISTS (SELECT 1 FROM erp_journal_line l WHERE l.tenant = j.tenant AND l.entry_id = j.entry_id)"
            ),
            ("a draft is left", "SELECT count(*) FROM erp_journal_draft"),
            ("a payable is wrong", "SELECT count(*) FROM erp_payment WHERE payable <> net + vat - withheld"),
            (
                "an invoice is paid twice",
                "SELECT count(*) - count(DISTINCT tenant || '/' || invoice_id) FROM erp_payment"
            ),
            (
                "a payment has no certificate",
                "SELECT (SELECT count(*) FROM erp_payment) - (SELECT count(*) FROM erp_withholding_certificate)"
            ),
            (
                "a payment is of no approved invoice",
                "SELECT count(*) FROM erp_payment p JOIN erp_invoice i USING (tenant, invoice_id, run_id) WHERE i.state <> 'approved'"
            ),
            (
                "an approved invoice has no payment",
                "SELECT (SELECT count(*) FROM erp_invoice WHERE state = 'approved') - (SELECT count(*) FROM erp_payment)"
            ),
            (
                "a budget is overdrawn",
                "SELECT count(*) FROM erp_budget WHERE reserved < 0 OR committed < 0 OR spent < 0 OR reserved + committed + spent > allocated"
            ),
            (
                "what is spent is not what was paid",
                "SELECT (SELECT coalesce(sum(spent), 0) FROM erp_budget) - (SELECT coalesce(sum(net), 0) FROM erp_payment)"
            ),
            (
                "what is reserved does not follow",
                """
                SELECT (SELECT coalesce(sum(reserved), 0) FROM erp_budget)
                - (SELECT coalesce(sum(amount), 0) FROM erp_budget_reservation WHERE state = 'reserved')
                - (SELECT coalesce(sum(amount), 0) FROM erp_budget_charge WHERE state = 'reserved')
                """
            ),
            (
                "what is committed does not follow",
                """
                SELECT (SELECT coalesce(sum(committed), 0) FROM erp_budget)
                - (SELECT coalesce(sum(amount - consumed - freed), 0) FROM erp_budget_reservation
                WHERE state = 'committed')
                """
            ),
        ]
        var problems: [String] = []
        for (problem, query) in rules where try await number(query) != 0 { problems.append(problem) }
        return problems
    }

    var invoices: SQLInvoiceService { SQLInvoiceService(database: database) }
    var budget: SQLInvoiceBudgetService { SQLInvoiceBudgetService(database: database) }
    var ledger: SQLLedgerService { SQLLedgerService(database: database) }
    var payments: SQLPaymentService { SQLPaymentService(database: database) }
    var withholding: SQLWithholdingService { SQLWithholdingService(database: database) }
    var postings: SQLInvoicePosting { SQLInvoicePosting(database: database) }

    var operations: Budget {
        get async throws {
            let all = try await SQLBudgetService(database: database).budgets(of: tenant)
            return all[0]
        }
    }
}

/// Something that a test needs could not be made.
struct BooksError: Error, CustomStringConvertible {
    var description: String
}
