import ArgumentParser
import ERPWorkflows
import WorkflowCommands

struct OutboxCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "outbox",
        abstract: "Shows what people and vendors were told, oldest first."
    )

    @OptionGroup var global: GlobalOptions

    func run() async throws {
        try await global.withERP { database, tenant in
            let service = SQLNotificationService(database: database)
            for message in try await service.outbox(of: tenant) {
                if global.json {
                    Output.json([
                        "time": message.time.rfc3339, "recipient": message.recipient, "address": message.address,
                        "kind": message.kind, "subject": message.subject, "body": message.body,
                    ])
                } else {
                    Output.line(
                        "\(message.time.rfc3339)  to \(message.recipient) <\(message.address)>: \(message.subject)"
                    )
                }
            }
        }
    }
}
