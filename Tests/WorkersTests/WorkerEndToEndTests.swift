import MetricsTestKit
import ServiceLifecycle
import Synchronization
import Testing
import Workers
import WorkflowAPI
import WorkflowRuntime

@Suite(.timeLimit(.minutes(5)))
struct WorkerEndToEndTests {
    /// Reserves, waits an hour, waits for two approvals, pays.
    private actor Purchase: WorkflowDefinition {
        static let reserve = ActivityDescriptor<Int, [Int]>("reserve")
        private var approvals: [String] = []

        struct Messages: Sendable {
            let approve = SignalDescriptor<String>("approve")
            let approvals = QueryDescriptor<NoValue, [String]>("approvals")
        }
        static let messages = Messages()

        func run(_ number: Int) async throws -> String {
            let options = ActivityOptions(startToCloseTimeout: .seconds(100))
            async let first = Workflow.execute(Self.reserve, number, options: options)
            async let second = Workflow.execute(Self.reserve, number + 1, options: options)
            let reserved = try await first + second
            try await Workflow.sleep(for: .seconds(3600))
            try await Workflow.condition { self.approvals.count >= 2 }
            return "\(reserved) \(approvals.joined(separator: "+"))"
        }

        static func handlers(_ handlers: inout WorkflowHandlers<Purchase>) {
            handlers.signal("approve") { (workflow, by: String) in workflow.approvals.append(by) }
            handlers.query("approvals") { workflow in workflow.approvals }
        }
    }

    private let workflows = [WorkflowRegistration(Purchase.self)]
    private let reserve = activity("reserve") { number, _ in [number] }

    private func start(_ engine: EngineFixture, _ id: WorkflowID, _ input: Int = 1) async throws
        -> WorkflowHandle<Purchase>
    {
        try await engine.client.start(Purchase.self, id: id, taskQueue: "orders", input: input)
    }

    @Test(arguments: [0, 1, 1000])
    func `activities, timer, signals and a query carry a run through, whatever is cached`(cached: Int) async throws {
        let engine = EngineFixture(answering: workflows)
        let configuration = testConfiguration { $0.maxCachedRuns = cached }
        try await withWorker(engine.service, configuration, workflows: workflows, activities: [reserve]) { _ in
            let handle = try await start(engine, "po-1")
            try await engine.history("po-1") { $0.contains { $0.type == .timerStarted } }
            try await handle.signal(\.approve, "ann")
            #expect(try await handle.query(\.approvals) == ["ann"])
            try await engine.skip(to: .timerFired, of: "po-1")
            try await handle.signal(\.approve, "bob")
            let history = try await engine.history("po-1") { $0.last?.type == .workflowExecutionCompleted }
            #expect(try await handle.result(timeout: .zero) == "[1, 2] ann+bob")
            #expect(history.count { $0.type == .activityTaskCompleted } == 2)
            #expect(!history.contains { $0.type == .workflowTaskFailed || $0.type == .workflowTaskTimedOut })
            try WorkflowReplayer(workflows).replay(history)
        }
    }

    @Test func `a failing activity is tried again after its backoff`() async throws {
        let engine = EngineFixture()
        let attempts = Mutex<[Int]>([])
        let flaky = activity("reserve") { number, context in
            attempts.withLock { $0.append(context.info.attempt) }
            guard context.info.attempt > 2 else { throw ApplicationError(type: "Busy", message: "try later") }
            return [number]
        }
        try await withWorker(engine.service, workflows: workflows, activities: [flaky]) { _ in
            _ = try await start(engine, "po-1")
            try await engine.skip(to: .timerStarted, of: "po-1")
        }
        #expect(attempts.withLock { $0.sorted() } == [1, 1, 2, 2, 3, 3])
    }

    @Test func `many runs share a cache of one and all come to their end`() async throws {
        let engine = EngineFixture()
        let metrics = TestMetrics()
        let configuration = testConfiguration {
            $0.maxCachedRuns = 1
            $0.metricsFactory = metrics
        }
        try await withWorker(engine.service, configuration, workflows: workflows, activities: [reserve]) { _ in
            let ids = (0..<8).map { WorkflowID("po-\($0)") }
            for (index, id) in ids.enumerated() { _ = try await start(engine, id, index) }
            for id in ids { try await engine.skip(to: .timerFired, of: id) }
            for id in ids {
                let handle = engine.client.handle(Purchase.self, id: id)
                try await handle.signal(\.approve, "ann")
                try await handle.signal(\.approve, "bob")
            }
            for (index, id) in ids.enumerated() {
                try await engine.history(id) { $0.last?.type == .workflowExecutionCompleted }
                let handle = engine.client.handle(Purchase.self, id: id)
                #expect(try await handle.result(timeout: .zero) == "[\(index), \(index + 1)] ann+bob")
            }
        }
        let place = [("namespace", "default"), ("task_queue", "orders")]
        let evicted = try metrics.expectCounter("worker_sticky_cache_total", place + [("outcome", "evicted")])
        #expect(evicted.totalValue >= 8)
        #expect(try metrics.expectGauge("worker_sticky_cache_runs", place).lastValue == 0)
    }

