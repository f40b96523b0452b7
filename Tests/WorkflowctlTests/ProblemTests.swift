import ChildProcesses
import Foundation
import History
import Testing
import WorkflowAPI

@Suite(.serialized) struct ProblemTests {
    @Test func `a workflow that nobody can carry on is a problem with a next step, until a worker runs`() throws {
        let program = try Program()
        defer { program.remove() }
        #expect(try program.run("start", "Greeting", "--id", "g", "--input", #""Hello""#).status == 0)
        let alone = try program.run("list", "--problems")
        #expect(alone.status == 1)
        #expect(alone.output == "g: no worker with type 'Greeting' runs; start one: 'worker --task-queue greetings'")
        let json = try program.run("list", "--problems", "--json").output
        #expect(json.contains(#""nextStep":"start one: 'worker --task-queue greetings'","problem":"noWorker""#))
        #expect(try program.run("describe", "g").output.contains("problem    noWorker"))
        let worker = try program.startWorker()
        #expect(try program.run("signal", "g", "greet", "--input", #""Rahima""#).status == 0)
        #expect(try program.run("start", "Greeting", "--id", "h", "--input", #""Hello""#).status == 0)
        #expect(try program.run("result", "g", "--timeout", "1m").status == 0)
        let carried = try program.run("list", "--problems")
        #expect(carried.status == 0)
        #expect(carried.output.isEmpty)
        worker.terminate()
        worker.waitUntilExit()
        #expect(try program.run("list", "--problems").output.hasPrefix("h: no worker"))
    }

    @Test func `activities on a queue that nobody polls are a problem of the queue, until a worker does`() async throws
    {
        let program = try Program()
        defer { program.remove(leavingHistories: "a script asks for what no code does") }
        let store = try await ScriptedStore(program)
        let worker = try await store.register("worker-a", activities: [])
        try await store.start("g")
        try await store.turn(worker, [.mail("1", queue: "elsewhere"), .mail("2", queue: "elsewhere"), .mail("3")])
        let found = try program.run("list", "--problems")
        #expect(found.status == 1)
        let lines = found.output.split(separator: "\n")
        #expect(lines.count == 2, "\(found.output)")
        #expect(lines.first?.hasPrefix("task queue elsewhere: 2 activities wait, the oldest for ") == true)
        #expect(lines.first?.hasSuffix("start one: 'worker --task-queue elsewhere'") == true)
        #expect(lines.last?.hasPrefix("task queue greetings: 1 activity waits, the oldest for ") == true)
        #expect(try program.run("list", "--problems", "--type", "Greeting").status == 0, "a queue has no type")
        _ = try await store.register("worker-b", queue: "elsewhere")
        #expect(try program.run("list", "--problems").output.contains("elsewhere") == false)
        _ = try await store.register("worker-c")
        let none = try program.run("list", "--problems")
        #expect(none.status == 0 && none.output.isEmpty, "\(none.output)")
        await store.engine.close()
    }

    @Test func `a workflow task that no worker answers in time is named with its next step`() async throws {
        let program = try Program()
        defer { program.remove() }
        let store = try await ScriptedStore(program)
        try await store.start("g")
        for attempt in 1...2 {
            #expect(try program.run("list", "--problems").output.contains("in time") == false, "attempt \(attempt)")
            try await store.loseTask()
        }
        let found = try program.run("list", "--problems")
        #expect(found.status == 1)
        #expect(
            found.output.hasPrefix("g: no worker answers for its workflow task in time, again and again; see whether")
        )
        #expect(try program.run("describe", "g").output.contains("problem    workflowTaskTimingOut"))
        let json = try program.run("list", "--problems", "--json").output
        #expect(json.contains(#""problem":"workflowTaskTimingOut""#) && json.contains(#""nextStep":"see whether"#))
        await store.engine.close()
    }
}
