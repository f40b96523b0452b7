import ChildProcesses
import Foundation
import Testing

/// Onboarding and the outbox through the real program.
@Suite(.serialized) struct OnboardingCommandTests {
    private let program: Program

    init() throws { program = try Program("workflowctl") }

    private func load() throws {
        let company = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "Examples/erp/company.json").path
        let outcome = try program.run("erp", "load", company)
        #expect(outcome.status == 0, "\(outcome.errors)")
    }

    private func input(manager: String = "karim", nid: String = "1234567890") -> String {
        #"{"employeeId":"E-7","name":"Shirin Akhter","email":"shirin@home.example","phone":"01711000001","#
            + #""nid":"\#(nid)","department":"operations","position":"Engineer","startDate":"2020-01-05","#
            + #""managerId":"\#(manager)","hrManagerId":"salma","location":"Dhaka"}"#
    }

    /// Asks until the answer holds; half a minute at most.
    private func wait(for expected: String, _ arguments: String...) throws {
        let end = ContinuousClock.now + .seconds(30)
        var last = ""
        while ContinuousClock.now < end {
            last = try program.run(arguments).output
            if last.contains(expected) { return }
        }
        Issue.record("'\(expected)' did not come of \(arguments): \(last)")
    }

    @Test func `an employee is onboarded by a worker, and everybody is told by a program, once`() throws {
        defer { program.remove() }
        try load()
        let start = ["start", "EmployeeOnboarding", "--id", "E-7", "--input"]
        let stranger = try program.run(start + [input(manager: "nobody")])
        #expect(stranger.status == 1 && stranger.errors.contains("'nobody' (managerId) is no active user"))
        let nowhere = try program.run(start + [input().replacing("operations", with: "operation")])
        #expect(nowhere.status == 1, "\(nowhere.output)")
        #expect(nowhere.errors.contains("nobody knows the department 'operation'"), "\(nowhere.errors)")
        #expect(nowhere.errors.contains("did you mean 'operations'?"))
        let never = try program.run(start + [input().replacing("2020-01-05", with: "1920-01-05")])
        #expect(never.status == 1 && never.errors.contains("more than ten years from today"), "\(never.errors)")
        let bad = try program.run(start + [input(nid: "12345")])
        #expect(bad.status != 0 && bad.errors.contains("nid") && !bad.errors.contains("12345"), "\(bad.errors)")

        let script = program.directory.appending(path: "send.sh")
        let sent = program.directory.appending(path: "sent.jsonl").path
        try Data("#!/bin/sh\ncat >> '\(sent)'\n".utf8).write(to: script)
        try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: script.path)

        #expect(try program.run(start + [input()]).status == 0)
        let worker = try program.startWorker()
        defer {
            worker.terminate()
            worker.waitUntilExit()
        }
        try wait(for: "first_week_tasks", "query", "E-7", "status")
        try wait(for: #""state":"waiting""#, "query", "E-7", "tasks")
        #expect(try program.run("query", "E-7", "progress").output == "85")
        let approved = try program.run("tasks", "approve", "E-7", "--as", "salma")
        #expect(
            approved.output == "Enrol in benefits of Shirin Akhter: approved by salma as HR (benefits)",
            "\(approved)"
        )
        let result = try program.run("result", "E-7", "--timeout", "30s")
        #expect(result.output.contains(#""status":"completed""#), "\(result.output)\(result.errors)")
        let employees = try program.run("erp", "employees")
        #expect(employees.output.contains("Shirin Akhter  active"), "\(employees.output)")
        #expect(try program.run("erp", "employees", "--json").output.contains("******7890"))

        let waiting = try program.run("erp", "outbox", "--json").output.split(separator: "\n")
        #expect(waiting.count == 4 && waiting.allSatisfy { $0.contains(#""state":"waiting""#) }, "\(waiting)")
        #expect(try program.run("erp", "outbox", "deliver").status == 64)
        let webhook = try program.run("erp", "outbox", "deliver", "--notify", "webhook:https://example.com")
        #expect(webhook.status == 64 && webhook.errors.contains("ERPServicesHTTP"))
        let failing = try program.run("erp", "outbox", "deliver", "--notify", "command:/bin/false")
        #expect(failing.status == 1 && failing.errors.contains("0 sent, 4 to be tried again, 0 failed"))
        #expect(try program.run("erp", "outbox").output.contains("[waiting: the program exited with 1]"))
        // They are due again in half a minute.
        let early = try program.run("erp", "outbox", "deliver", "--notify", "command:\(script.path)", "--json")
        #expect(early.output == #"{"failed":0,"postponed":0,"sent":0}"#)
        #expect(try program.run("erp", "outbox", "retry").output == "0 messages will be tried again")
    }

    @Test func `a worker that is told how carries messages to people`() throws {
        defer { program.remove() }
        try load()
        #expect(try program.run("worker", "--notify", "pigeon").status == 64)
        let sent = program.directory.appending(path: "sent.jsonl")
        let script = program.directory.appending(path: "send.sh")
        try Data("#!/bin/sh\ncat >> '\(sent.path)'\n".utf8).write(to: script)
        try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: script.path)
        #expect(try program.run("start", "EmployeeOnboarding", "--id", "E-7", "--input", input()).status == 0)
        let worker = try program.startWorker("--notify", "command:\(script.path)")
        try wait(for: #""state":"sent""#, "erp", "outbox", "--json")
        worker.terminate()
        worker.waitUntilExit()
        let lines = try String(contentsOf: sent, encoding: .utf8).split(separator: "\n")
        #expect(lines.contains { $0.contains(#""kind":"welcome""#) && $0.contains(#""id":"default/"#) }, "\(lines)")
        #expect(!lines.contains { $0.contains("1234567890") })
    }

    @Test func `what a terminated onboarding has given is taken back by one command, once`() throws {
        defer { program.remove() }
        try load()
        #expect(try program.run("start", "EmployeeOnboarding", "--id", "E-7", "--input", input()).status == 0)
        let worker = try program.startWorker()
        defer {
            worker.terminate()
            worker.waitUntilExit()
        }
        try wait(for: "first_week_tasks", "query", "E-7", "status")
        let release = ["erp", "employees", "release", "E-7", "--reason", "typed wrongly"]
        let open = try program.run(release)
        #expect(open.status == 1 && open.errors.contains("is in the hands of workflow 'E-7', which is open"))
        #expect(try program.run("terminate", "E-7", "--reason", "typed wrongly").status == 0)
        #expect(try program.run(release).output == "employee E-7: everything is taken back, and the id is free")
        #expect(try program.run(release).output == "employee E-7 holds nothing any more")
        #expect(try program.run("erp", "employees").output.contains("withdrawn"))
        #expect(try program.run("erp", "audit", "verify").status == 0)
        #expect(try program.run("erp", "audit", "--json").output.contains(#""action":"released""#))
        #expect(try program.run("start", "EmployeeOnboarding", "--id", "E-8", "--input", input()).status == 0)
        try wait(for: "first_week_tasks", "query", "E-8", "status")
        // The workstation is free again, the user name stays taken.
        let tasks = try program.run("query", "E-8", "tasks").output
        #expect(tasks.contains("WS-001") && tasks.contains("shirin.akhter2"), "\(tasks)")
    }

    @Test func `a tenant can insist on encryption, and otherwise is warned`() throws {
        defer { program.remove() }
        try load()
        let start = ["start", "EmployeeOnboarding", "--id", "E-7", "--input", input()]
        let clear = try program.run(start + ["--json"])
        #expect(clear.status == 0)
        #expect(clear.errors.components(separatedBy: "are stored in clear").count == 2, "\(clear.errors)")
        let file = program.path("insist.json")
        try #"{"namespaces": [{"name": "default", "requireEncryption": ["EmployeeOnboarding"]}]}"#
            .write(toFile: file, atomically: true, encoding: .utf8)
        #expect(try program.run("erp", "load", file).status == 0)
        let other =
            ["start", "EmployeeOnboarding", "--id", "E-8", "--input"]
            + [input().replacing("E-7", with: "E-8")]
        let refused = try program.run(other)
        #expect(refused.status == 1 && refused.output.isEmpty)
        #expect(refused.errors.contains("with encrypted input only: give --payload-keys FILE"), "\(refused.errors)")
        #expect(refused.errors.split(separator: "\n").count == 1)
        #expect(try program.run("describe", "E-8").status != 0)
        let keys = program.path("payload.keys")
        try program.run("keys", "generate", "--id", "k1").output.write(toFile: keys, atomically: true, encoding: .utf8)
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: keys)
        let good = try program.run(other + ["--payload-keys", keys])
        #expect(good.status == 0 && good.errors.isEmpty, "\(good.errors)")
    }
}
