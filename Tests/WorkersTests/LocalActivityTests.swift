import Foundation
import History
import MetricsTestKit
import ServiceLifecycle
import Synchronization
import Testing
import Workers
import WorkflowAPI
import WorkflowRuntime

/// Runs one local activity; says how it ended, and what signals came before that.
actor Lone: WorkflowDefinition {
    static let work = ActivityDescriptor<Int, [Int]>("work")
    private var words: [String] = []

    struct Messages: Sendable { let say = SignalDescriptor<String>("say") }
    static let messages = Messages()

    func run(_ options: Options) async throws -> String {
        do {
            let result = try await Workflow.executeLocal(
                Self.work,
                7,
                options: LocalActivityOptions(
                    startToCloseTimeout: options.limit,
                    retryPolicy: RetryPolicy(initialInterval: .milliseconds(1), maximumAttempts: options.attempts),
                    localRetryThreshold: .seconds(60)
                )
            )
            return "\(result) \(words.joined(separator: "+"))"
        } catch let error as ActivityError {
            return "\(error.retryState): \(error.cause)"
        }
    }

    struct Options: Codable, Sendable {
        var limit = Duration.seconds(60)
        var attempts = 1
    }

    static func handlers(_ handlers: inout WorkflowHandlers<Lone>) {
        handlers.signal("say") { (workflow, word: String) in workflow.words.append(word) }
    }
}

/// Two local activities side by side; the first that ends cancels the other.
actor Racing: WorkflowDefinition {
    func run(_ input: NoValue) async throws -> [Int] {
        try await withThrowingTaskGroup(of: [Int].self) { group in
            group.addTask { try await Workflow.executeLocal(Lone.work, 1) }
            group.addTask { try await Workflow.executeLocal(Lone.work, 2) }
            defer { group.cancelAll() }
            return try await group.next() ?? []
        }
    }
}

/// So many local activities side by side.
actor Crowd: WorkflowDefinition {
    func run(_ count: Int) async throws -> Int {
        try await withThrowingTaskGroup(of: [Int].self) { group in
            for number in 0..<count { group.addTask { try await Workflow.executeLocal(Lone.work, number) } }
            var sum = 0
            for try await result in group { sum += result.reduce(0, +) }
            return sum
        }
    }
}

/// So many local activities side by side, of which the first that ends cancels the others.
actor Hasty: WorkflowDefinition {
    func run(_ count: Int) async throws -> [Int] {
        try await withThrowingTaskGroup(of: [Int].self) { group in
            for number in 0..<count { group.addTask { try await Workflow.executeLocal(Lone.work, number) } }
            defer { group.cancelAll() }
            return try await group.next() ?? []
        }
    }
}

/// So many local activities one after the other; a signal has another one in between.
actor Chain: WorkflowDefinition {
    private var sum = 0
    private var pending = 0

    struct Messages: Sendable { let add = SignalDescriptor<Int>("add") }
    static let messages = Messages()

    func run(_ count: Int) async throws -> Int {
        for number in 0..<count { sum += try await Workflow.executeLocal(Lone.work, number).reduce(0, +) }
        try await Workflow.condition { self.pending == 0 }
        return sum
    }

    static func handlers(_ handlers: inout WorkflowHandlers<Chain>) {
        handlers.signal("add") { (workflow, number: Int) in
            workflow.pending += 1
            workflow.sum += try await Workflow.executeLocal(Lone.work, number).reduce(0, +)
            workflow.pending -= 1
        }
    }
}

/// What a local activity failed with, and how much of that can be read.
actor Loud: WorkflowDefinition {
    func run(_ input: NoValue) async throws -> String {
        do {
            let options = LocalActivityOptions(retryPolicy: RetryPolicy(maximumAttempts: 1))
            _ = try await Workflow.executeLocal(Lone.work, 1, options: options)
            return "nothing"
        } catch let error as ActivityError {
            let details = try error.applicationError?.detail(as: String.self)
            // Another command for another answer: replay must come to the same.
            try await Workflow.sleep(for: .milliseconds(details == nil ? 1 : 2))
            return error.applicationError?.type ?? "\(type(of: error.cause))"
        }
    }
}

