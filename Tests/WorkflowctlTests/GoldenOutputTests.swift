import Foundation
import History
import Testing
import WorkflowAPI

/// What `--json` prints is a contract with scripts: keys may be added, and that shows here, but none may change or go.
/// `UPDATE_GOLDEN=1 swift test --filter GoldenOutputTests` writes the files anew.
@Suite(.serialized) struct GoldenOutputTests {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Golden")

    /// Ages depend on when the test runs; nothing else does.
    private func normalised(_ text: String) -> String {
        text.replacing(#/Age":"[0-9dhms]+"/#, with: #"Age":"AGE""#) + "\n"
    }

    private func expectGolden(_ name: String, _ program: Program, status: Int32 = 0, _ arguments: String...) throws {
        let outcome = try program.run(arguments + ["--json"])
        #expect(outcome.status == status, "\(arguments): \(outcome.errors)")
        let found = normalised(outcome.output)
        for line in outcome.output.split(separator: "\n") {
            #expect(throws: Never.self) { try JSONSerialization.jsonObject(with: Data(line.utf8)) }
        }
        let file = Self.folder.appending(path: name + ".jsonl")
        if ProcessInfo.processInfo.environment["UPDATE_GOLDEN"] != nil { try Data(found.utf8).write(to: file) }
        #expect(try String(contentsOf: file, encoding: .utf8) == found, "\(name)")
    }

    private static let report =
        #"{"actual":"wants to schedule activity 1 'b'","eventID":5,"expected":"activity 1 'a'","#
        + #""eventType":"ActivityTaskScheduled","recorded":{"kind":"activity","id":"1","name":"a"},"#
        + #""wanted":{"kind":"activity","id":"1","name":"b"},"lastMatchingCall":{"eventID":3,"call":{"kind":"timer","#
        + #""id":"1"},"location":{"fileID":"Greeting/Greeting.swift","line":9}},"#
        + #""patchPlace":{"position":"before","location":{"fileID":"Greeting/Greeting.swift","line":12}},"#
        + #""lastMatch":"event 3, timer 1","location":{"fileID":"Greeting/Greeting.swift","line":12},"#
        + #""runID":"r","workflowID":"differs","workflowType":"Greeting"}"#
    private static let escape =
        #"{"eventID":3,"kind":"task","reason":"workflow code handed work to a task outside of "#
        + #"the run","runID":"r","workflowID":"escapes","workflowType":"Greeting"}"#

    /// One run of each kind of interest.
    private func fill(_ store: ScriptedStore) async throws {
        let worker = try await store.register("worker-a")
        try await store.start("done")
        try await store.turn(
            worker,
            [.completeWorkflow(Command.CompleteWorkflow(result: [.json(#"{"sent":"a/b","count":2.50,"to":null}"#)]))]
        )
        try await store.start("waits")
        try await store.turn(
            worker,
            [
                .mail("1"), .mail("2", queue: "elsewhere"),
                .startTimer(Command.StartTimer(timerID: "1", startToFireTimeout: .seconds(90))),
            ]
        )
        try await store.failActivity(worker, .application("no \"luck\"", type: "Trouble"))
        try await store.start("differs")
        try await store.fail(
            worker,
            cause: .nonDeterministicError,
            .application("differs at event 5", type: "NondeterminismError", details: [.json(Self.report)])
        )
        try await store.start("escapes")
        try await store.fail(
            worker,
            cause: .workflowWorkerUnhandledFailure,
            .application("left its run", type: "WorkflowEscape", details: [.json(Self.escape)])
        )
        try await store.start("stranded", queue: "nobody")
        try await store.engine.service.createNamespace("tenant-b", retention: .seconds(30 * 86_400))
    }

    private func fail(_ store: ScriptedStore) async throws {
        let worker = try await store.register("worker-b", queue: "failures")
        try await store.start("fails", queue: "failures")
        let failure = Failure.application("no such vendor", type: "BadOrder")
        try await store.turn(worker, queue: "failures", [.failWorkflow(.init(failure: failure))])
    }

    @Test func `the output for scripts is as it was`() async throws {
        let program = try Program()
        defer { program.remove(leavingHistories: "a script asks for what no code does") }
        let store = try await ScriptedStore(program)
        try await fill(store)
        try expectGolden("list", program, "list")
        try expectGolden("list-problems", program, status: 1, "list", "--problems")
        try expectGolden("count", program, "count")
        try expectGolden("describe", program, "describe", "waits")
        try expectGolden("describe-closed", program, "describe", "done")
        try expectGolden("describe-nondeterminism", program, "describe", "differs")
        try expectGolden("describe-escape", program, "describe", "escapes")
        try expectGolden("result", program, "result", "done")
        try expectGolden("task-queue-describe", program, "task-queue", "describe", "greetings")
        try expectGolden("task-queue-describe-stranded", program, "task-queue", "describe", "elsewhere")
        try expectGolden("namespace-list", program, "namespace", "list")
        try expectGolden("schema-status", program, "schema", "status")
        try expectGolden("retry", program, "retry", "waits")
        try expectGolden("signal", program, "signal", "waits", "greet", "--input", #""R""#, "--request-id", "r-1")
        try expectGolden("cancel", program, "cancel", "waits", "--request-id", "r-2")
        try expectGolden("activity-complete", program, "activity", "complete", "waits", "1", "--input", "5")
        try expectGolden("activity-fail", program, "activity", "fail", "waits", "2", "--message", "m")
        try expectGolden("terminate", program, "terminate", "waits", "--reason", "no \u{1F44D}\n")
        try expectGolden("namespace-create", program, "namespace", "create", "n", "--retention", "1h30m")
        try expectGolden("backup", program, "backup", "copy.db")
        try await fail(store)
        try expectGolden("describe-failed", program, "describe", "fails")
        await store.engine.close()
    }

    @Test func `a closed run is described with what became of it`() async throws {
        let program = try Program()
        defer { program.remove(leavingHistories: "a script asks for what no code does") }
        let store = try await ScriptedStore(program)
        try await fill(store)
        try await fail(store)
        let done = try program.run("describe", "done").output
        #expect(done.hasSuffix(#"result     {"sent":"a/b","count":2.50,"to":null}"#), "\(done)")
        #expect(try program.run("describe", "fails").output.hasSuffix("failure    BadOrder: no such vendor"))
        #expect(try program.run("terminate", "waits", "--reason", "typed wrongly").status == 0)
        #expect(try program.run("describe", "waits").output.contains("reason     typed wrongly (by "))
        #expect(try !program.run("describe", "differs").output.contains("result"))
        await store.engine.close()
    }

    @Test func `words of others keep to their line and move no cursor`() async throws {
        let program = try Program()
        defer { program.remove(leavingHistories: "a script asks for what no code does") }
        let store = try await ScriptedStore(program)
        let worker = try await store.register("worker-a")
        try await store.start("g")
        try await store.turn(worker, [.mail("1")])
        try await store.failActivity(worker, .application("no\nluck\u{1B}[2J", type: "Trouble"))
        let described = try program.run("describe", "g").output
        #expect(described.contains("last failure: no luckU+1B[2J\n") || described.hasSuffix("no luckU+1B[2J"))
        let json = try program.run("describe", "g", "--json").output
        #expect(json.contains(#""lastFailure":"no\nluck\u001b[2J""#), "\(json)")
        await store.engine.close()
    }

    @Test func `the reports of replay can be read by people`() async throws {
        let program = try Program()
        defer { program.remove(leavingHistories: "a script asks for what no code does") }
        let store = try await ScriptedStore(program)
        try await fill(store)
        let differs = try program.run("describe", "differs").output
        for line in [
            "problem    nondeterminism", "the code no longer fits the history", "at event     5, ActivityTaskScheduled",
            "history has  activity 1 'a'", "the code     wants to schedule activity 1 'b'",
            "in           Greeting/Greeting.swift:12", "last match   event 3, timer 1 in Greeting/Greeting.swift:9",
            "patch goes   before Greeting/Greeting.swift:12", "Workflow.patched",
        ] {
            #expect(differs.contains(line), "\(differs)")
        }
        let escapes = try program.run("describe", "escapes").output
        for line in ["workflow code left its run", "handed work to a task", "kind       task", "deploy a corrected"] {
            #expect(escapes.contains(line), "\(escapes)")
        }
        await store.engine.close()
    }
}
