#if PostgreSQL
import ChildProcesses
import Foundation
import History
import PostgresServer
import Testing
import WorkflowAPI

/// Three workers on one PostgreSQL server: they are killed, connections are cut, the server is restarted as after a power cut,
/// two of these at once.
@Suite(.enabled(if: PostgresServer.isAvailable, "\(PostgresServer.unavailable)"), .serialized)
struct PostgresKillTests {
    private static let rounds = 20
    private static let chains = 40
    private static let tallies = 30
    private static let numbers = 10

    @Test(.timeLimit(.minutes(5)))
    func `nothing is lost and nothing happens twice, whatever dies`() async throws {
        let seed = ProcessInfo.processInfo.environment["SEED"].flatMap { UInt64($0) } ?? .random(in: 0 ... .max)
        print("PostgreSQL kill test: seed \(seed)")
        var random = SeededGenerator(state: seed)
        let workers = try await PostgresWorkers(try PostgresServer())
        try await startAll(workers)
        var words = (0..<Self.tallies).flatMap { tally in (1...Self.numbers).map { (tally, $0) } }
        words.shuffle(using: &random)
        var names = (0..<3).map { "worker-\($0)-0" }
        var processes = try names.map { try workers.start($0) }
        var troubles: [String: Int] = [:]
        for (round, pair) in Trouble.pairs(for: Self.rounds, using: &random).enumerated() {
            troubles["\(pair.0) and \(pair.1)", default: 0] += 1
            let victims = Trouble.victims(using: &random)
            try Trouble.befall(pair, workers.server) { which in
                kill(processes[victims[which]].processIdentifier, SIGKILL)
                processes[victims[which]].waitUntilExit()
            }
            for index in processes.indices where !processes[index].isRunning {
                // One that was not killed has found no server at its start.
                let wasKilled = processes[index].terminationReason == .uncaughtSignal
                #expect(wasKilled || !workers.log(names[index]).contains("polls"), "\(workers.log(names[index]))")
                names[index] = "worker-\(index)-\(round + 1)"
                processes[index] = try workers.start(names[index])
            }
            for _ in 0..<(Self.tallies * Self.numbers / Self.rounds) {
                guard let (tally, number) = words.popLast() else { break }
                try await say(number, to: tally, workers)
            }
        }
        while let (tally, number) = words.popLast() { try await say(number, to: tally, workers) }
        try await workers.wait(.seconds(120), for: "everything to finish") {
            let open = try? await workers.engine.service.countWorkflows(ListWorkflowsRequest())
            return open.map { $0[.running, default: 0] == 0 } ?? false
        }
        for process in processes { process.terminate() }
        for process in processes { process.waitUntilExit() }
        print("PostgreSQL kill test: \(troubles.sorted { $0.key < $1.key })")
        try await expectEverythingOnce(workers)
        await workers.remove()
        workers.server.remove()
    }

    private func startAll(_ workers: PostgresWorkers) async throws {
        for number in 0..<Self.chains { try await start("chain-\(number)", "Good", #""c\#(number)""#, workers) }
        for number in 0..<Self.tallies { try await start("tally-\(number)", "Tally", "\(Self.numbers)", workers) }
    }

    private func start(_ id: String, _ type: String, _ input: String, _ workers: PostgresWorkers) async throws {
        let request = StartWorkflowRequest(
            workflowID: WorkflowID(id),
            workflowType: type,
            taskQueue: "crashes",
            input: [.json(input)],
            identity: "test",
            requestID: "start-\(id)"
        )
        _ = try await workers.insist { try await workers.engine.service.startWorkflow(request) }
    }

    private func say(_ number: Int, to tally: Int, _ workers: PostgresWorkers) async throws {
        let request = SignalWorkflowRequest(
            workflowID: WorkflowID("tally-\(tally)"),
            signalName: "add",
            input: [.json("\(1 << number)")],
            identity: "test",
            requestID: "add-\(tally)-\(number)"
        )
        try await workers.insist { try await workers.engine.service.signalWorkflow(request) }
    }

    private func expectEverythingOnce(_ workers: PostgresWorkers) async throws {
        let counts = try await workers.engine.service.countWorkflows(ListWorkflowsRequest())
        #expect(counts == [.completed: Self.chains + Self.tallies])
        for number in 0..<Self.tallies {
            let events = try await history("tally-\(number)", workers)
            // Every number is another power of two: the sum tells which came, and how often.
            guard case .workflowExecutionCompleted(let end)? = events.last?.attributes else {
                Issue.record("tally-\(number) did not complete")
                continue
            }
            let sum = (1...Self.numbers).reduce(0) { $0 + 1 << $1 }
            #expect(end.result.first.map { String(decoding: $0.data, as: UTF8.self) } == "\(sum)")
            #expect(events.filter { $0.type == .workflowExecutionSignaled }.count == Self.numbers)
        }
        for number in 0..<Self.chains {
            let events = try await history("chain-\(number)", workers)
            #expect(events.filter { $0.type == .activityTaskCompleted }.count == 3)
            #expect(events.last?.type == .workflowExecutionCompleted)
        }
        let problems = try await workers.problems()
        #expect(problems == [])
        // What a problem is about would be gone with the database.
        for number in 0..<Self.tallies where problems.contains(where: { $0.contains("'tally-\(number)'") }) {
            let events = try await history("tally-\(number)", workers)
            Issue.record("\(events.map { "\($0.id) \($0.time) \($0.attributes)" }.joined(separator: "\n"))")
        }
    }

    private func history(_ id: String, _ workers: PostgresWorkers) async throws -> [HistoryEvent] {
        try await workers.engine.service.history(GetHistoryRequest(workflowID: WorkflowID(id)))
    }
}

extension PostgresWorkers {
    /// What `verify` finds wrong, and `replay` of every run.
    func problems(replaying: Bool = true) async throws -> [String] {
        try findings(["verify"]) + (replaying ? findings(["replay", "--all", "--turn-by-turn"]) : [])
    }

    /// What a command says that fails.
    private func findings(_ arguments: [String]) throws -> [String] {
        let program = try ChildProcess(
            BuiltPrograms.path("crash-ctl"),
            arguments + ["--store", "postgres:\(store)"],
            in: directory.path,
            output: directory.appending(path: "findings.out").path,
            errors: directory.appending(path: "findings.err").path
        )
        program.waitUntilExit()
        guard program.terminationStatus != 0 else { return [] }
        return ["findings.out", "findings.err"].flatMap { name in
            ((try? String(contentsOf: directory.appending(path: name), encoding: .utf8)) ?? "").split(separator: "\n")
                .map(String.init)
        }
    }
}
#endif
