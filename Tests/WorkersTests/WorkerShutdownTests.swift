import Foundation
import InMemoryLogging
import Logging
import ServiceLifecycle
import Synchronization
import Testing
import UnixSignals
import Workers
import WorkflowAPI
import WorkflowRuntime

@Suite(.timeLimit(.minutes(5)))
struct WorkerShutdownTests {
    private static func released(_ call: FakeTaskService.Call) -> TaskToken? {
        if case .release(let token) = call { token } else { nil }
    }

    private static func completed(_ call: FakeTaskService.Call) -> CompleteActivityTaskRequest? {
        if case .completeActivity(let request) = call { request } else { nil }
    }

    @Test func `a graceful shutdown lets a running activity finish and claims no other`() async throws {
        let service = FakeTaskService()
        let (started, gate) = (Gate(), Gate())
        let charge = activity("charge") { input, _ in
            started.open()
            await gate.pass()
            return [input]
        }
        let configuration = testConfiguration { $0.maxConcurrentActivities = 1 }
        let workflows = [WorkflowRegistration(Collector.self)]
        try await withWorker(service, configuration, workflows: workflows, activities: [charge]) { group in
            service.add(activityTask(1))
            await started.pass()
            service.add(activityTask(2))
            while service.waitingPolls == 0 { await Task.yield() }
            await group.triggerGracefulShutdown()
            // It has begun to stop when it no longer asks for workflow tasks.
            while service.waitingPolls > 0 { await Task.yield() }
            gate.open()
        }
        #expect(service.calls.compactMap(Self.completed).map(\.token.claim) == [1])
        #expect(service.queuedActivities == 1)
        guard case .withdraw = service.calls.last else {
            Issue.record("the registration is withdrawn last: \(service.calls)")
            return
        }
    }

    @Test func `a stopping worker does not take again and again what it hands back`() async throws {
        let service = FakeTaskService { $0.isEndless = true }
        let stop = Gate()
        let group = Mutex<ServiceGroup?>(nil)
        service.change { script in
            script.completeWorkflow = { _ in
                // On the poller's own thread, which then never waits: whoever would cancel the poller finds no other.
                await group.withLock { $0 }?.triggerGracefulShutdown()
                stop.open()
                return NextTasks()
            }
        }
        try await withWorker(service, workflows: [WorkflowRegistration(Collector.self)]) { running in
            group.withLock { $0 = running }
            service.add(HistoryScript(run: "run", count: 0).task(partial: false))
            await stop.pass()
        }
        #expect(service.calls.compactMap(Self.released).count <= 4, "two pollers, each with at most a task or two")
    }

    @Test func `an activity that outlasts the graceful time is cancelled and handed back`() async throws {
        let clock = TestClock()
        let service = FakeTaskService()
        let started = Gate()
        let charge = activity("charge") { _, _ in
            started.open()
            try await untilCancelled()
            return []
        }
        try await withWorker(service, testConfiguration(clock: clock), activities: [charge]) { group in
            service.add(activityTask(1))
            await started.pass()
            await group.triggerGracefulShutdown()
            await clock.waitForSleeper(until: .seconds(30))
            #expect(service.calls.compactMap(Self.released).isEmpty)
            clock.advance(by: .seconds(30))
        }
        #expect(service.calls.compactMap(Self.released) == [activityTask(1).token])
    }

    @Test func `code that ignores cancellation is left behind and its task handed back`() async throws {
        let clock = TestClock()
        let service = FakeTaskService()
        let (started, gate) = (Gate(), Gate())
        let charge = activity("charge") { _, _ in
            started.open()
            await gate.pass()
            return []
        }
        try await withWorker(service, testConfiguration(clock: clock), activities: [charge]) { group in
            service.add(activityTask(1))
            await started.pass()
            await group.triggerGracefulShutdown()
            await clock.waitForSleeper(until: .seconds(30))
            clock.advance(by: .seconds(30))
            await clock.waitForSleeper(until: .seconds(35))
            clock.advance(by: .seconds(5))
        }
        #expect(service.calls.compactMap(Self.released) == [activityTask(1).token])
        gate.open()
    }

