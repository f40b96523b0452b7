import ChildProcesses
import Database
import Foundation
import History
import Testing
import WorkflowAPI

@Suite(.serialized) struct VerifyCommandTests {
    private func execute(_ sql: String, _ program: Program) async throws {
        let database = try SQLiteDatabase(path: program.path("workflow.db"), mode: .mustExist)
        try await database.write { try $0.execute(sql) }
        database.close()
    }

    @Test func `verify says nothing when nothing is wrong, and names what is, with exit status and next step`()
        async throws
    {
        let program = try Program()
        defer { program.remove(leavingHistories: "its events are edited") }
        #expect(try program.run("verify").status == 1, "there is no store")
        for id in ["a", "b"] {
            #expect(try program.run("start", "Greeting", "--id", id, "--input", #""H""#).status == 0)
        }
        let whole = try program.run("verify")
        #expect(whole.status == 0 && whole.output.isEmpty, "\(whole)")
        #expect(whole.errors == "2 runs: nothing is wrong")
        try await execute("UPDATE execution SET signals = 3 WHERE workflow_id = 'a'", program)
        let found = try program.run("verify")
        #expect(found.status == 1 && found.errors == "2 runs: 1 problem")
        #expect(found.output.hasPrefix("workflow 'a' run "))
        #expect(
            found.output.hasSuffix(
                ": the number of signals is 3, by the history 0; 'rebuild --workflow-id a' makes it anew from the history"
            )
        )
        let json = try program.run("verify", "--workflow-id", "a", "--json").output.split(separator: "\n")
        #expect(json.count == 2 && json[0].contains(#""kind":"derived","namespace":"default","nextStep":"'rebuild"#))
        #expect(
            json[1]
                == #"{"summary":{"plainHistoryRows":1,"problems":1,"runs":1,"uncheckedHistoryRows":{}}}"#
        )
        #expect(try program.run("verify", "--workflow-id", "b").status == 0)
        #expect(try program.run("verify", "--workflow-id", "c").status == 1)
        let rehearsal = try program.run("rebuild", "--dry-run")
        #expect(rehearsal.status == 0 && rehearsal.output.contains("the number of signals is 3"))
        #expect(rehearsal.errors == "2 runs: 1 would be made anew, 0 refused")
        #expect(try program.run("verify").status == 1, "a rehearsal changes nothing")
        let rebuilt = try program.run("rebuild", "--workflow-id", "a")
        #expect(rebuilt.status == 0 && rebuilt.errors == "1 run: 1 made anew, 0 refused")
        #expect(try program.run("verify").status == 0)
        #expect(try program.run("rebuild").errors == "2 runs: 0 made anew, 0 refused")
        try await execute("UPDATE history SET events = x'0a0300'", program)
        let damaged = try program.run("verify")
        #expect(damaged.status == 1 && damaged.output.contains("event 1: the chain breaks"))
        let refused = try program.run("rebuild")
        #expect(refused.status == 1 && refused.errors.hasSuffix("2 runs: 0 made anew, 2 refused"))
        #expect(refused.errors.contains("cannot be made anew: its history is damaged"))
    }

    @Test func `a history key is used, kept out of sight, and asked for`() async throws {
        let program = try Program()
        defer { program.remove() }
        let key = try program.run("keys", "generate", "--id", "chain").output
        let file = program.path("history.key")
        try Data("\(key)\n".utf8).write(to: URL(filePath: file))
        #expect(try program.run("verify", "--history-key", file).errors.contains("history key file"), "mode 644")
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: file)
        let start = ["start", "Greeting", "--id", "a", "--input", #""H""#]
        #expect(try program.run(variable: "WORKFLOW_HISTORY_KEY_FILE=\(file)", start).status == 0)
        let unchecked = try program.run("verify")
        #expect(unchecked.status == 0)
        #expect(unchecked.errors.contains("1 row of history chained with the key 'chain' could not be checked"))
        #expect(try program.run("--history-key", file, "verify", "--require-key").status == 0)
        #expect(try program.run("verify", "--require-key").status == 64)
        #expect(try program.run("start", "Greeting", "--id", "b", "--input", #""H""#).status == 0)
        let plain = try program.run("verify", "--history-key", file)
        #expect(plain.status == 0)
        #expect(plain.errors.contains("1 row of history written before there was a key, or by somebody without one"))
        let required = try program.run("verify", "--history-key", file, "--require-key")
        #expect(required.status == 1 && required.output.hasPrefix("workflow 'b'"))
        #expect(!(unchecked.errors + plain.errors + required.output).contains(String(key.split(separator: " ")[1])))
    }
}
