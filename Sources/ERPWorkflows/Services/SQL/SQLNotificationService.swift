package import Database
import WorkflowAPI

/// Messages in the table `erp_outbox`, from which the company's mail system takes them.
package struct SQLNotificationService: NotificationService {
    let database: SQLiteDatabase

    package init(database: SQLiteDatabase) { self.database = database }

    package func send(_ notifications: [NotificationMessage]) async throws {
        guard !notifications.isEmpty else { return }
        try await database.write { connection in
            for message in notifications {
                try connection.execute(
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
    }

    package func wasSent(_ key: String, in tenant: String) async throws -> Bool {
        try await database.read { connection in
            try !connection.query(
                "SELECT 1 FROM erp_outbox WHERE tenant = ? AND notification_key = ?",
                [.text(tenant), .text(key)]
            ) { $0.integer(0) }.isEmpty
        }
    }

    package func outbox(of tenant: String) async throws -> [NotificationMessage] {
        try await database.read { connection in
            try connection.query(
                """
                SELECT notification_key, recipient, address, kind, subject, body, time FROM erp_outbox
                WHERE tenant = ? ORDER BY notification_id
                """,
                [.text(tenant)]
            ) { row in
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
