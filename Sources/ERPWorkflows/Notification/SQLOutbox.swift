package import Database
package import Foundation
import WorkflowAPI

/// The way of messages out of `erp_outbox`, in the table `erp_delivery`. A message is claimed by one process at a time.
package struct SQLOutbox: Sendable {
    let database: any ApplicationDatabase

    package init(database: any ApplicationDatabase) { self.database = database }

    /// A message that was claimed.
    struct Claimed: Sendable {
        let id: Int64
        let claim: String
        let notification: OutgoingNotification
    }

    /// Whether anything is due. Reads only, so that looking often costs little.
    func hasDue(in tenant: String, at time: Date) async throws -> Bool {
        try await database.look { tx in
            try !tx.query(
                "SELECT 1 FROM erp_delivery WHERE tenant = ? AND state = 'waiting' AND next_time <= ? LIMIT 1",
                [.text(tenant), .time(time)]
            ).isEmpty
        }
    }

    /// Claims what is due, the longest due first, until `leaseEnd`; each claim counts as an attempt. Messages that were
    /// claimed as often as the policy allows are given up.
    func claim(
        in tenant: String,
        at time: Date,
        until leaseEnd: Date,
        as claim: String,
        _ policy: DeliveryPolicy
    ) async throws -> [Claimed] {
        try await database.transact { tx in
            try tx.execute(
                """
                UPDATE erp_delivery SET state = 'failed', changed_time = ?, claim = NULL,
                last_error = coalesce(last_error, 'whoever was to send it died each time')
                WHERE tenant = ? AND state = 'waiting' AND next_time <= ? AND attempts >= ?
                """,
                [.time(time), .text(tenant), .time(time), .integer(Int64(policy.mostAttempts))]
            )
            let claimed = try tx.query(
                """
                UPDATE erp_delivery SET attempts = attempts + 1, claim = ?, next_time = ?, changed_time = ?
                WHERE notification_id IN (
                    SELECT notification_id FROM erp_delivery WHERE tenant = ? AND state = 'waiting' AND next_time <= ?
                    ORDER BY next_time, notification_id LIMIT ?
                ) RETURNING notification_id, attempts
                """,
                [
                    .text(claim), .time(leaseEnd), .time(time), .text(tenant), .time(time),
                    .integer(Int64(policy.batch)),
                ]
            )
            return try claimed.sorted { $0.integer(0) < $1.integer(0) }.map { row in
                let rows = try tx.query(
                    "SELECT \(Self.messageColumns) FROM erp_outbox o WHERE notification_id = ?",
                    [row[0]]
                )
                guard let message = rows.first.map({ Self.message($0, tenant) }) else {
                    throw StoreError(.constraint, "a message of the outbox is missing")
                }
                return Claimed(
                    id: row.integer(0),
                    claim: claim,
                    notification: OutgoingNotification(message, attempt: Int(row.integer(1)))
                )
            }
        }
    }

    /// The message is out. That stands even when the claim is over: it was sent.
    func noteSent(_ claimed: Claimed, at time: Date) async throws {
        try await database.transact { tx in
            _ = try tx.execute(
                """
                UPDATE erp_delivery SET state = 'sent', changed_time = ?, claim = NULL, last_error = NULL
                WHERE notification_id = ? AND state <> 'sent'
                """,
                [.time(time), .integer(claimed.id)]
            )
        }
    }

    /// The attempt failed; without `retry` the message has. Nothing changes when the claim is over.
    func noteFailure(_ claimed: Claimed, _ error: String, retry: Date?, at time: Date) async throws {
        try await database.transact { tx in
            _ = try tx.execute(
                """
                UPDATE erp_delivery SET state = ?, next_time = ?, changed_time = ?, claim = NULL, last_error = ?
                WHERE notification_id = ? AND claim = ? AND state = 'waiting'
                """,
                [
                    .text(retry == nil ? "failed" : "waiting"), .time(retry ?? time), .time(time), .text(error),
                    .integer(claimed.id), .text(claimed.claim),
                ]
            )
        }
    }

    /// Gives back what was claimed and not tried: it is due at once, and the claim does not count.
    func giveBack(_ claimed: [Claimed], at time: Date) async throws {
        guard !claimed.isEmpty else { return }
        try await database.transact { tx in
            for one in claimed {
                try tx.execute(
                    """
                    UPDATE erp_delivery SET attempts = attempts - 1, next_time = ?, changed_time = ?, claim = NULL
                    WHERE notification_id = ? AND claim = ? AND state = 'waiting'
                    """,
                    [.time(time), .time(time), .integer(one.id), .text(one.claim)]
                )
            }
        }
    }

    /// All messages of a tenant with how far they have come, oldest first.
    package func deliveries(of tenant: String) async throws -> [DeliveryRecord] {
        try await database.look { tx in
            try tx.query(
                """
                SELECT \(Self.messageColumns), d.state, d.attempts, d.next_time, d.last_error FROM erp_outbox o
                LEFT JOIN erp_delivery d ON d.notification_id = o.notification_id
                WHERE o.tenant = ? ORDER BY o.notification_id
                """,
                [.text(tenant)]
            ).map { row in
                DeliveryRecord(
                    message: Self.message(row, tenant),
                    state: DeliveryRecord.State(rawValue: row.text(7)) ?? .waiting,
                    attempts: Int(row.integer(8)),
                    nextTime: row.moment(9),
                    lastError: row.optionalText(10)
                )
            }
        }
    }

    /// Lets messages that failed wait again, as if they had never been tried; says how many.
    package func retryFailed(in tenant: String, at time: Date) async throws -> Int {
        try await database.transact { tx in
            try tx.execute(
                """
                UPDATE erp_delivery SET state = 'waiting', attempts = 0, next_time = ?, changed_time = ?
                WHERE tenant = ? AND state = 'failed'
                """,
                [.time(time), .time(time), .text(tenant)]
            )
        }
    }

    private static let messageColumns =
        "o.notification_key, o.recipient, o.address, o.kind, o.subject, o.body, o.time"

    private static func message(_ row: StoreRow, _ tenant: String) -> NotificationMessage {
        NotificationMessage(
            tenant: tenant,
            key: row.text(0),
            recipient: row.text(1),
            address: row.text(2),
            kind: row.text(3),
            subject: row.text(4),
            body: row.text(5),
            time: row.moment(6)
        )
    }
}