/// Gives back what it is called with, and for one number waits at a gate first.
private final class HeldWork: Sendable {
    let began = Gate()
    let gate = Gate()
    private let held: Int
    private let inputs = Mutex<[Int]>([])

    init(_ held: Int) { self.held = held }

    /// What it was called with, in order.
    var calls: [Int] { inputs.withLock { $0 } }

    var work: ActivityRegistration {
        activity("work") { number, _ in
            self.inputs.withLock { $0.append(number) }
            if number == self.held {
                self.began.open()
                await self.gate.pass()
            }
            return [number]
        }
    }
}

@Suite(.timeLimit(.minutes(5)))
struct LocalActivityTests {
    private let workflows = [
        WorkflowRegistration(Lone.self), WorkflowRegistration(Racing.self), WorkflowRegistration(Crowd.self),
        WorkflowRegistration(Hasty.self), WorkflowRegistration(Chain.self), WorkflowRegistration(Loud.self),
    ]

    private func start(
        _ engine: EngineFixture,
        _ options: Lone.Options = Lone.Options()
    ) async throws -> WorkflowHandle<Lone> {
        try await engine.client.start(Lone.self, id: "w", taskQueue: "orders", input: options)
    }

    private func count(_ history: [HistoryEvent], _ type: EventType) -> Int { history.count { $0.type == type } }