    @Test func `cancelling the worker skips the graceful time but still hands back and withdraws`() async throws {
        let service = FakeTaskService()
        let started = Gate()
        let charge = activity("charge") { _, _ in
            started.open()
            try await untilCancelled()
            return []
        }
        let worker = try Worker(
            service: service,
            configuration: testConfiguration(clock: TestClock()),
            activities: [charge],
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
        let running = Task { try await worker.run() }
        service.add(activityTask(1))
        await started.pass()
        running.cancel()
        try await running.value
        #expect(service.calls.compactMap(Self.released) == [activityTask(1).token])
        guard case .withdraw = service.calls.last else {
            Issue.record("the registration is withdrawn last: \(service.calls)")
            return
        }
        await #expect(throws: WorkerError.self) { try await worker.run() }
    }

    @Test func `failing polls wait longer each time and a success ends that`() async throws {
        let clock = TestClock()
        let away = WorkflowServiceError(.unavailable, "the store is away")
        let service = FakeTaskService { $0.pollErrors = [away, away, away] }
        let charge = activity("charge") { input, _ in [input] }
        let configuration = testConfiguration(clock: clock) { $0.activityPollers = 1 }
        try await withWorker(service, configuration, activities: [charge]) { _ in
            // With 0.5 as the random number a wait is three quarters of its step: 75, 150 and 300 ms.
            for offset in [75, 225, 525] {
                await clock.waitForSleeper(until: .milliseconds(offset))
                clock.advance(by: clock.now.duration(to: .init(offset: .milliseconds(offset))))
            }
            service.add(activityTask(1))
            #expect(await service.first(Self.completed).token.claim == 1)
        }
    }

    @Test func `a registration is tried again while the store is away and refused otherwise`() async throws {
        let clock = TestClock()
        let service = FakeTaskService {
            $0.register = { throw WorkflowServiceError(.unavailable, "the store is away") }
        }
        let charge = activity("charge") { input, _ in [input] }
        try await withWorker(service, testConfiguration(clock: clock), activities: [charge]) { _ in
            await clock.waitForSleeper(until: .milliseconds(75))
            service.change { $0.register = {} }
            clock.advance(by: .milliseconds(75))
            _ = await service.first { if case .register(let registration) = $0 { registration } else { nil } }
        }
        let refusing = FakeTaskService {
            $0.register = { throw WorkflowServiceError(.notFound, "there is no namespace \"x\"") }
        }
        let worker = try Worker(
            service: refusing,
            configuration: testConfiguration(),
            activities: [charge],
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
        await #expect(throws: WorkflowServiceError.self) { try await worker.run() }
    }

    @Test func `two things of one name, or nothing at all, are refused when the worker is made`() {
        let charge = activity("charge") { input, _ in [input] }
        func code(_ activities: [ActivityRegistration]) -> WorkerError.Code? {
            do {
                _ = try Worker(
                    service: FakeTaskService(),
                    configuration: testConfiguration(),
                    activities: activities,
                    logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
                )
                return nil
            } catch {
                return (error as? WorkerError)?.code
            }
        }
        #expect(code([charge, charge]) == .duplicateName)
        #expect(code([]) == .nothingRegistered)
        #expect(code([charge]) == nil)
    }

    @Test func `a worker blames its dead predecessor for what ended it`() async throws {
        let directory = NSTemporaryDirectory() + "worker-\(UInt64.random(in: 0 ... .max))/"
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        let prefix = directory + "db-blame-"
        let file = try CrashBlameFile(prefix: prefix, slots: 2, number: 1)
        let token = activityTask(1).token
        _ = file.note(token)
        _ = file.note(activityTask(3).token)
        var left = try Data(contentsOf: URL(fileURLWithPath: file.path))
        file.close()
        // What the handler of the deadly signal does to the first slot; the second was only lost.
        left[4096 + 4] = 1
        try left.write(to: URL(fileURLWithPath: prefix + "dead"))

        let service = FakeTaskService()
        let charge = activity("charge") { input, _ in [input] }
        let configuration = testConfiguration { $0.crashBlamePrefix = prefix }
        try await withWorker(service, configuration, activities: [charge]) { _ in
            let crash = await service.first {
                if case .crash(let token, let message) = $0 { (token, message) } else { nil }
            }
            #expect(crash.0 == token)
            #expect(crash.1.contains("died while running it"))
            service.add(activityTask(2))
            _ = await service.first(Self.completed)
        }
        #expect(service.calls.count { if case .crash = $0 { true } else { false } } == 1)
        #expect(try FileManager.default.contentsOfDirectory(atPath: directory).isEmpty)
    }

    @Test func `a worker that was killed with nothing in work is no reason to warn`() async throws {
        let directory = NSTemporaryDirectory() + "worker-\(UInt64.random(in: 0 ... .max))/"
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        let prefix = directory + "db-blame-"
        let file = try CrashBlameFile(prefix: prefix, slots: 2, number: 1)
        let idle = try Data(contentsOf: URL(fileURLWithPath: file.path))
        _ = file.note(activityTask(3).token)
        let busy = try Data(contentsOf: URL(fileURLWithPath: file.path))
        file.close()
        try idle.write(to: URL(fileURLWithPath: prefix + "a"))
        try busy.write(to: URL(fileURLWithPath: prefix + "b"))

        let handler = InMemoryLogHandler()
        let service = FakeTaskService()
        let charge = activity("charge") { input, _ in [input] }
        let configuration = testConfiguration { $0.crashBlamePrefix = prefix }
        try await withWorker(
            service,
            configuration,
            activities: [charge],
            logger: Logger(label: "test") { _ in handler }
        ) { _ in
            service.add(activityTask(2))
            _ = await service.first(Self.completed)
        }
        let entries = handler.entries.filter { $0.message.description.hasPrefix("a worker process was ended") }
        #expect(entries.map(\.level) == [.info, .warning])
        #expect(try FileManager.default.contentsOfDirectory(atPath: directory).isEmpty)
    }

    @Test func `a second signal ends everything at once`() async throws {
        let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let service = FakeTaskService()
        let started = Gate()
        let charge = activity("charge") { _, _ in
            started.open()
            try await untilCancelled()
            return []
        }
        let signalClock = TestClock()
        // The worker's clock stands still, so only the second signal can end the wait for the activity.
        let worker = try Worker(
            service: service,
            configuration: testConfiguration(clock: TestClock()),
            activities: [charge],
            logger: quiet
        )
        let group = ServiceGroup(
            services: [WorkerShutdown(signals: [.sigusr2], logger: quiet, clock: signalClock), worker],
            gracefulShutdownSignals: [.sigusr2],
            logger: quiet
        )
        let hasEnded = Gate()
        let running = Task {
            defer { hasEnded.open() }
            try await group.run()
        }
        service.add(activityTask(1))
        await started.pass()
        kill(getpid(), SIGUSR2)
        while service.waitingPolls > 0 { await Task.yield() }
        // The listener may hear of the first signal only now, and then takes the next for the second.
        while !hasEnded.isOpen {
            signalClock.advance(by: .seconds(1))
            kill(getpid(), SIGUSR2)
            for _ in 0..<100 { await Task.yield() }
        }
        await #expect(throws: WorkerShutdown.SecondSignal.self) { try await running.value }
        #expect(service.calls.compactMap(Self.released) == [activityTask(1).token])
    }

    @Test func `the same signal within 100 ms of the first is the same request, and another one is not`() {
        var requests = ShutdownRequests()
        let signals: [(UnixSignal, milliseconds: Int)] = [
            (.sigterm, 5000), (.sigterm, 5000), (.sigterm, 5099), (.sigterm, 5100), (.sigint, 5001),
        ]
        let answers = signals.map { requests.isSecond($0, at: .milliseconds($1)) }
        #expect(answers == [false, false, false, true, true])
    }
}
