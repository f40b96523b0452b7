import Crypto
package import Database
import Foundation
import WorkflowAPI

/// The trail in the table `erp_audit`, which triggers keep from being changed; each entry's chain is the SHA-256 of the
/// chain before it and of its own fields, and `erp_audit_head` holds the last, so that a missing end is found as well.
package struct SQLAuditService: AuditService {
    let database: any ApplicationDatabase

    package init(database: any ApplicationDatabase) { self.database = database }

    package func record(_ entry: AuditEntry) async throws {
        try await database.transact { tx in try Self.record(entry, in: tx) }
    }

    /// Adds an entry in a transaction that does more.
    static func record(_ entry: AuditEntry, in tx: any StoreTransaction) throws {
        let known = try tx.query(
            "SELECT 1 FROM erp_audit WHERE tenant = ? AND entry_key = ?",
            [.text(entry.tenant), .text(entry.key)]
        )
        guard known.isEmpty else { return }
        let head = try Self.head(of: entry.tenant, in: tx)
        let row = Row(sequence: (head?.sequence ?? 0) + 1, time: StoreValue.time(entry.time), entry: entry)
        let chain = row.chain(after: head?.chain ?? [])
        try tx.execute(
            """
            INSERT INTO erp_audit
            (tenant, sequence, entry_key, time, entity, entity_id, action, actor, details, chain)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            [
                .text(entry.tenant), .integer(row.sequence), .text(entry.key), row.time, .text(entry.entity),
                .text(entry.entityId), .text(entry.action), .text(entry.actor), .text(entry.details), .blob(chain),
            ]
        )
        try tx.execute(
            """
            INSERT INTO erp_audit_head (tenant, sequence, chain) VALUES (?, ?, ?)
            ON CONFLICT (tenant) DO UPDATE SET sequence = excluded.sequence, chain = excluded.chain
            """,
            [.text(entry.tenant), .integer(row.sequence), .blob(chain)]
        )
    }

    package func entries(of tenant: String) async throws -> [AuditEntry] {
        try await database.look { tx in try Self.rows(of: tenant, in: tx).map(\.row.entry) }
    }

    package func verify(_ tenant: String) async throws -> [String] {
        try await database.look { tx in
            var problems: [String] = []
            var expected: Int64 = 1
            var chain: [UInt8] = []
            for (row, stored) in try Self.rows(of: tenant, in: tx) {
                if row.sequence != expected {
                    let last = row.sequence - 1
                    problems.append(
                        expected == last ? "entry \(last) is missing" : "entries \(expected) to \(last) are missing"
                    )
                } else if row.chain(after: chain) != stored {
                    problems.append("entry \(row.sequence) was changed")
                }
                chain = stored
                expected = row.sequence + 1
            }
            let head = try Self.head(of: tenant, in: tx)
            if let head, head.sequence >= expected {
                problems.append("entries \(expected) to \(head.sequence) are missing")
            }
            if (head?.sequence ?? 0) < expected - 1 || head?.sequence == expected - 1 && head?.chain != chain {
                problems.append("the end of the trail was changed")
            }
            return problems
        }
    }

    /// How long the trail is, and the hash at its end, which stands for everything before it: whoever keeps it elsewhere finds
    /// out when the end is cut off together with ``erp_audit_head``. Nil while there is no entry.
    package func anchor(of tenant: String) async throws -> AuditAnchor? {
        try await database.look { tx in
            try Self.head(of: tenant, in: tx).map { AuditAnchor(entries: $0.sequence, hash: Self.hex($0.chain)) }
        }
    }

    /// The number of the entry at whose end the trail had this hash; nil when no entry has it.
    package func entry(withHash hash: String, of tenant: String) async throws -> Int64? {
        try await database.look { tx in
            try Self.rows(of: tenant, in: tx).first { Self.hex($0.chain) == hash.lowercased() }?.row.sequence
        }
    }

    private static func hex(_ bytes: [UInt8]) -> String {
        bytes.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
    }

    /// An entry with its place in the chain.
    private struct Row {
        var sequence: Int64
        var time: StoreValue
        var entry: AuditEntry

        func chain(after previous: [UInt8]) -> [UInt8] {
            var hash = SHA256()
            hash.update(data: previous)
            let moment = if case .integer(let nanoseconds) = time { nanoseconds } else { Int64(0) }
            for field in [
                entry.tenant, String(sequence), entry.key, String(moment), entry.entity, entry.entityId, entry.action,
                entry.actor, entry.details,
            ] {
                // Each field with its length, so that text cannot move from one to the next unnoticed.
                hash.update(data: Array("\(field.utf8.count):\(field)".utf8))
            }
            return Array(hash.finalize())
        }
    }

    private static func rows(
        of tenant: String,
        in tx: any StoreTransaction
    ) throws -> [(row: Row, chain: [UInt8])] {
        try tx.query(
            """
            SELECT sequence, entry_key, time, entity, entity_id, action, actor, details, chain FROM erp_audit
            WHERE tenant = ? ORDER BY sequence
            """,
            [.text(tenant)]
        ).map { row in
            let entry = AuditEntry(
                tenant: tenant,
                key: row.text(1),
                time: row.moment(2),
                entity: row.text(3),
                entityId: row.text(4),
                action: row.text(5),
                actor: row.text(6),
                details: row.text(7)
            )
            return (Row(sequence: row.integer(0), time: .integer(row.integer(2)), entry: entry), row.blob(8))
        }
    }

    private static func head(
        of tenant: String,
        in tx: any StoreTransaction
    ) throws -> (sequence: Int64, chain: [UInt8])? {
        try tx.query(
            "SELECT sequence, chain FROM erp_audit_head WHERE tenant = ?",
            [.text(tenant)]
        ).first.map { ($0.integer(0), $0.blob(1)) }
    }
}