    @Test func `its result and the end of the run are one workflow task, and it is counted`() async throws {
        let engine = EngineFixture()
        let metrics = TestMetrics()
        let seen = Mutex<ActivityInfo?>(nil)
        let work = activity("work") { number, context in
            seen.withLock { $0 = context.info }
            context.heartbeat(1)
            return [number]
        }
        let configuration = testConfiguration { $0.metricsFactory = metrics }
        try await withWorker(engine.service, configuration, workflows: workflows, activities: [work]) { _ in
            let handle = try await start(engine)
            #expect(try await handle.result() == "[7] ")
            let history = try await engine.history("w")
            #expect(
                history.map(\.type) == [
                    .workflowExecutionStarted, .workflowTaskScheduled, .workflowTaskStarted, .workflowTaskCompleted,
                    .markerRecorded, .workflowExecutionCompleted,
                ]
            )
        }
        let info = try #require(seen.withLock { $0 })
        #expect(info.isLocal && info.activityID == "local-1" && info.attempt == 1 && info.workflowType == "Lone")
        let place = [("namespace", "default"), ("task_queue", "orders")]
        let counter = try metrics.expectCounter("worker_local_activities_total", place + [("outcome", "completed")])
        #expect(counter.totalValue == 1)
        #expect(try metrics.expectTimer("worker_local_activity_duration", place).values.count == 1)
    }

    @Test func `an attempt that fails is followed by another within the workflow task`() async throws {
        let engine = EngineFixture()
        let work = activity("work") { number, context in
            guard context.info.attempt == 3 else { throw ApplicationError(type: "Busy", message: "later") }
            return [number]
        }
        try await withWorker(engine.service, workflows: workflows, activities: [work]) { _ in
            let handle = try await start(engine, Lone.Options(attempts: 5))
            #expect(try await handle.result() == "[7] ")
            #expect(count(try await engine.history("w"), .workflowTaskStarted) == 1)
        }
    }

    @Test func `an attempt that passes its limit is told to stop and not waited for`() async throws {
        let engine = EngineFixture()
        let clock = TestClock()
        let wasTold = Gate()
        let release = Gate()
        let work = activity("work") { number, context in
            if context.info.attempt == 1 {
                try? await untilCancelled()
                wasTold.open()
                // It does not heed that for long.
                await release.pass()
            }
            return [number, context.info.attempt]
        }
        let configuration = testConfiguration(clock: clock)
        try await withWorker(engine.service, configuration, workflows: workflows, activities: [work]) { _ in
            let handle = try await start(engine, Lone.Options(limit: .seconds(5), attempts: 2))
            await clock.waitForSleeper(until: .seconds(5))
            clock.advance(by: .seconds(5))
            await wasTold.pass()
            // The pause between attempts.
            clock.advance(by: .seconds(1))
            #expect(try await handle.result() == "[7, 2] ")
            release.open()
        }
    }

    @Test func `one that never ends in time fails with the limit that it passed`() async throws {
        let engine = EngineFixture()
        let clock = TestClock()
        let work = activity("work") { _, _ in
            try await untilCancelled()
            return []
        }
        let configuration = testConfiguration(clock: clock)
        try await withWorker(engine.service, configuration, workflows: workflows, activities: [work]) { _ in
            let handle = try await start(engine, Lone.Options(limit: .seconds(5)))
            await clock.waitForSleeper(until: .seconds(5))
            clock.advance(by: .seconds(5))
            #expect(
                try await handle.result()
                    == "maximumAttemptsReached: local-1 of type 'work': it did not end within 5.0 seconds"
            )
        }
    }

    @Test func `a long one is interrupted for what came meanwhile, and goes on`() async throws {
        let engine = EngineFixture()
        let clock = TestClock()
        let held = HeldWork(7)
        let configuration = testConfiguration(clock: clock)
        try await withWorker(engine.service, configuration, workflows: workflows, activities: [held.work]) { _ in
            let handle = try await start(engine)
            await held.began.pass()
            for word in ["a", "b"] {
                try await handle.signal(\.say, word)
                let before = count(try await engine.history("w"), .workflowTaskStarted)
                clock.advance(by: .seconds(8))
                try await engine.history("w") { count($0, .workflowTaskStarted) > before }
            }
            held.gate.open()
            #expect(try await handle.result() == "[7] a+b")
            let history = try await engine.history("w")
            #expect(count(history, .workflowTaskStarted) == 3)
            #expect(count(history, .workflowTaskFailed) + count(history, .workflowTaskTimedOut) == 0)
        }
        #expect(held.calls == [7])
    }

    @Test func `a signal that comes while it runs does not have it done again`() async throws {
        let engine = EngineFixture()
        let held = HeldWork(7)
        try await withWorker(engine.service, workflows: workflows, activities: [held.work]) { _ in
            let handle = try await start(engine)
            await held.began.pass()
            // The run would end without having seen it: its workflow task fails, and another takes its place.
            try await handle.signal(\.say, "late")
            held.gate.open()
            #expect(try await handle.result() == "[7] late")
            let history = try await engine.history("w")
            #expect(count(history, .workflowTaskFailed) == 1)
        }
        #expect(held.calls == [7], "what is done is remembered")
    }

    @Test func `what is done is known by what it was called with, whatever came in between`() async throws {
        let engine = EngineFixture()
        let held = HeldWork(1)
        try await withWorker(engine.service, workflows: workflows, activities: [held.work]) { _ in
            let handle = try await engine.client.start(Chain.self, id: "w", taskQueue: "orders", input: 3)
            await held.began.pass()
            // In the second attempt its activity comes before those that had its number.
            try await handle.signal(\.add, 100)
            held.gate.open()
            #expect(try await handle.result() == 103)
            #expect(count(try await engine.history("w"), .workflowTaskFailed) == 1)
        }
        #expect(held.calls.sorted() == [0, 1, 2, 100])
    }

    @Test func `a failure that is too large is cut before the code sees it`() async throws {
        let engine = EngineFixture()
        let work = activity("work") { _, _ in
            let details = try PayloadConverter.payload(String(repeating: "x", count: 3 << 20))
            throw ApplicationError(type: "Loud", message: "much", details: [details])
        }
        try await withWorker(engine.service, workflows: workflows, activities: [work]) { _ in
            let handle = try await engine.client.start(Loud.self, id: "w", taskQueue: "orders", input: NoValue())
            try await engine.skip(to: .timerFired, of: "w")
            #expect(try await handle.result() == "Loud")
        }
    }

    @Test func `a result that is too large is a failed attempt`() async throws {
        let engine = EngineFixture()
        let work = activity("work") { _, _ in Array(repeating: 1_000_000, count: 300_000) }
        try await withWorker(engine.service, workflows: workflows, activities: [work]) { _ in
            let result = try await start(engine).result()
            #expect(result.hasPrefix("maximumAttemptsReached") && result.contains("the limit is 2097152"), "\(result)")
        }
    }

    @Test func `many in a row are recorded some hundreds at a time`() async throws {
        let engine = EngineFixture()
        let work = activity("work") { number, _ in [number] }
        try await withWorker(engine.service, workflows: workflows, activities: [work]) { _ in
            let handle = try await engine.client.start(Chain.self, id: "w", taskQueue: "orders", input: 1200)
            #expect(try await handle.result() == (0..<1200).reduce(0, +))
            let history = try await engine.history("w")
            #expect(count(history, .markerRecorded) == 1200)
            #expect(count(history, .workflowTaskCompleted) == 3)
        }
    }

    @Test func `none begins that was cancelled while it waited for room`() async throws {
        let engine = EngineFixture()
        let gate = Gate()
        let runs = Mutex(0)
        let work = activity("work") { number, _ in
            let isFirst = runs.withLock { runs in
                runs += 1
                return runs == 1
            }
            if !isFirst { await gate.pass() }
            return [number]
        }
        let configuration = testConfiguration { $0.maxConcurrentLocalActivities = 1 }
        try await withWorker(engine.service, configuration, workflows: workflows, activities: [work]) { _ in
            let handle = try await engine.client.start(Hasty.self, id: "w", taskQueue: "orders", input: 50)
            _ = try await handle.result()
            gate.open()
        }
        // The first may make room for the second before the run has heard of it.
        #expect(runs.withLock { $0 } <= 2)
    }

    @Test func `one that is wanted no more is told so`() async throws {
        let engine = EngineFixture()
        let stopped = Gate()
        let work = activity("work") { number, _ in
            guard number == 2 else { return [number] }
            try? await untilCancelled()
            stopped.open()
            return []
        }
        try await withWorker(engine.service, workflows: workflows, activities: [work]) { _ in
            let handle = try await engine.client.start(Racing.self, id: "w", taskQueue: "orders", input: NoValue())
            #expect(try await handle.result() == [1])
            await stopped.pass()
            #expect(count(try await engine.history("w"), .markerRecorded) == 1)
        }
    }

    @Test func `no more are in work at a time than the configuration says`() async throws {
        let engine = EngineFixture()
        let inWork = Mutex((now: 0, most: 0))
        let work = activity("work") { number, _ in
            inWork.withLock { $0 = ($0.now + 1, max($0.most, $0.now + 1)) }
            for _ in 0..<20 { await Task.yield() }
            inWork.withLock { $0.now -= 1 }
            return [number]
        }
        let configuration = testConfiguration { $0.maxConcurrentLocalActivities = 2 }
        try await withWorker(engine.service, configuration, workflows: workflows, activities: [work]) { _ in
            let handle = try await engine.client.start(Crowd.self, id: "w", taskQueue: "orders", input: 30)
            #expect(try await handle.result() == (0..<30).reduce(0, +))
        }
        #expect(inWork.withLock { $0.most } == 2)
    }

    @Test func `what cannot be run here fails the workflow task, and says why`() async throws {
        let step = ActivityRegistration(
            ActivityDescriptor<Int, [Int]>("work"),
            transactional: { number, _ in [number] }
        )
        let cases: [(activities: [any ActivityContainer], message: String)] = [
            ([], "no activity named \"work\""),
            ([activity("other") { number, _ in [number] }], "no activity named \"work\""),
            ([step], "is an exactly-once step, which cannot be run as a local activity"),
        ]
        for (activities, message) in cases {
            let service = FakeTaskService { $0.capabilities.insert(.storeTransactions) }
            try await withWorker(service, workflows: workflows, activities: activities) { _ in
                service.add(loneTask())
                let request = await service.first { if case .failWorkflow(let request) = $0 { request } else { nil } }
                #expect(request.failure.message.contains(message), "\(request.failure.message)")
            }
        }
    }

    @Test func `a worker that stops waits for it, then tells it to stop and hands the task back`() async throws {
        let engine = EngineFixture()
        let clock = TestClock()
        let began = Gate()
        let runs = Mutex(0)
        let work = activity("work") { number, _ in
            guard
                runs.withLock({ runs in
                    runs += 1
                    return runs
                }) == 1
            else { return [number] }
            began.open()
            try await untilCancelled()
            return []
        }
        let configuration = testConfiguration(clock: clock) { $0.gracefulShutdownTimeout = .seconds(5) }
        let left = HistoriesAtEnd.left(because: "the run is open")
        try await withWorker(engine.service, configuration, workflows: workflows, activities: [work], histories: left) {
            group in
            _ = try await start(engine)
            await began.pass()
            await group.triggerGracefulShutdown()
            await clock.waitForSleeper(until: .seconds(5))
            clock.advance(by: .seconds(5))
        }
        let description = try await engine.service.describeWorkflow(DescribeWorkflowRequest(workflowID: "w"))
        #expect(description.workflowTask?.started == false && description.workflowTask?.lastFailure == nil)
        try await withWorker(engine.service, workflows: workflows, activities: [work]) { _ in
            let handle = engine.client.handle(Lone.self, id: "w")
            let result = try await handle.result()
            #expect(result == "[7] ")
        }
        #expect(runs.withLock { $0 } == 2)
    }

    @Test func `what has ended before a stop is recorded, and not done again`() async throws {
        let engine = EngineFixture()
        let clock = TestClock()
        let began = Gate()
        let runs = Mutex<[Int]>([])
        let work = activity("work") { number, _ in
            let isFirst = runs.withLock { runs in
                defer { runs.append(number) }
                return !runs.contains(number)
            }
            guard number == 1, isFirst else { return [number] }
            began.open()
            try await untilCancelled()
            return []
        }
        let configuration = testConfiguration(clock: clock) { $0.gracefulShutdownTimeout = .seconds(5) }
        let left = HistoriesAtEnd.left(because: "the run is open")
        try await withWorker(engine.service, configuration, workflows: workflows, activities: [work], histories: left) {
            group in
            _ = try await engine.client.start(Crowd.self, id: "w", taskQueue: "orders", input: 2)
            await began.pass()
            // The other has been told to its run once the run waits for this one alone.
            while runs.withLock({ $0.count }) < 2 { await Task.yield() }
            await group.triggerGracefulShutdown()
            await clock.waitForSleeper(until: .seconds(5))
            clock.advance(by: .seconds(5))
        }
        try await withWorker(engine.service, workflows: workflows, activities: [work]) { _ in
            let result = try await engine.client.handle(Crowd.self, id: "w").result()
            #expect(result == 1)
        }
        #expect(runs.withLock { $0.sorted() } == [0, 1, 1])
    }

    @Test func `codecs see its result and what it failed with, and not which activity it was`() async throws {
        let engine = EngineFixture()
        let work = activity("work") { number, _ in [number] }
        let configuration = testConfiguration { $0.payloadCodecs = [Hidden()] }
        try await withWorker(engine.service, configuration, workflows: workflows, activities: [work]) { _ in
            let client = WorkflowClient(
                service: engine.service,
                identity: "test",
                payloadCodecs: [Hidden()],
                makeID: { "id" }
            )
            let handle = try await client.start(Lone.self, id: "w", taskQueue: "orders", input: Lone.Options())
            #expect(try await handle.result() == "[7] ")
            let markers = try await engine.history("w").compactMap { event in
                if case .markerRecorded(let marker) = event.attributes { marker } else { nil }
            }
            let marker = try #require(markers.first)
            #expect(marker.details["result"]?.first?.encoding == "test/hidden")
            #expect(marker.details["data"]?.first?.encoding == Payload.jsonEncoding)
            #expect(LocalActivityMarker(marker)?.activityType == "work")
        }
    }
}

