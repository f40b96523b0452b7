import ChildProcesses
import Database
import Foundation
import Testing

@Suite(.serialized) struct ReplayCommandTests {
    private func write(_ text: String, to path: String) throws { try Data(text.utf8).write(to: URL(filePath: path)) }

    /// `done` greeted Rahima and closed; `open` waits for a name.
    private func fill(_ program: Program) throws {
        for id in ["done", "open"] {
            #expect(try program.run("start", "Greeting", "--id", id, "--input", #""Hello""#).status == 0)
        }
        let worker = try program.startWorker()
        #expect(try program.run("signal", "done", "greet", "--input", #""Rahima""#).status == 0)
        #expect(try program.run("result", "done", "--timeout", "1m").status == 0)
        for _ in 0..<100 where try !program.run("show", "open").output.contains("timer 1 started") {
            Thread.sleep(forTimeInterval: 0.1)
        }
        worker.terminate()
        worker.waitUntilExit()
    }

    @Test func `replay stands before a deployment: what fits passes, what differs is named and fails`() throws {
        let program = try Program()
        defer { program.remove() }
        try fill(program)
        let before = try program.contents()
        let open = try program.run("replay", "--all-open")
        #expect(open.status == 0 && open.errors.isEmpty, "\(open)")
        #expect(
            open.output
                == "TYPE      HISTORIES  FIT  DIFFER  FAILED  UNKNOWN\nGreeting  1          1    0       0       0"
        )
        #expect(try program.contents() == before, "it writes nothing")
        let json = try program.run("replay", "--workflow-id", "done", "--json")
        #expect(
            json.output
                == #"{"summary":[{"differs":0,"failed":0,"fits":1,"histories":1,"type":"Greeting","unknownType":0}]}"#
        )
        #expect(try program.run("replay", "--workflow-id", "nobody").status == 1)
        #expect(try program.run("replay").status == 64)
        #expect(try program.run("replay", "x.json", "--all-open").status == 64)
        let text = try program.run("show", "done", "--json").output
        try write(text, to: program.path("done.json"))
        try write(program.run("export", "--all").output, to: program.path("all.jsonl"))
        #expect(try program.run("replay", "done.json", "all.jsonl").output.contains("Greeting  3          3"))
        try write(text.replacing("sendMail", with: "sendFax"), to: program.path("changed.json"))
        let changed = try program.run("replay", "done.json", "changed.json")
        #expect(changed.status == 1)
        for line in [
            "changed.json: workflow 'done' run ", "the code no longer fits the history", "activity 1 'sendFax'",
            "wants to schedule activity 1 'sendMail'", "Greeting.swift:", "patch goes   before",
            "Greeting  2          1    1",
        ] {
            #expect(changed.output.contains(line), "\(line): \(changed.output)")
        }
        let object = try program.run("replay", "changed.json", "--json").output
        #expect(object.contains(#""file":"changed.json","#) && object.contains(#""nondeterminism":{"actual":"#))
        let event = try #require(
            text.firstMatch(of: #/"eventId":"(\d+)","eventTime":"[^"]*","eventType":"[A-Z_]*ACTIVITY_TASK_SCHEDULED/#)
        )
        let last = try #require(Int(event.output.1))
        #expect(try program.run("replay", "changed.json", "--until", "\(last - 1)").status == 0)
        #expect(try program.run("replay", "changed.json", "--until", "\(last)").status == 1)
        try write(text.replacing(#""name":"Greeting""#, with: #""name":"Parting""#), to: program.path("other.json"))
        let other = try program.run("replay", "other.json")
        #expect(other.status == 1 && other.output.contains("this program has no workflow type 'Parting'"))
        #expect(try program.run("replay", "other.json", "--ignore-unknown-types").status == 0)
        #expect(try program.run("replay", "other.json", "--workflow-type", "Greeting").status == 0)
        try write("{}", to: program.path("empty.json"))
        #expect(try program.run("replay", "empty.json").status == 65)
        #expect(try program.run("replay", "nothing.json").status == 1)
    }

    @Test func `a gate is not open for a wrong name, and one run that cannot be read does not hide the others`()
        async throws
    {
        let program = try Program()
        defer { program.remove(leavingHistories: "one of them cannot be read") }
        try fill(program)
        for (arguments, words) in [
            (["replay", "--all-open", "--namespace", "nope"], "there is no namespace 'nope'"),
            (["verify", "--namespace", "nope"], "there is no namespace 'nope'"),
            (["rebuild", "--namespace", "nope"], "there is no namespace 'nope'"),
            (
                ["replay", "--all-open", "--workflow-type", "Greting"],
                "this program has no workflow type 'Greting', but "
            ),
        ] {
            let refused = try program.run(arguments)
            #expect(refused.status == 1 && refused.errors.contains(words), "\(arguments): \(refused)")
            #expect(refused.output.isEmpty && refused.errors.split(separator: "\n").count == 1)
        }
        #expect(try program.run("replay", "--all-open", "--jobs", "0").status == 64)
        #expect(try program.run("replay", "--all-open", "--until", "0").status == 64)

        let text = try program.run("show", "done", "--json").output
        let third = try #require(text.firstMatch(of: #/\{"eventId":"3",.*?(?=\{"eventId":"4")/#.dotMatchesNewlines()))
        try write(text.replacing(third.output, with: ""), to: program.path("gap.json"))
        let gap = try program.run("replay", "gap.json")
        #expect(gap.status == 65 && gap.errors.contains("event 3 is missing: event 4 stands in its place"), "\(gap)")

        let database = try SQLiteDatabase(path: program.path("workflow.db"), mode: .mustExist)
        try await database.write {
            try $0.execute(
                "UPDATE history SET events = x'0f' WHERE first_event_id > 1 AND run_key = (SELECT min(run_key) FROM execution)"
            )
        }
        database.close()
        let outcome = try program.run("replay", "--all")
        #expect(outcome.status == 1)
        #expect(outcome.output.contains("workflow 'done' run "), "\(outcome)")
        #expect(outcome.output.contains("cannot be replayed: its history cannot be read ("))
        #expect(outcome.output.contains("says where it is damaged"))
        #expect(outcome.output.contains("Greeting  2          1    0       1"), "\(outcome)")
    }

    @Test func `a query answers as of an event, by the code that is here`() throws {
        let program = try Program()
        defer { program.remove() }
        try fill(program)
        #expect(try program.run("query", "done", "name").output == #""Rahima""#)
        #expect(try program.run("query", "done", "name", "--at", "1").output == #""""#)
        let signal = try #require(
            program.run("show", "done").output.split(separator: "\n").first { $0.contains("signal greet") }
        )
        let event = try #require(signal.split(separator: " ").first.flatMap { Int($0) })
        #expect(try program.run("query", "done", "name", "--at", "\(event - 1)").output == #""""#)
        #expect(try program.run("query", "done", "name", "--at", "\(event)").output == #""Rahima""#)
        let late = try program.run("query", "done", "name", "--at", "999")
        #expect(late.status == 1 && late.errors.contains("has events 1 to "))
        #expect(try program.run("query", "done", "age", "--at", "1").status == 1)
    }

    @Test func `a history is walked through turn by turn, with queries on the way`() throws {
        let program = try Program()
        defer { program.remove() }
        try fill(program)
        try write("q name\n\nq name\nq age\nhelp\nq\ne\nc\n", to: program.path("keys"))
        let keys = URL(filePath: program.path("keys"))
        let walk = try program.run(input: keys, ["replay", "--workflow-id", "done", "--step"])
        #expect(walk.status == 0, "\(walk.errors)")
        for line in [
            "Greeting 'done', ", "turn 1", "workflow started: Greeting", "turn 2", "  name: \"Rahima\"",
            "the end of the history",
        ] {
            #expect(walk.output.contains(line), "\(line): \(walk.output)")
        }
        #expect(
            walk.output.contains("-> schedule activity 1 'sendMail'  greetingctl/Greeting.swift:"),
            "\(walk.output)"
        )
        #expect(walk.output.contains("-> complete the run"))
        #expect(walk.errors.contains("has no query 'age'") && walk.errors.contains("which query?"))
        try write(
            program.run("show", "done", "--json").output.replacing("sendMail", with: "sendFax"),
            to: program.path("changed.json")
        )
        let changed = try program.run(input: keys, ["replay", "changed.json", "--step"])
        #expect(changed.status == 1 && changed.output.contains("the code no longer fits the history"))
        try write("x\n", to: program.path("keys"))
        let left = try program.run(input: keys, ["replay", "changed.json", "--step"])
        #expect(left.status == 0 && !left.output.contains("turn 2"))
        #expect(try program.run("replay", "--all-open", "--step").status == 64)
    }
}
