package import Database
import WorkflowAPI

/// Messages in the table `erp_outbox`, from which the company's mail system takes them.
package struct SQLNotificationService: NotificationService {
    let database: any ApplicationDatabase

    package init(database: any ApplicationDatabase) { self.database = database }

    package func send(_ notifications: [NotificationMessage]) async throws {
        guard !notifications.isEmpty else { return }
        try await database.transact { tx in try Self.send(notifications, in: tx) }
    }

    /// Puts notifications out, each once by its key, in a transaction that does more.
    static func send(_ notifications: [NotificationMessage], in tx: any StoreTransaction) throws {
        for message in notifications {
            try tx.execute(
                """
                INSERT INTO erp_outbox (tenant, notification_key, recipient, address, kind, subject, body, time)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING
                """,
                [
                    .text(message.tenant), .text(message.key), .text(message.recipient), .text(message.address),
                    .text(message.kind), .text(message.subject), .text(message.body), .time(message.time),
                ]
            )
        }
    }

    package func wasSent(_ key: String, in tenant: String) async throws -> Bool {
        try await database.look { tx in try Self.wasSent(key, of: tenant, in: tx) }
    }

    /// Whether a notification with this key was put out.
    static func wasSent(_ key: String, of tenant: String, in tx: any StoreTransaction) throws -> Bool {
        try !tx.query(
            "SELECT 1 FROM erp_outbox WHERE tenant = ? AND notification_key = ?",
            [.text(tenant), .text(key)]
        ).isEmpty
    }

    package func outbox(of tenant: String) async throws -> [NotificationMessage] {
        try await database.look { tx in
            try tx.query(
                """
                SELECT notification_key, recipient, address, kind, subject, body, time FROM erp_outbox
                WHERE tenant = ? ORDER BY notification_id
                """,
                [.text(tenant)]
            ).map { row in
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
    }
}
