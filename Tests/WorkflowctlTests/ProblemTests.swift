import ChildProcesses
import Foundation
import Testing

@Suite(.serialized) struct ProblemTests {
    @Test func `a workflow that nobody can carry on is a problem with a next step, until a worker runs`() throws {
        let program = try Program()
        defer { program.remove() }
        #expect(try program.run("start", "Greeting", "--id", "g", "--input", #""Hello""#).status == 0)
        let alone = try program.run("list", "--problems")
        #expect(alone.status == 1)
        #expect(alone.output == "g: no worker with type 'Greeting' runs; start one: 'worker --task-queue greetings'")
        #expect(try program.run("list", "--problems", "--json").output.contains(#""problem":"noWorker""#))
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
}
