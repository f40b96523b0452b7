import Testing
import Workers
import WorkflowAPI
import WorkflowRuntime

@Suite(.timeLimit(.minutes(5)))
struct ActivityTaskTests {
    private struct Refused: Error {}

    private static func completed(_ call: FakeTaskService.Call) -> CompleteActivityTaskRequest? {
        if case .completeActivity(let request) = call { request } else { nil }
    }

    private static func failed(_ call: FakeTaskService.Call) -> FailActivityTaskRequest? {
        if case .failActivity(let request) = call { request } else { nil }
    }

    private static func heartbeat(_ call: FakeTaskService.Call) -> HeartbeatRequest? {
        if case .heartbeat(let request) = call { request } else { nil }
    }

    private static func released(_ call: FakeTaskService.Call) -> TaskToken? {
        if case .release(let token) = call { token } else { nil }
    }

    @Test func `an activity runs on the activity threads and its result is reported`() async throws {
        let service = FakeTaskService()
        let charge = activity("charge") { input, _ in
            [input, threadName().hasPrefix("activity-") ? 1 : 0]
        }
        try await withWorker(service, activities: [charge]) { _ in
            service.add(activityTask(1))
            let request = await service.first(Self.completed)
            #expect(request.token == activityTask(1).token)
            #expect(request.worker == WorkerIdentity(identity: "test-worker", session: 7))
            #expect(request.result == [.json("[1,1]")])
        }
        guard case .register(let registration) = service.calls.first, case .withdraw(let end) = service.calls.last
        else {
            Issue.record("registration comes first and withdrawal last: \(service.calls)")
            return
        }
        #expect(registration.activityTypes == ["charge"])
        #expect(registration.taskQueue == "orders")
        #expect(end.worker.session == 7)
    }

    @Test func `an error becomes the failure of the attempt with what was held back of its heartbeats`() async throws {
        let service = FakeTaskService()
        let charge = activity("charge") { _, context in
            context.heartbeat(1)
            context.heartbeat(2)
            throw Refused()
        }
        try await withWorker(service, activities: [charge]) { _ in
            service.add(activityTask(1))
            let request = await service.first(Self.failed)
            guard case .application(let application) = request.failure.info else {
                Issue.record("not an application failure: \(request.failure)")
                return
            }
            #expect(application.type == "Refused")
            #expect(!application.nonRetryable)
        }
    }

    @Test func `an unknown activity fails its attempt and names those that are known`() async throws {
        let service = FakeTaskService()
        let registrations = ["refund", "charge"].map { activity($0) { input, _ in [input] } }
        try await withWorker(service, activities: registrations) { _ in
            service.add(activityTask(1, type: "chrage"))
            let failure = await service.first(Self.failed).failure
            #expect(failure.message.contains("\"chrage\""))
            #expect(failure.message.contains("charge, refund"))
        }
    }

    @Test func `no more activities run than there are slots, and no task is claimed without one`() async throws {
        let service = FakeTaskService()
        let gate = Gate()
        let charge = activity("charge") { input, _ in
            await gate.pass()
            return [input]
        }
        let configuration = testConfiguration { $0.maxConcurrentActivities = 1 }
        try await withWorker(service, configuration, activities: [charge]) { _ in
            service.add(activityTask(1))
            service.add(activityTask(2))
            await Task.yield()
            #expect(service.queuedActivities >= 1)
            gate.open()
            let requests = await service.all(2, Self.completed)
            #expect(requests.map(\.token.claim) == [1, 2])
        }
    }

    @Test func `heartbeats are throttled and a cancel request that comes back cancels the activity`() async throws {
        let clock = TestClock()
        let service = FakeTaskService {
            $0.heartbeat = { request in
                HeartbeatResponse(cancelRequested: request.details == [.json("3")])
            }
        }
        let (steps, step) = AsyncStream.makeStream(of: Void.self)
        let charge = activity("charge") { _, context in
            context.heartbeat(1)
            for await _ in steps { break }
            context.heartbeat(2)
            context.heartbeat(3)
            do {
                try await untilCancelled()
            } catch {
                guard context.isCancelRequested else { return [-1] }
                throw error
            }
            return []
        }
        let timeouts = ActivityTimeouts(startToClose: .seconds(100), heartbeat: .seconds(10))
        try await withWorker(service, testConfiguration(clock: clock), activities: [charge]) { _ in
            service.add(activityTask(1, timeouts: timeouts))
            #expect(await service.first(Self.heartbeat).details == [.json("1")])
            step.yield()
            await clock.waitForSleeper(until: .seconds(8))
            clock.advance(by: .seconds(8))
            let sent = await service.all(2, Self.heartbeat)
            #expect(sent.map(\.details) == [[.json("1")], [.json("3")]])
            let canceled = await service.first { if case .cancelActivity(let request) = $0 { request } else { nil } }
            #expect(canceled.token == activityTask(1).token)
        }
    }

    @Test func `a stale heartbeat stops the activity and nothing more is said about it`() async throws {
        let service = FakeTaskService {
            $0.heartbeat = { _ in throw WorkflowServiceError(.staleTask, "somebody else has it") }
        }
        let ended = Gate()
        let charge = activity("charge") { _, context in
            defer { ended.open() }
            context.heartbeat(1)
            try await untilCancelled()
            return []
        }
        try await withWorker(service, activities: [charge]) { _ in
            service.add(activityTask(1))
            await ended.pass()
        }
        #expect(service.calls.compactMap(Self.completed).isEmpty)
        #expect(service.calls.compactMap(Self.failed).isEmpty)
        #expect(service.calls.compactMap(Self.released).isEmpty)
    }

    @Test func `an attempt that passes its limit is cancelled and left to the service's own timeout`() async throws {
        let clock = TestClock()
        let service = FakeTaskService()
        let (ended, started) = (Gate(), Gate())
        let charge = activity("charge") { _, context in
            defer { ended.open() }
            started.open()
            try await untilCancelled()
            return []
        }
        try await withWorker(service, testConfiguration(clock: clock), activities: [charge]) { _ in
            service.add(activityTask(1, timeouts: ActivityTimeouts(startToClose: .seconds(5))))
            await started.pass()
            await clock.waitForSleeper(until: .seconds(5))
            clock.advance(by: .seconds(5))
            await ended.pass()
        }
        #expect(service.calls.compactMap(Self.failed).isEmpty)
        #expect(service.calls.allSatisfy { if case .cancelActivity = $0 { false } else { true } })
    }

    @Test func `a result is sent again while the store is away`() async throws {
        let clock = TestClock()
        let service = FakeTaskService {
            $0.completeActivity = { _ in throw WorkflowServiceError(.unavailable, "the store is busy") }
        }
        let charge = activity("charge") { input, _ in [input] }
        try await withWorker(service, testConfiguration(clock: clock), activities: [charge]) { _ in
            service.add(activityTask(1))
            await clock.waitForSleeper(until: .milliseconds(75))
            service.change { $0.completeActivity = { _ in NextTasks() } }
            clock.advance(by: .milliseconds(75))
            let requests = await service.all(2, Self.completed)
            #expect(requests[0] == requests[1])
        }
    }

    @Test func `a result that the service refuses for good becomes the failure of the attempt`() async throws {
        let service = FakeTaskService {
            $0.completeActivity = { _ in throw WorkflowServiceError(.limitExceeded, "the result is larger than 2 MiB") }
        }
        let charge = activity("charge") { input, _ in [input] }
        try await withWorker(service, activities: [charge]) { _ in
            service.add(activityTask(1))
            #expect(await service.first(Self.failed).failure.message.contains("2 MiB"))
        }
    }
}
