import Logging
import Testing
import WorkflowAPI
import WorkflowRuntime
import WorkflowTesting

/// The order of commands is a function of the history alone.
@Suite struct RandomProgramTests {
    private static let count = 200

    /// What a run asked for, in order, and what came of it.
    private static func carry(seed: UInt64, cacheRuns: Bool) async throws -> [HistoryEvent] {
        let environment = TimeSkippingEnvironment(
            workflows: [WorkflowRegistration(RandomProgram.self)],
            activities: RandomProgram.activities,
            cacheRuns: cacheRuns
        )
        let id = WorkflowID("program-\(seed)")
        let handle = try await environment.client.start(
            RandomProgram.self,
            id: id,
            taskQueue: environment.taskQueue,
            input: seed
        )
        for number in 0..<Step.signalCount {
            environment.after(.milliseconds(1500 * (number + 1))) {
                guard try await handle.describe().summary.status == .running else { return }
                try await handle.signal(\.ring, number)
            }
        }
        _ = try? await environment.result(of: handle)
        try #require(try await handle.describe().summary.status != .running, "program \(seed) did not end")
        return try await environment.history(of: id)
    }

    private static func program(_ seed: UInt64) async throws -> (events: Int, stepsOver: Int) {
        let live = try await carry(seed: seed, cacheRuns: true)
        let evicted = try await carry(seed: seed, cacheRuns: false)
        try #require(live == evicted, "eviction after every task changed the history of seed \(seed)")
        do {
            try WorkflowReplayer([WorkflowRegistration(RandomProgram.self)]).replay(live)
        } catch {
            Issue.record("seed \(seed): \(error)")
        }
        let quick = try replay(live, mayStepOver: true)
        let slow = try replay(live, mayStepOver: false)
        #expect(quick.ended == slow.ended, "stepping over recorded results changed what seed \(seed) does")
        return (live.count, quick.stepsOver)
    }

    /// What a replay of a whole history leaves in the actor, and how often code went on without being parked.
    private static func replay(
        _ history: [HistoryEvent],
        mayStepOver: Bool
    ) throws -> (ended: QueryResult?, stepsOver: Int) {
        let execution = WorkflowExecution(workflowID: "replay", runID: "replay")
        let run = WorkflowRegistration(RandomProgram.self).makeRun(
            namespace: .default,
            execution: execution,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
        run.cursor.mayStepOver = mayStepOver
        let activation = try run.activate(
            WorkflowTask(
                token: TaskToken(
                    namespace: .default,
                    execution: execution,
                    runKey: 1,
                    scheduledEventID: 0,
                    startedEventID: 0,
                    attempt: 1,
                    claim: 1
                ),
                namespace: .default,
                execution: execution,
                workflowType: "RandomProgram",
                previousStartedEventID: 0,
                startedEventID: 0,
                attempt: 1,
                history: history,
                queries: [WorkflowQuery(id: "ended", queryType: "ended")],
                isQueryOnly: true
            )
        )
        #expect(run.evict())
        return (activation.queryResults["ended"], run.cursor.stepsOver)
    }

    @Test func `two hundred random programs ask for the same live, replayed, and evicted after every task`()
        async throws
    {
        let base = UInt64.random(in: 0...UInt64.max / 2)
        print("random programs from seed \(base)")
        var total = (events: 0, stepsOver: 0)
        for offset in 0..<UInt64(Self.count) {
            let program = try await Self.program(base + offset)
            total.events += program.events
            total.stepsOver += program.stepsOver
        }
        #expect(total.events > Self.count * 12)
        #expect(total.stepsOver > Self.count)
    }

    @Test(arguments: [1, 2, 3, 4, 5, 6, 7, 8] as [UInt64])
    func `fixed random programs do too`(seed: UInt64) async throws {
        #expect(try await Self.program(seed).events > 3)
    }
}
