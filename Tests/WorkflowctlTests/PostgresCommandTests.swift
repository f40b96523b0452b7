#if PostgreSQL
import ChildProcesses
import Foundation
import PostgresServer
import Testing

/// What operators type at a PostgreSQL store.
@Suite(.serialized, .enabled(if: PostgresServer.isAvailable, Comment(rawValue: PostgresServer.unavailable)))
struct PostgresCommandTests {
    private struct Place {
        let server: PostgresServer
        let name: String
        let store: String
        let program: Program

        init() throws {
            server = try PostgresServer.shared
            name = try server.makeDatabase(ownedBy: "engine")
            store = "postgres:" + server.connectionString(name, as: "engine")
            program = try Program("workflowctl")
        }

        func remove() {
            program.remove()
            _ = try? server.run("DROP DATABASE \(name) WITH (FORCE)")
        }
    }

    @Test func `a schema is rehearsed, made, shown, and refused when it is newer`() throws {
        let place = try Place()
        defer { place.remove() }
        let missing = try place.program.run("list", "--store", place.store)
        #expect(missing.status == 78 && missing.errors.contains("schema migrate"), "\(missing)")
        let rehearsal = try place.program.run("schema", "migrate", "--dry-run", "--store", place.store)
        #expect(rehearsal.status == 0, "\(rehearsal)")
        #expect(try place.server.run("SELECT to_regclass('workflow.execution') IS NULL", in: place.name) == "t")
        #expect(try place.program.run("schema", "migrate", "--store", place.store).status == 0)
        let status = try place.program.run("schema", "status", "--store", place.store)
        #expect(status.status == 0 && status.output.contains("history"), "\(status)")
        #expect(try place.program.run("list", "--store", place.store).status == 0)
        try place.server.run(
            "UPDATE workflow.schema_version SET version = 99, usable_by = 98 WHERE component = 'history'",
            in: place.name
        )
        for command in [["list"], ["schema", "migrate"], ["schema", "status"]] {
            let newer = try place.program.run(command + ["--store", place.store])
            #expect(newer.status == 78, "\(command): \(newer)")
            #expect(newer.errors.contains("has schema 99 of 'history'"), "\(newer.errors)")
        }
    }

    @Test func `a part of the schema that this program cannot use is told, whichever it is`() throws {
        let place = try Place()
        defer { place.remove() }
        #expect(try place.program.run("schema", "migrate", "--store", place.store).status == 0)
        for (version, usableBy) in [(1, 1), (99, 98)] {
            try place.server.run(
                "UPDATE workflow.schema_version SET version = \(version), usable_by = \(usableBy) WHERE component = 'erp'",
                in: place.name
            )
            let status = try place.program.run("schema", "status", "--store", place.store)
            let line = status.output.split(separator: "\n").first { $0.hasPrefix("schema erp \(version)") }
            #expect(status.status == 78 && line?.contains("this program knows") == true, "\(status)")
        }
    }

    @Test func `tables of somebody else are not taken over`() throws {
        let place = try Place()
        defer { place.remove() }
        try place.server.run(
            "CREATE SCHEMA workflow AUTHORIZATION engine; CREATE TABLE workflow.mine (namespace_id BIGINT)",
            in: place.name
        )
        let refused = try place.program.run("schema", "migrate", "--store", place.store)
        let reason = "holds the table 'mine', which is not ours"
        #expect(refused.status == 69 && refused.errors.contains(reason), "\(refused)")
        let isClosed = "SELECT relrowsecurity FROM pg_class WHERE relname = 'mine'"
        #expect(try place.server.run(isClosed, in: place.name) == "f")
    }