    @Test func `a run goes on with the next worker when the first one stops`() async throws {
        let engine = EngineFixture()
        try await withWorker(engine.service, workflows: workflows, activities: [reserve]) { _ in
            _ = try await start(engine, "po-1")
            try await engine.history("po-1") { $0.contains { $0.type == .timerStarted } }
        }
        let handle = engine.client.handle(Purchase.self, id: "po-1")
        try await handle.signal(\.approve, "ann")
        try await handle.signal(\.approve, "bob")
        try await withWorker(engine.service, workflows: workflows, activities: [reserve]) { _ in
            try await engine.skip(to: .workflowExecutionCompleted, of: "po-1")
        }
        #expect(try await handle.result(timeout: .zero) == "[1, 2] ann+bob")
        let history = try await engine.history("po-1")
        #expect(!history.contains { $0.type == .workflowTaskFailed || $0.type == .workflowTaskTimedOut })
    }

    @Test func `an activity that a stopping worker hands back is taken again as the same attempt`() async throws {
        let engine = EngineFixture()
        let clock = TestClock()
        let started = Gate()
        let slow = activity("reserve") { _, _ in
            started.open()
            try await untilCancelled()
            return []
        }
        try await withWorker(engine.service, testConfiguration(clock: clock), workflows: workflows, activities: [slow])
        {
            group in
            _ = try await start(engine, "po-1")
            await started.pass()
            await group.triggerGracefulShutdown()
            await clock.waitForSleeper(until: .seconds(30))
            clock.advance(by: .seconds(30))
        }
        // Well before the limit of an attempt, and no time has passed for the engine: only a hand-back explains it.
        let attempts = Mutex<Set<Int>>([])
        let quick = activity("reserve") { number, context in
            attempts.withLock { _ = $0.insert(context.info.attempt) }
            return [number]
        }
        try await withWorker(engine.service, workflows: workflows, activities: [quick]) { _ in
            try await engine.history("po-1") { $0.contains { $0.type == .timerStarted } }
        }
        #expect(attempts.withLock { $0 } == [1])
    }

    @Test func `a type that the worker does not know leaves the run open with a failed task`() async throws {
        let engine = EngineFixture()
        let other = [WorkflowRegistration(Collector.self)]
        try await withWorker(engine.service, workflows: other) { _ in
            let handle = try await start(engine, "po-1")
            let history = try await engine.history("po-1") { $0.contains { $0.type == .workflowTaskFailed } }
            guard case .workflowTaskFailed(let failed)? = history.last?.attributes else {
                Issue.record("the last event is the failed task: \(history)")
                return
            }
            #expect(failed.failure?.message.contains("registered: Collector") == true)
            #expect(try await handle.describe().summary.status == .running)
        }
    }

    @Test func `cancelling a run reaches an activity with its next heartbeat`() async throws {
        let engine = EngineFixture()
        let clock = TestClock()
        let started = Gate()
        let slow = activity("hold") { _, context in
            started.open()
            while !Task.isCancelled {
                context.heartbeat(1)
                await Task.yield()
            }
            try Task.checkCancellation()
            return []
        }
        let registrations = [WorkflowRegistration(Holder.self)]
        let configuration = testConfiguration(clock: clock)
        try await withWorker(engine.service, configuration, workflows: registrations, activities: [slow]) { _ in
            let handle = try await engine.client.start(Holder.self, id: "h-1", taskQueue: "orders", input: 1)
            await started.pass()
            try await handle.cancel()
            try await engine.history("h-1") { $0.contains { $0.type == .activityTaskCancelRequested } }
            // The first heartbeat has gone at once; the next one goes after 80 % of the timeout.
            clock.advance(by: .seconds(8))
            try await engine.history("h-1") { $0.last?.type == .workflowExecutionCanceled }
        }
        let history = try await engine.history("h-1")
        #expect(history.contains { $0.type == .activityTaskCanceled })
    }

    private actor Holder: WorkflowDefinition {
        func run(_ number: Int) async throws -> [Int] {
            try await Workflow.execute(
                ActivityDescriptor<Int, [Int]>("hold"),
                number,
                options: ActivityOptions(
                    startToCloseTimeout: .seconds(100),
                    heartbeatTimeout: .seconds(10),
                    cancellationType: .waitCancellationCompleted
                )
            )
        }
    }
}
