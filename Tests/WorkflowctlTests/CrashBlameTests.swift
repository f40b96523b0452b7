import ChildProcesses
import Foundation
import Testing

/// Real processes that really die.
@Suite(.serialized) struct CrashBlameTests {
    /// Starts workers, one after the other dies, until `isDone`; the last one is told to stop.
    private func work(_ program: Program, deaths limit: Int, until isDone: () throws -> Bool) throws -> Int {
        var deaths = 0
        var worker = try program.startWorker()
        while try !isDone() {
            guard !worker.isRunning else { continue }
            deaths += 1
            try #require(deaths <= limit, "the worker dies again and again")
            worker = try program.startWorker()
        }
        worker.terminate()
        worker.waitUntilExit()
        return deaths
    }

    @Test func `only the run whose code traps is blamed and quarantined, and the good ones finish`() throws {
        let program = try Program("crash-ctl")
        defer { program.remove(leavingHistories: "replay ends the process", butOfType: "Good") }
        #expect(try program.run("start", "BadWorkflow", "--id", "bad-workflow", "--input", "7").status == 0)
        #expect(try program.run("start", "BadActivity", "--id", "bad-activity", "--input", "7").status == 0)
        #expect(try program.run("start", "BadLocal", "--id", "bad-local", "--input", "7").status == 0)
        #expect(try program.run("start", "BadLocal", "--id", "good-local", "--input", "1").status == 0)
        for number in 0..<50 {
            #expect(try program.run("start", "Good", "--id", "g\(number)", "--input", "\"n\(number)\"").status == 0)
        }
        let deaths = try work(program, deaths: 12) {
            let counts = try program.run("count").output
            let problems = try program.run("list", "--problems").output
            return counts.contains("completed 51")
                && problems.components(separatedBy: "the process died under it too often").count == 4
        }
        // Three deaths each; several may die of one.
        #expect((3...9).contains(deaths))
        let problems = try program.run("list", "--problems").output
        for id in ["bad-workflow", "bad-activity", "bad-local"] { #expect(problems.contains(id)) }
        let shown = try program.run("show", "good-local").output
        #expect(shown.contains("local activity local-1 take completed \""), "\(shown)")
        for number in 0..<50 {
            #expect(try program.run("result", "g\(number)", "--timeout", "1s").output == "\"good n\(number)\"")
        }
    }

    @Test func `twenty kills blame nobody`() throws {
        let program = try Program("crash-ctl")
        defer { program.remove() }
        #expect(try program.run("start", "Good", "--id", "g", "--input", "\"slow\"").status == 0)
        let sign = program.directory.appending(path: "running-slow-0").path
        for round in 0..<20 {
            let worker = try program.startWorker()
            while !FileManager.default.fileExists(atPath: sign), worker.isRunning { usleep(1000) }
            kill(worker.processIdentifier, round % 4 == 3 ? SIGSEGV : SIGKILL)
            worker.waitUntilExit()
            #expect(worker.terminationReason == .uncaughtSignal)
            try FileManager.default.removeItem(atPath: sign)
        }
        let deaths = try work(program, deaths: 0) { try program.run("count").output.contains("completed 1") }
        #expect(deaths == 0)
        #expect(try program.run("result", "g", "--timeout", "1s").output == "\"good slow\"")
        #expect(try program.run("list", "--problems").output.isEmpty)
        let history = try program.run("show", "g", "--json").output
        #expect(!history.contains("the worker process died while running it"))
        let left = try FileManager.default.contentsOfDirectory(atPath: program.directory.path)
        #expect(left.filter { $0.contains("-blame-") }.isEmpty, "the files of the dead are read and removed")
    }
}
