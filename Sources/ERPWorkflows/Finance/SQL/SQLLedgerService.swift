package import Database
import Foundation
import WorkflowAPI

/// The ledger in the tables `erp_journal` and `erp_journal_line`. Lines are drafted in `erp_journal_draft`; the row of the
/// entry posts them, by a trigger that refuses what does not balance.
package struct SQLLedgerService: LedgerService {
    let database: any ApplicationDatabase

    package init(database: any ApplicationDatabase) { self.database = database }

    package func post(_ entry: JournalEntry) async throws -> String {
        try await database.transact { tx in try Self.post(entry, in: tx) }
    }

    /// Posts in a transaction that does more.
    static func post(_ entry: JournalEntry, in tx: any StoreTransaction) throws -> String {
        let known = try tx.query(
            "SELECT entry_id FROM erp_journal WHERE tenant = ? AND source = ? AND source_id = ?",
            [.text(entry.tenant), .text(entry.source), .text(entry.sourceId)]
        ).first
        if let known { return known.text(0) }
        guard try entry.isBalanced else { throw ERPRefusal.unbalanced(entry.source, entry.sourceId) }
        let period = FiscalPeriod(containing: entry.date)
        let number = try BookNumber.next("JV", in: "erp_journal", of: entry.tenant, period.year, tx)
        // What another left behind that was never posted.
        try tx.execute(
            "DELETE FROM erp_journal_draft WHERE tenant = ? AND entry_id = ?",
            [.text(entry.tenant), .text(number.text)]
        )
        for (index, line) in entry.lines.enumerated() {
            try draft(line, index + 1, of: number.text, entry, in: tx)
        }
        try tx.execute(
            """
            INSERT INTO erp_journal
            (tenant, entry_id, fiscal_year, sequence, period, posting_date, source, source_id, text, posted_time)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            [
                .text(entry.tenant), .text(number.text), number.year, number.sequence, .integer(Int64(period.number)),
                .text(entry.date.description), .text(entry.source), .text(entry.sourceId), .text(entry.text),
                .time(entry.time),
            ]
        )
        return number.text
    }

    private static func draft(
        _ line: JournalLine,
        _ number: Int,
        of entryId: String,
        _ entry: JournalEntry,
        in tx: any StoreTransaction
    ) throws {
        try requireAccount(line.account, of: entry.tenant, in: tx)
        try tx.execute(
            """
            INSERT INTO erp_journal_draft
            (tenant, entry_id, line, account, debit, credit, department, project_id, vendor_id, text)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            [
                .text(entry.tenant), .text(entryId), .integer(Int64(number)), .text(line.account),
                .integer(line.debit.poisha), .integer(line.credit.poisha), StoreValue(line.department),
                StoreValue(line.projectId), StoreValue(line.vendorId), .text(line.text),
            ]
        )
    }

    /// Throws a refusal for an account that the tenant's chart does not have. One of the defaults comes into it now.
    static func requireAccount(_ code: String, of tenant: String, in tx: any StoreTransaction) throws {
        let known = try tx.query(
            "SELECT 1 FROM erp_account WHERE tenant = ? AND code = ?",
            [.text(tenant), .text(code)]
        )
        guard known.isEmpty else { return }
        guard let account = PostingAccounts.standardChart.first(where: { $0.code == code }) else {
            throw ERPRefusal.noAccount(code)
        }
        try write(account, of: tenant, in: tx)
    }

    /// Adds an account to a tenant's chart, or gives it another name and kind.
    static func write(_ account: Account, of tenant: String, in tx: any StoreTransaction) throws {
        let booked = try tx.query(
            """
            SELECT kind FROM erp_account a WHERE tenant = ? AND code = ? AND kind <> ? AND EXISTS (
                SELECT 1 FROM erp_journal_line l WHERE l.tenant = a.tenant AND l.account = a.code)
            """,
            [.text(tenant), .text(account.code), .text(account.kind.rawValue)]
        ).first?.text(0)
        if let booked {
            throw WorkflowServiceError(
                .invalidArgument,
                "accounts: '\(account.code.clipped(to: 20))' of '\(tenant.clipped(to: 20))' is of the kind \(booked) and has "
                    + "postings; open another account"
            )
        }
        try tx.execute(
            """
            INSERT INTO erp_account (tenant, code, name, kind) VALUES (?, ?, ?, ?)
            ON CONFLICT (tenant, code) DO UPDATE SET name = excluded.name, kind = excluded.kind
            """,
            [.text(tenant), .text(account.code), .text(account.name), .text(account.kind.rawValue)]
        )
    }
}

extension SQLLedgerService {
    package func entries(of tenant: String) async throws -> [PostedEntry] {
        try await database.look { tx in
            var lines: [String: [JournalLine]] = [:]
            for row in try tx.query(
                """
                SELECT entry_id, account, debit, credit, department, project_id, vendor_id, text FROM erp_journal_line
                WHERE tenant = ? ORDER BY entry_id, line
                """,
                [.text(tenant)]
            ) {
                lines[row.text(0), default: []].append(
                    JournalLine(
                        account: row.text(1),
                        debit: Money(poisha: row.integer(2)),
                        credit: Money(poisha: row.integer(3)),
                        department: row.optionalText(4),
                        projectId: row.optionalText(5),
                        vendorId: row.optionalText(6),
                        text: row.text(7)
                    )
                )
            }
            return try tx.query(
                """
                SELECT entry_id, posting_date, source, source_id, text, posted_time FROM erp_journal
                WHERE tenant = ? ORDER BY fiscal_year, sequence
                """,
                [.text(tenant)]
            ).map { row in
                let entry = JournalEntry(
                    tenant: tenant,
                    source: row.text(2),
                    sourceId: row.text(3),
                    date: try LocalDate(row.text(1)),
                    text: row.text(4),
                    lines: lines[row.text(0)] ?? [],
                    time: row.moment(5)
                )
                return PostedEntry(entryId: row.text(0), period: FiscalPeriod(containing: entry.date), entry: entry)
            }
        }
    }

    package func balances(of tenant: String) async throws -> [AccountBalance] {
        try await database.look { tx in
            try tx.query(
                """
                SELECT a.code, a.name, a.kind, coalesce(sum(l.debit), 0), coalesce(sum(l.credit), 0)
                FROM erp_account a LEFT JOIN erp_journal_line l ON l.tenant = a.tenant AND l.account = a.code
                WHERE a.tenant = ? GROUP BY a.code, a.name, a.kind ORDER BY a.code
                """,
                [.text(tenant)]
            ).map { row in
                AccountBalance(
                    account: Account(
                        code: row.text(0),
                        name: row.text(1),
                        kind: Account.Kind(rawValue: row.text(2)) ?? .expense
                    ),
                    debit: Money(poisha: row.integer(3)),
                    credit: Money(poisha: row.integer(4))
                )
            }
        }
    }
}

extension JournalEntry {
    /// Debits and credits are the same and more than nothing. Throws ``MoneyError``.
    var isBalanced: Bool {
        get throws {
            let debit = try lines.reduce(Money.zero) { try $0.adding($1.debit) }
            let credit = try lines.reduce(Money.zero) { try $0.adding($1.credit) }
            return debit == credit && debit > .zero
        }
    }
}
