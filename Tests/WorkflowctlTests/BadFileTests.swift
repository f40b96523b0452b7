import ChildProcesses
import Database
import Foundation
import Testing

/// Files that cannot be worked with, through the real program.
@Suite(.serialized) struct BadFileTests {
    private func expectRefusal(_ program: Program, _ arguments: [String], _ status: Int32, _ says: String) throws {
        let outcome = try program.run(arguments)
        #expect(outcome.status == status, "\(arguments): \(outcome.errors)")
        #expect(outcome.errors.contains(says), "\(outcome.errors)")
        #expect(outcome.errors.split(separator: "\n").count == 1, "\(outcome.errors)")
        #expect(outcome.output.isEmpty)
    }

    @Test func `missing, foreign, damaged and newer files are told apart and left as they are`() throws {
        let program = try Program("workflowctl")
        defer { program.remove(leavingHistories: "the files are none of this program's") }
        func path(_ name: String) -> String { program.directory.appending(path: name).path }
        try expectRefusal(program, ["list"], 1, "there is no workflow database at ./workflow.db")
        #expect(!FileManager.default.fileExists(atPath: path("workflow.db")))
        try expectRefusal(program, ["list", "--store", "sqlite:/nowhere/x.db"], 1, "/nowhere/x.db")
        try expectRefusal(program, ["schema", "migrate", "--store", "sqlite:/nowhere/x.db"], 1, "/nowhere/x.db")
        try expectRefusal(program, ["list", "--store", "sqlite:/tmp"], 1, "/tmp")

        let text = Data(String(repeating: "a diary, not a database. ", count: 100).utf8)
        try text.write(to: URL(filePath: path("text.db")))
        try expectRefusal(program, ["list", "--store", "sqlite:text.db"], 65, "text.db")
        #expect(try Data(contentsOf: URL(filePath: path("text.db"))) == text)

        let foreign = try SQLiteConnection(path: path("foreign.db"), flags: 6, synchronous: "FULL")
        try foreign.execute("CREATE TABLE mine (a)")
        foreign.close()
        try expectRefusal(program, ["list", "--store", "sqlite:foreign.db"], 65, "not a workflow database")

        #expect(try program.run("schema", "migrate", "--store", "sqlite:newer.db").status == 0)
        let newer = try SQLiteConnection(path: path("newer.db"), flags: 2, synchronous: "FULL")
        try newer.executeScript("UPDATE schema_version SET version = 99; PRAGMA user_version=99")
        newer.close()
        try expectRefusal(program, ["list", "--store", "sqlite:newer.db"], 78, "use a newer program")

        #expect(try program.run("schema", "migrate", "--store", "sqlite:damaged.db").status == 0)
        let whole = try SQLiteConnection(path: path("damaged.db"), flags: 2, synchronous: "FULL")
        _ = try whole.query("PRAGMA wal_checkpoint(TRUNCATE)") { $0.integer(0) }
        whole.close()
        var bytes = try Data(contentsOf: URL(filePath: path("damaged.db")))
        #expect(bytes.count > 100_000)
        for index in 4096..<bytes.count { bytes[index] = 0xA5 }
        try bytes.write(to: URL(filePath: path("damaged.db")))
        try? FileManager.default.removeItem(atPath: path("damaged.db-wal"))
        try expectRefusal(program, ["list", "--store", "sqlite:damaged.db"], 65, "damaged.db")
    }

    @Test func `a full disk refuses on one line, and work goes on when there is room again`() throws {
        let program = try Program("workflowctl")
        defer { program.remove() }
        #expect(try program.run("schema", "migrate").status == 0)
        #expect(try program.run("namespace", "create", "before").status == 0)
        // No file may grow beyond 64 KiB; the signal that would end the process is ignored.
        let limited = try program.runLimited(kibibytes: 64, "erp", "load", Self.largeSeed(in: program))
        #expect(limited.status == 69, "\(limited.errors)")
        #expect(limited.errors.split(separator: "\n").count == 1, "\(limited.errors)")
        let budgets = try program.run("erp", "budget")
        #expect(budgets.status == 0, "\(budgets.errors)")
        #expect(!budgets.output.contains("department-1 "))
        #expect(try program.run("erp", "load", Self.largeSeed(in: program)).status == 0)
        #expect(try program.run("erp", "budget").output.contains("department-1 "))
    }

    private static func largeSeed(in program: Program) throws -> String {
        let budgets = (0..<3000).map { #"{"department":"department-\#($0)","allocated":"5"}"# }.joined(separator: ",")
        let file = program.directory.appending(path: "large-seed.json")
        try Data(#"{"namespaces":[{"name":"default","budgets":[\#(budgets)]}]}"#.utf8).write(to: file)
        return file.path
    }

    @Test func `a file that another program holds is unavailable, and a read-only one is refused`() throws {
        let program = try Program("workflowctl")
        defer { program.remove() }
        #expect(try program.run("schema", "migrate").status == 0)
        let path = program.directory.appending(path: "workflow.db").path
        let holder = try SQLiteConnection(path: path, flags: 2, synchronous: "FULL")
        try holder.execute("BEGIN IMMEDIATE")
        let refused = try program.run(variable: "WORKFLOW_BUSY_TIMEOUT=1s", ["namespace", "create", "n"])
        #expect(refused.status == 69 && refused.errors.contains("workflow.db"), "\(refused.errors)")
        #expect(refused.errors.split(separator: "\n").count == 1, "\(refused.errors)")
        try holder.execute("ROLLBACK")
        holder.close()
        #expect(try program.run("namespace", "create", "n").status == 0)
        // Root may write everything but a directory of the kernel's.
        try expectRefusal(
            program,
            ["schema", "migrate", "--store", "sqlite:/proc/workflow.db"],
            1,
            "/proc/workflow.db"
        )
    }

    @Test func `a file that this user may not write is refused and left as it is`() throws {
        let program = try Program("workflowctl")
        defer { program.remove() }
        #expect(try program.run("schema", "migrate").status == 0)
        let path = program.directory.appending(path: "workflow.db").path
        #expect(chmod(program.directory.path, 0o755) == 0)
        #expect(chmod(path, 0o444) == 0)
        let before = try Data(contentsOf: URL(filePath: path))
        // Root may write everything, so the program runs as somebody else, from where anybody may run it.
        let copy = program.directory.appending(path: "ctl").path
        // Copied by a process of its own: a child that another test starts meanwhile would keep the copy open for writing.
        #expect(try program.run(tool: "/bin/cp", BuiltPrograms.path("workflowctl"), copy).status == 0)
        for arguments in [["list"], ["namespace", "create", "n"], ["schema", "migrate"]] {
            let outcome = try program.runAsNobody(copy, arguments + ["--store", "sqlite:\(path)"])
            #expect(outcome.status == 1, "\(outcome.errors)")
            #expect(outcome.errors.contains("may not be written by this user"), "\(outcome.errors)")
            #expect(outcome.errors.split(separator: "\n").count == 1, "\(outcome.errors)")
        }
        #expect(try Data(contentsOf: URL(filePath: path)) == before)
    }
}
