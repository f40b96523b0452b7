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
                            "\(entry.time.dhaka)  \(entry.entity) \(entry.entityId) \(entry.action): \(entry.details)"
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
        @Option(help: "A hash that an earlier check printed; the trail has to have had it, and to go on from there.")
        var expect: String?

        func validate() throws {
            guard let expect else { return }
            guard expect.utf8.count == 64, expect.allSatisfy({ $0.isASCII && $0.isHexDigit }) else {
                throw ValidationError("--expect is a hash of 64 hexadecimal digits, as 'erp audit verify' prints it")
            }
        }

        func run() async throws {
            var isBroken = false
            try await global.withERP { database, tenant in
                let service = SQLAuditService(database: database)
                let count = try await service.entries(of: tenant).count
                var problems = try await service.verify(tenant)
                let anchor = try await service.anchor(of: tenant)
                if let expect, try await service.entry(withHash: expect, of: tenant) == nil {
                    problems.append("no entry has the expected hash: the trail was cut off or made anew")
                }
                isBroken = !problems.isEmpty
                guard !global.json else {
                    Output.json([
                        "isIntact": problems.isEmpty, "entries": count, "hash": anchor?.hash, "problems": problems,
                    ])
                    return
                }
                for problem in problems { Output.line(problem) }
                if problems.isEmpty {
                    Output.line("\(Output.count(count, "entry", plural: "entries")), none changed, none missing")
                    if let anchor { Output.note("keep this for --expect: \(anchor.hash)") }
                }
            }
            if isBroken { throw ExitCode(1) }
        }
    }
}
