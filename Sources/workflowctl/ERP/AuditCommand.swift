import ArgumentParser
import ERPWorkflows
import Foundation
import WorkflowCommands

struct AuditCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "audit",
        abstract: "Shows the audit trail, or checks that no entry was changed or is missing.",
        subcommands: [Show.self, Verify.self],
        defaultSubcommand: Show.self
    )

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Shows the audit trail, the oldest entry first.")
        @OptionGroup var global: GlobalOptions

        func run() async throws {
            try await global.withERP { database, tenant in
                for entry in try await SQLAuditService(database: database).entries(of: tenant) {
                    if global.json {
                        Output.json([
                            "time": entry.time.rfc3339, "entity": entry.entity, "entityId": entry.entityId,
                            "action": entry.action, "actor": entry.actor, "details": entry.details,
                        ])
                    } else {
                        Output.line(
                            "\(entry.time.rfc3339)  \(entry.entity) \(entry.entityId) \(entry.action): \(entry.details)"
                                + " (by \(entry.actor))"
                        )
                    }
                }
            }
        }
    }

    struct Verify: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract:
                "Computes the chain of hashes anew and names changed and missing entries; exits 1 if there are any."
        )
        @OptionGroup var global: GlobalOptions

        func run() async throws {
            var isBroken = false
            try await global.withERP { database, tenant in
                let service = SQLAuditService(database: database)
                let count = try await service.entries(of: tenant).count
                let problems = try await service.verify(tenant)
                isBroken = !problems.isEmpty
                guard !global.json else {
                    Output.json(["isIntact": problems.isEmpty, "entries": count, "problems": problems])
                    return
                }
                for problem in problems { Output.line(problem) }
                if problems.isEmpty {
                    Output.line("\(Output.count(count, "entry", plural: "entries")), none changed, none missing")
                }
            }
            if isBroken { throw ExitCode(1) }
        }
    }
}

extension Date {
    /// RFC 3339 in UTC, whole seconds.
    var rfc3339: String { formatted(.iso8601) }
}