    @Test func `a role sees a namespace from its grant to its revocation`() throws {
        let place = try Place()
        defer { place.remove() }
        let role = "clerk_\(place.name)"
        try place.server.makeRole(role)
        let clerk = "postgres:" + place.server.connectionString(place.name, as: role)
        #expect(try place.program.run("schema", "migrate", "--store", place.store).status == 0)
        #expect(try place.program.run("namespace", "create", "acme", "--store", place.store).status == 0)
        let stranger = try place.program.run("list", "--namespace", "acme", "--store", clerk)
        #expect(stranger.status != 0, "\(stranger)")
        let granted = try place.program.run(
            ["namespace", "grant", "acme", "--role", role, "--engine", "--store", place.store]
        )
        #expect(granted.status == 0, "\(granted)")
        #expect(try place.program.run("list", "--namespace", "acme", "--store", clerk).status == 0)
        #expect(try place.program.run("list", "--namespace", "default", "--store", clerk).status == 1)
        let nobody = try place.program.run(
            ["namespace", "grant", "acme", "--role", "nobody_at_all", "--store", place.store]
        )
        #expect(nobody.status == 1 && nobody.errors.contains("no role 'nobody_at_all'"), "\(nobody)")
        let revoked = try place.program.run(["namespace", "revoke", "acme", "--role", role, "--store", place.store])
        #expect(revoked.status == 0, "\(revoked)")
        #expect(try place.program.run("list", "--namespace", "acme", "--store", clerk).status != 0)
        try place.server.run("DROP ROLE \(role)", in: place.name)
    }

    @Test func `a company with an open order moves from a file to PostgreSQL, and the order goes on there`() throws {
        let place = try Place()
        defer { place.remove() }
        let program = place.program
        let company = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "Examples/erp/company.json").path
        #expect(try program.run("erp", "load", company, "--store", "sqlite:w.db").status == 0)
        let first = try program.startWorker("--store", "sqlite:w.db")
        let order =
            #"{"id":"PO-A","vendorId":"V-001","items":[{"productId":"CEMENT","quantity":100,"unitPrice":"800.00"}],"#
            + #""requestedBy":"rahim","department":"operations","currency":"BDT"}"#
        #expect(
            try program.run(
                ["start", "PurchaseOrderApproval", "--id", "PO-A", "--input", order, "--store", "sqlite:w.db"]
            ).status == 0
        )
        #expect(try wait(program, for: "PO-A", "tasks", "list", "--as", "karim", "--store", "sqlite:w.db"))
        let busy = try program.run("copy", "--from", "sqlite:w.db", "--to", place.store)
        #expect(busy.status != 0, "workers run on the source, or the destination has no tables: \(busy)")
        first.terminate()
        first.waitUntilExit()
        #expect(try program.run("schema", "migrate", "--store", place.store).status == 0)
        let rehearsal = try program.run("copy", "--from", "sqlite:w.db", "--to", place.store, "--dry-run")
        #expect(rehearsal.status == 0, "\(rehearsal)")
        #expect(try program.run("list", "--store", place.store).output.contains("PO-A") == false)
        let copied = try program.run("copy", "--from", "sqlite:w.db", "--to", place.store)
        #expect(copied.status == 0, "\(copied)")
        let again = try program.run("copy", "--from", "sqlite:w.db", "--to", place.store)
        #expect(again.status == 0, "what is there and the same counts as done: \(again)")
        for table in ["erp_user", "erp_vendor", "erp_budget", "erp_task"] {
            let count = try place.server.run("SELECT count(*) > 0 FROM workflow.\(table)", in: place.name)
            #expect(count == "t", "\(table)")
        }
        let second = try program.startWorker("--store", place.store)
        let approved = try program.run("tasks", "approve", "PO-A", "--as", "karim", "--store", place.store)
        #expect(approved.status == 0, "\(approved)")
        let result = try program.run("result", "PO-A", "--timeout", "60s", "--store", place.store)
        #expect(result.status == 0 && result.output.contains("PO-FY"), "\(result)")
        #expect(try program.run("verify", "--store", place.store).status == 0)
        second.terminate()
        second.waitUntilExit()
        try program.replayHistories(of: place.store)
    }

    private func wait(_ program: Program, for expected: String, _ arguments: String...) throws -> Bool {
        let end = ContinuousClock.now + .seconds(60)
        while ContinuousClock.now < end {
            if try program.run(arguments).output.contains(expected) { return true }
        }
        return false
    }
}
#endif
