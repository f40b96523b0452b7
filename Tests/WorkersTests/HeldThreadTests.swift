import Dispatch
import Foundation
import InMemoryLogging
import Logging
import ServiceLifecycle
import Synchronization
import Testing
import Workers
import WorkflowAPI
import WorkflowRuntime

@Suite(.timeLimit(.minutes(5)))
struct HeldThreadTests {
    /// Blocks its thread, as workflow code must not.
    private actor Blocker: WorkflowDefinition {
        func run(_ count: Int) async throws -> Int {
            Block.block()
            return count
        }
    }

    private enum Block {
        static let turns = Atomic(0)
        static let isReleased = Atomic(false)

        @inline(never) static func block() {
            while !isReleased.load(ordering: .relaxed) {
                turns.add(1, ordering: .relaxed)
                usleep(1000)
            }
        }
    }

    @Test
    func `code that holds its thread fails its task with its stack, and holds up neither other runs nor the stop`()
        async throws
    {
        let clock = TestClock()
        let handler = InMemoryLogHandler()
        let service = FakeTaskService()
        try await withWorker(
            service,
            testConfiguration(clock: clock) { $0.workflowThreads = 1 },
            workflows: [WorkflowRegistration(Blocker.self), WorkflowRegistration(Collector.self)],
            logger: Logger(label: "test") { _ in handler }
        ) { group in
            var task = HistoryScript(run: "stuck", count: 1).task(partial: false)
            task.workflowType = "Blocker"
            service.add(task)
            while Block.turns.load(ordering: .relaxed) == 0 { await Task.yield() }
            // Waits for the only thread.
            service.add(HistoryScript(run: "other", count: 0).task(partial: false))
            for offset in [1, 2] {
                await clock.waitForSleeper(until: .seconds(offset))
                clock.advance(by: .seconds(1))
            }
            let failed = await service.first(Self.failed)
            #expect(failed.token.execution.runID == "stuck" && failed.cause == .workflowWorkerUnhandledFailure)
            let report = try #require(failed.failure.escapeReport)
            #expect(report.kind == .heldThread && report.workflowType == "Blocker")
            #expect(report.function?.contains("block") == true, "\(report)")
            #expect(report.location?.fileID == "WorkersTests/HeldThreadTests.swift")
            #expect(report.stack?.contains { $0.contains("run(_:)") } == true, "\(report.stack ?? [])")
            #expect(failed.failure.message.contains("held its thread for"), "\(failed.failure.message)")
            let other = await service.first { call in
                if case .completeWorkflow(let request) = call { request } else { nil }
            }
            #expect(other.token.execution.runID == "other")
            // While it is still there, another task of its run would only wait for it.
            service.add(task)
            #expect(await service.all(2, Self.failed).last?.failure.escapeReport == report)
            await group.triggerGracefulShutdown()
        }
        let warnings = handler.entries.filter { $0.message.description.contains("holds its thread") }
        #expect(warnings.map { $0.metadata[LogKeys.runID] } == ["stuck"], "each is named once")
        #expect(warnings.first?.metadata[LogKeys.stack].map { "\($0)" }?.contains("block") == true)
        Block.isReleased.store(true, ordering: .relaxed)
    }

    private static func failed(_ call: FakeTaskService.Call) -> FailWorkflowTaskRequest? {
        if case .failWorkflow(let request) = call { request } else { nil }
    }

    @Test func `a turn that gets on is not given up, and one that returns late is told so`() async {
        let clock = TestClock()
        let threads = WorkflowThreads(count: 1, name: "test", clock: WorkerClock(clock))
        let release = DispatchSemaphore(value: 0)
        let (entered, returned) = (Gate(), Gate())
        async let stuck = threads.turn(for: "run", late: { (_: Int) in returned.open() }) { beat in
            clock.advance(by: .seconds(5))
            beat()
            entered.open()
            release.wait()
            return 1
        }
        await entered.pass()
        #expect(threads.giveUp(longerThan: .seconds(2)).isEmpty, "it had a beat just now")
        clock.advance(by: .seconds(2))
        #expect(threads.giveUp(longerThan: .seconds(2)).map(\.runID) == ["run"])
        #expect(threads.giveUp(longerThan: .seconds(2)).isEmpty, "once")
        guard case .held(let held) = await stuck else {
            Issue.record("nobody was told")
            return
        }
        #expect(held.duration == .seconds(2) && !held.stack.isEmpty)
        #expect(threads.held("run") != nil)
        #expect(await threads.run(for: "run") { 2 } == 2, "another thread took over")
        release.signal()
        await returned.pass()
        while threads.held("run") != nil { await Task.yield() }
        #expect(await threads.run(for: "run") { 3 } == 3)
        threads.stop()
    }
}
