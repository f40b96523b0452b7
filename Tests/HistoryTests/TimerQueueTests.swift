import Synchronization
import Testing
import WorkflowAPI
import WorkflowTesting

@testable import History

extension DueRun {
    static let idle = DueRun.of(0)

    static func of(_ handled: Int, next: Timestamp? = nil) -> DueRun { DueRun(handled: handled, next: next) }
}

struct TimerQueueTests {
    private let clock = ManualEngineClock()

    private func run(_ queue: TimerQueue, onTrouble: @escaping @Sendable (any Error) -> Void = { _ in }) -> Task<
        Void, Never
    > {
        Task { await queue.run(onTrouble: onTrouble) }
    }

    @Test func `a round goes on while it finds full batches`() async throws {
        let next = clock.now() + .seconds(5)
        let store = ScriptedStore(clock: clock, [.success(.of(64)), .success(.of(64)), .success(.of(3, next: next))])
        let queue = TimerQueue(store: store, clock: clock)
        #expect(try await queue.fire() == next)
        #expect(store.rounds == 3)
    }

    @Test func `the loop sleeps until the next row is due, but never longer than a second`() async {
        let soon = clock.now() + .milliseconds(300)
        let store = ScriptedStore(clock: clock, [.success(.of(0, next: soon)), .success(.idle)])
        let loop = run(TimerQueue(store: store, clock: clock))
        await clock.waitForSleepers()
        #expect(clock.earliestDeadline == soon && store.rounds == 1)
        clock.advance(by: .milliseconds(300))
        await clock.waitForSleepers()
        #expect(clock.earliestDeadline == clock.now() + .seconds(1) && store.rounds == 2)
        loop.cancel()
        await loop.value
        #expect(clock.sleeperCount == 0)
    }

    @Test func `a commit that makes something due earlier wakes the loop and one that does not lets it sleep`() async {
        let next = clock.now() + .milliseconds(500)
        let earlier = clock.now() + .milliseconds(200)
        let store = ScriptedStore(clock: clock, [.success(.of(0, next: next)), .success(.of(0, next: earlier))])
        let loop = run(TimerQueue(store: store, clock: clock))
        await clock.waitForSleepers()
        var later = CommitNotice()
        later.earliestDue = clock.now() + .seconds(7)
        store.commit(later)
        #expect(clock.sleeperCount == 1 && store.rounds == 1)
        var sooner = CommitNotice()
        sooner.earliestDue = earlier
        store.commit(sooner)
        while store.rounds < 2 { await Task.yield() }
        await clock.waitForSleepers()
        #expect(store.rounds == 2)
        loop.cancel()
        await loop.value
    }

    @Test func `a commit of another process wakes the loop`() async {
        let store = ScriptedStore(clock: clock, [])
        let loop = run(TimerQueue(store: store, clock: clock))
        await clock.waitForSleepers()
        store.commit(.elsewhere)
        while store.rounds < 2 { await Task.yield() }
        #expect(store.rounds == 2)
        loop.cancel()
        await loop.value
    }

    @Test func `store trouble is reported and waited out`() async {
        let trouble = WorkflowServiceError(.unavailable, "the disk is full")
        let store = ScriptedStore(clock: clock, [.failure(trouble), .failure(trouble), .success(.idle)])
        let heard = Mutex<[String]>([])
        let loop = run(TimerQueue(store: store, clock: clock)) { error in heard.withLock { $0.append("\(error)") } }
        for round in 1...3 {
            await clock.waitForSleepers()
            #expect(store.rounds == round)
            clock.advance(by: .seconds(1))
        }
        #expect(heard.withLock { $0 } == ["the disk is full", "the disk is full"])
        loop.cancel()
        await loop.value
    }

    @Test func `over a real store the loop fires timers at their time`() async throws {
        let store = InMemoryHistoryStore(clock: { [clock] in clock.now() })
        let service = EmbeddedWorkflowService(store: store, clock: clock) { 7 }
        let loop = run(TimerQueue(store: store, clock: clock))
        _ = try await service.startWorkflow(
            StartWorkflowRequest(
                workflowID: "order-1",
                workflowType: "Order",
                taskQueue: "main",
                requestID: "r",
                startDelay: .milliseconds(700)
            )
        )
        let poll = Task {
            try await service.pollWorkflowTask(
                PollTaskRequest(namespace: .default, taskQueue: "main", worker: WorkerIdentity(identity: "a"))
            )
        }
        await clock.waitForSleepers(2)
        clock.advance(by: .milliseconds(699))
        #expect(try await store.backlog(.workflow, of: "main", in: .default).count == 0)
        clock.advance(by: .milliseconds(1))
        let task = try await poll.value
        #expect(task?.execution.workflowID == "order-1")
        loop.cancel()
        await loop.value
    }
}
