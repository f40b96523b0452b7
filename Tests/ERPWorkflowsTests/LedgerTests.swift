import Database
import Foundation
import Testing
import WorkflowAPI
import WorkflowRuntime

@testable import ERPWorkflows

@Suite(.onEveryDatabase) struct LedgerTests {
    private static func draft(_ entry: String, _ line: Int, debit: Int, credit: Int) -> String {
        """
        INSERT INTO erp_journal_draft (tenant, entry_id, line, account, debit, credit, text)
        VALUES ('default', '\(entry)', \(line), '5100', \(debit), \(credit), 't')
        """
    }

    private static func header(_ entry: String, sequence: Int = 1, source: String = "s", how: String = "INSERT")
        -> String
    {
        """
        \(how) INTO erp_journal (tenant, entry_id, fiscal_year, sequence, period, posting_date, source, source_id, text,
        posted_time) VALUES ('default', '\(entry)', 2026, \(sequence), 5, '2026-11-21', '\(source)', 'x', 't', 0)
        """
    }

    /// Ways to insert that try to get around a rule.
    private static var ways: [String] {
        DatabaseKind.current == .sqlite ? ["INSERT", "INSERT OR IGNORE", "INSERT OR REPLACE"] : ["INSERT"]
    }

    private func makeBooks() async throws -> Books {
        let books = try await Books()
        try await books.sql("INSERT INTO erp_account VALUES ('default', '5100', 'n', 'expense')")
        return books
    }

    private func refusal(_ books: Books, _ statement: String) async -> String? {
        do {
            try await books.sql(statement)
            return nil
        } catch let error as StoreError where [.constraint, .unique].contains(error.code) {
            return error.message
        } catch {
            return "other: \(error)"
        }
    }

    @Test func `an entry whose sides differ is not posted, whatever the statement says`() async throws {
        let books = try await makeBooks()
        defer { books.close() }
        for how in Self.ways {
            #expect(await refusal(books, Self.header("J", how: how))?.contains("debits equal its credits") == true)
        }
        try await books.sql(Self.draft("J", 1, debit: 100, credit: 0))
        try await books.sql(Self.draft("J", 2, debit: 0, credit: 99))
        for how in Self.ways {
            #expect(await refusal(books, Self.header("J", how: how))?.contains("debits equal its credits") == true)
        }
        #expect(try await books.number("SELECT count(*) FROM erp_journal_line") == 0)
        try await books.sql(Self.draft("J", 3, debit: 0, credit: 1))
        try await books.sql(Self.header("J"))
        #expect(try await books.number("SELECT count(*) FROM erp_journal_line") == 3)
        #expect(try await books.problems() == [])
    }

    @Test func `a posted entry takes no lines, loses none and changes none`() async throws {
        let books = try await makeBooks()
        defer { books.close() }
        try await books.sql(Self.draft("J", 1, debit: 100, credit: 0))
        try await books.sql(Self.draft("J", 2, debit: 0, credit: 100))
        try await books.sql(Self.header("J"))
        let line = "('default', 'J', 3, '5100', 50, 0, 't')"
        let columns = "(tenant, entry_id, line, account, debit, credit, text)"
        let statements = [
            Self.draft("J", 3, debit: 50, credit: 0), Self.header("K", sequence: 2),
            "UPDATE erp_journal_line SET debit = 50 WHERE line = 1",
            "DELETE FROM erp_journal_line WHERE line = 1", "DELETE FROM erp_journal",
            "UPDATE erp_journal SET posting_date = '2027-01-01'", "UPDATE erp_journal_line SET line = 2 WHERE line = 1",
        ]
        let forced = Self.ways.flatMap { how in
            [
                "\(how) INTO erp_journal_line \(columns) VALUES \(line)",
                "\(how) INTO erp_journal_line \(columns) VALUES ('default', 'J', 1, '5100', 50, 0, 't')",
            ]
        }
        let replacements = [
            "UPDATE OR REPLACE erp_journal_line SET line = 2 WHERE line = 1",
            Self.header("J", how: "INSERT OR REPLACE"), Self.header("K", sequence: 2, how: "INSERT OR REPLACE"),
        ]
        for statement in statements + forced + (DatabaseKind.current == .sqlite ? replacements : []) {
            #expect(await refusal(books, statement) != nil, "\(statement)")
            #expect(try await books.number("SELECT sum(debit) FROM erp_journal_line") == 100)
            #expect(try await books.number("SELECT count(*) FROM erp_journal WHERE entry_id = 'J'") == 1)
            #expect(try await books.problems() == [])
        }
    }

    @Test func `lines are one-sided, positive, on known accounts, and entries are numbered without gaps`() async throws
    {
        let books = try await makeBooks()
        defer { books.close() }
        for (debit, credit) in [(0, 0), (5, 5), (-5, 0), (0, -5)] {
            #expect(await refusal(books, Self.draft("J", 1, debit: debit, credit: credit)) != nil)
        }
        let unknown = Self.draft("J", 1, debit: 1, credit: 0).replacing("5100", with: "9999")
        #expect(await refusal(books, unknown)?.lowercased().contains("foreign key") == true)
        try await books.sql(Self.draft("J", 1, debit: 100, credit: 0))
        try await books.sql(Self.draft("J", 2, debit: 0, credit: 100))
        #expect(await refusal(books, Self.header("J", sequence: 2))?.contains("without gaps") == true)
    }

    @Test func `the service posts once by source, refuses what does not balance, and shows sums by account`()
        async throws
    {
        let books = try await Books()
        defer { books.close() }
        func entry(_ id: String, _ debit: Int64, account: String = "5100", tenant: String = "default") throws
            -> JournalEntry
        {
            JournalEntry(
                tenant: tenant,
                source: "invoice",
                sourceId: id,
                date: try LocalDate("2027-07-01"),
                text: "t",
                lines: [
                    JournalLine(account: account, debit: Money(poisha: debit), credit: .zero, text: "a"),
                    JournalLine(account: "2110", debit: .zero, credit: Money(poisha: 500), text: "b"),
                ],
                time: Books.time
            )
        }
        #expect(try await books.ledger.post(try entry("A", 500)) == "JV-FY2027-28-00001")
        #expect(try await books.ledger.post(try entry("A", 500)) == "JV-FY2027-28-00001")
        #expect(try await books.ledger.post(try entry("B", 500)) == "JV-FY2027-28-00002")
        #expect(try await books.ledger.post(try entry("A", 500, tenant: "other")) == "JV-FY2027-28-00001")
        let unbalanced = await #expect(throws: ApplicationError.self) {
            try await books.ledger.post(try entry("C", 499))
        }
        #expect(unbalanced?.message == "the journal entry of invoice C does not balance")
        let unknown = await #expect(throws: ApplicationError.self) {
            try await books.ledger.post(try entry("C", 500, account: "77"))
        }
        #expect(unknown?.message == "the chart of accounts has no account 77")
        let entries = try await books.ledger.entries(of: "default")
        #expect(entries.map(\.entryId) == ["JV-FY2027-28-00001", "JV-FY2027-28-00002"])
        #expect(entries[0].entry == (try entry("A", 500)))
        #expect(entries[0].period.description == "FY2027-28-P01")
        let balances = try await books.ledger.balances(of: "default")
        #expect(
            balances.map { "\($0.account.code) \($0.debit.text) \($0.credit.text)" } == [
                "2110 0.00 10.00", "5100 10.00 0.00",
            ]
        )
        #expect(try await books.problems() == [])
    }
}
