import ArgumentParser
import ERPWorkflows
import Foundation
import WorkflowCommands

struct AuditCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "audit",
        abstract: "Shows the audit trail; with --verify, checks that no entry was changed or is missing."
    )

    @OptionGroup var global: GlobalOptions
    @Flag(help: "Computes the chain of hashes anew; exits 1 if anything is wrong.") var verify = false

    func run() async throws {
        var isBroken = false
        try await global.withERP { database, tenant in
            let service = SQLAuditService(database: database)
            let entries = try await service.entries(of: tenant)
            guard !verify else {
                let problems = try await service.verify(tenant)
                isBroken = !problems.isEmpty
                guard !global.json else {
                    Output.json(["isIntact": problems.isEmpty, "entries": entries.count, "problems": problems])
                    return
                }
                for problem in problems { Output.line(problem) }
                if problems.isEmpty {
                    Output.line(
                        "\(Output.count(entries.count, "entry", plural: "entries")), none changed, none missing"
                    )
                }
                return
            }
            for entry in entries {
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
        if isBroken { throw ExitCode(1) }
    }
}

extension Date {
    /// RFC 3339 in UTC, whole seconds.
    var rfc3339: String { formatted(.iso8601) }
}
