#if PostgreSQL
import Database
import Foundation
import PostgresServer
import TestDatabases
import Testing
import WorkflowAPI

@testable import ERPWorkflows

/// Two processes on one PostgreSQL database, each with four transactions at once on the same rows: they run serializable, and
/// those that lose run again.
@Suite(.serialized, .enabled(if: PostgresServer.isAvailable, Comment(rawValue: PostgresServer.unavailable)))
struct ConcurrentProcessTests {
    private func atOnce<R: Sendable>(
        _ books: Books,
        _ body: @escaping @Sendable (PostgresDatabase, _ number: Int) async throws -> R
    ) async throws -> [R] {
        let first = try #require(books.database as? PostgresDatabase)
        let name = try await first.query("SELECT current_database()::text").text(0, 0)
        let second = try PostgresStores.database(try PostgresServer.shared, name)
        let results = try await withThrowingTaskGroup(of: R.self) { group in
            for number in 0..<8 {
                group.addTask { try await body(number % 2 == 0 ? first : second, number) }
            }
            return try await group.reduce(into: [R]()) { $0.append($1) }
        }
        await second.close()
        return results
    }

    private func makeBooks(budget: Int32 = 20_000_000) async throws -> Books {
        var seed = Books.seed
        seed.namespaces[0].budgets = [SeedBudget(department: "operations", allocated: Money(taka: budget))]
        return try await DatabaseKind.$current.withValue(.postgres) { [seed] in try await Books(seed: seed) }
    }

    @Test func `a budget for three of eight orders is given to three, and five are told why not`() async throws {
        let books = try await makeBooks(budget: 100_000)
        defer { books.close() }
        let answers = try await atOnce(books) { database, number in
            try await SQLBudgetService(database: database).reserve(
                BudgetRequest(
                    order: OrderKey(
                        tenant: "default",
                        orderId: "\(number)",
                        workflowId: "w\(number)",
                        runId: "r\(number)"
                    ),
                    department: "operations",
                    fiscalYear: FiscalYear(containing: Books.time),
                    amount: Money(taka: 30_000),
                    time: Books.time
                )
            )
        }
        #expect(answers.count(where: \.isReserved) == 3)
        #expect(answers.filter { !$0.isReserved }.allSatisfy { $0.reason?.contains("available BDT 10,000.00") == true })
        #expect(try await books.operations.reserved == Money(taka: 90_000))
        #expect(try await books.problems() == [])
    }

    @Test func `orders, entries and badges at once are numbered without gaps, and the trail is one chain`() async throws
    {
        let books = try await makeBooks()
        defer { books.close() }
        let numbers = try await atOnce(books) { database, number in
            let key = OrderKey(tenant: "default", orderId: "\(number)", workflowId: "w\(number)", runId: "r\(number)")
            return try await database.transact { tx in
                let order = try SQLPurchasingService.create(
                    PurchaseOrderRequest(
                        order: key,
                        fiscalYear: FiscalYear(containing: Books.time),
                        vendorId: "V-1",
                        department: "operations",
                        requestedBy: "rahim",
                        items: [PurchaseOrderItem(productId: "P", quantity: Quantity(1), unitPrice: Money(taka: 1))],
                        amount: Money(taka: 1),
                        time: Books.time
                    ),
                    in: tx
                )
                let line = Money(taka: 5)
                let entry = try SQLLedgerService.post(
                    JournalEntry(
                        tenant: "default",
                        source: "test",
                        sourceId: "\(number)",
                        date: try LocalDate("2026-11-21"),
                        text: "t",
                        lines: [
                            JournalLine(account: "5100", debit: line, credit: .zero, text: "a"),
                            JournalLine(account: "2110", debit: .zero, credit: line, text: "b"),
                        ],
                        time: Books.time
                    ),
                    in: tx
                )
                try SQLAuditService.record(
                    AuditEntry(
                        tenant: "default",
                        key: "k\(number)",
                        time: Books.time,
                        entity: "order",
                        entityId: order,
                        action: "tested",
                        actor: "system",
                        details: entry
                    ),
                    in: tx
                )
                return order
            }
        }
        #expect(numbers.sorted() == (1...8).map { "PO-FY2026-27-0000\($0)" })
        #expect(
            try await books.ledger.entries(of: "default").map(\.entryId) == (1...8).map { "JV-FY2026-27-0000\($0)" }
        )
        let audit = SQLAuditService(database: books.database)
        #expect(try await audit.entries(of: "default").count == 8)
        #expect(try await audit.verify("default") == [])
        #expect(try await books.problems() == [])
    }

    @Test func `one invoice that eight runs want is in the hands of one, and messages are sent once`() async throws {
        let books = try await makeBooks()
        defer { books.close() }
        let input = try Books.invoice("A", net: Money(taka: 1_000))
        let answers = try await atOnce(books) { database, number in
            try await SQLNotificationService(database: database).send([
                NotificationMessage(
                    tenant: "default",
                    key: "same",
                    recipient: "rahim",
                    address: "rahim@example.com",
                    kind: "test",
                    subject: "s",
                    body: "b",
                    time: Books.time
                )
            ])
            return try await SQLInvoiceService(database: database).register(
                books.registration(input, run: "r\(number)")
            )
        }
        #expect(answers.count(where: \.isRegistered) == 1)
        #expect(answers.filter { !$0.isRegistered }.allSatisfy { $0.reason?.hasPrefix("duplicate: ") == true })
        #expect(try await SQLNotificationService(database: books.database).outbox(of: "default").count == 1)
        #expect(try await books.number("SELECT count(*) FROM erp_delivery") == 1)
    }
}
#endif