/// Local activities of tasks that are run before they are handed out.
@Suite(.timeLimit(.minutes(5)))
struct InlineLocalActivityTests {
    private func withOfferingWorker(
        _ service: FakeTaskService,
        _ work: ActivityRegistration,
        _ body: () async throws -> Void
    ) async throws {
        let directory = FileManager.default.temporaryDirectory.appending(path: "inline-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        let configuration = testConfiguration { $0.crashBlamePrefix = directory.path + "/blame-" }
        let workflows = [WorkflowRegistration(Lone.self)]
        try await withWorker(service, configuration, workflows: workflows, activities: [work]) { _ in
            try await body()
        }
    }

    private func completed(_ call: FakeTaskService.Call) -> CompleteWorkflowTaskRequest? {
        if case .completeWorkflow(let request) = call { request } else { nil }
    }

    @Test func `a short one is done within the transaction, and recorded there`() async throws {
        let answers = Mutex<[CompleteWorkflowTaskRequest?]>([])
        let service = FakeTaskService { script in
            script.inline = { answer in
                answers.withLock { $0.append(answer) }
                return .recorded(NextTasks())
            }
        }
        try await withOfferingWorker(service, activity("work") { number, _ in [number] }) {
            service.add(loneTask())
            while answers.withLock({ $0.isEmpty }) { await Task.yield() }
        }
        let commands = try #require(answers.withLock { $0 }.first??.commands)
        #expect(commands.count == 2)
        #expect(commands.last == .completeWorkflow(.init(result: [.json("\"[7] \"")])))
        #expect(service.calls.compactMap(completed).isEmpty)
    }

    @Test func `a transaction that is undone does not have it done again`() async throws {
        let runs = Mutex(0)
        let history = loneTask().history
        let service = FakeTaskService {
            $0.inline = { _ in .undone }
            $0.history = { _, _ in history }
        }
        let work = activity("work") { number, _ in
            runs.withLock { $0 += 1 }
            return [number]
        }
        try await withOfferingWorker(service, work) {
            service.add(loneTask())
            let request = await service.first(completed)
            #expect(request.commands.last == .completeWorkflow(.init(result: [.json("\"[7] \"")])))
        }
        #expect(runs.withLock { $0 } == 1)
    }

    @Test func `one that was slow is not waited for the next time`() async throws {
        let isFirst = Mutex(true)
        let gate = Gate()
        let answers = Mutex<[CompleteWorkflowTaskRequest?]>([])
        let service = FakeTaskService { script in
            script.inline = { answer in
                answers.withLock { $0.append(answer) }
                return .handedOut
            }
        }
        let work = activity("work") { number, _ in
            if isFirst.withLock({ isFirst in
                defer { isFirst = false }
                return isFirst
            }) {
                usleep(20_000)
            } else {
                await gate.pass()
            }
            return [number]
        }
        try await withOfferingWorker(service, work) {
            service.add(loneTask("one"))
            _ = await service.first(completed)
            service.add(loneTask("two"))
            // The answer comes while the activity is still in work.
            while answers.withLock({ $0.count }) < 2 { await Task.yield() }
            #expect(answers.withLock { $0.last } == .some(nil))
            gate.open()
            _ = await service.all(2, completed)
        }
    }
}

/// The first workflow task of a ``Lone`` run.
private func loneTask(_ run: RunID = "lone") -> WorkflowTask {
    var task = HistoryScript(run: run, count: 0).task(partial: false)
    task.workflowType = "Lone"
    guard case .workflowExecutionStarted(var started) = task.history[0].attributes else { return task }
    started.workflowType = "Lone"
    started.input = [.json(#"{"attempts":1,"limit":"60s"}"#)]
    task.history[0].attributes = .workflowExecutionStarted(started)
    return task
}

/// Hides everything behind another name.
private struct Hidden: PayloadCodec {
    func encode(_ payloads: [Payload]) async throws -> [Payload] {
        payloads.map { payload in
            Payload(
                metadata: ["encoding": Array("test/hidden".utf8), "was": payload.metadata["encoding"] ?? []],
                data: payload.data.reversed()
            )
        }
    }

    func decode(_ payloads: [Payload]) async throws -> [Payload] {
        payloads.map { payload in
            guard payload.encoding == "test/hidden" else { return payload }
            return Payload(metadata: ["encoding": payload.metadata["was"] ?? []], data: payload.data.reversed())
        }
    }
}
