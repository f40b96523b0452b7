import Foundation
import Logging
import Synchronization
import Testing
import Workers
import WorkflowAPI
import WorkflowRuntime

/// What a worker does with workflow tasks that it runs before they are handed out.
@Suite(.timeLimit(.minutes(5)))
struct InlineTurnTests {
    private static func completed(_ call: FakeTaskService.Call) -> CompleteWorkflowTaskRequest? {
        if case .completeWorkflow(let request) = call { request } else { nil }
    }

    private static func fetched(_ call: FakeTaskService.Call) -> Int64? {
        if case .history(_, let through) = call { through } else { nil }
    }

    /// A worker that blames crashes, and so makes offers.
    private func withOfferingWorker(
        _ service: FakeTaskService,
        _ workflows: [WorkflowRegistration] = [WorkflowRegistration(Collector.self)],
        activities: [any ActivityContainer] = [],
        leaving tokens: [TaskToken] = [],
        changing change: (inout WorkerConfiguration) -> Void = { _ in },
        _ body: () async throws -> Void
    ) async throws {
        let directory = FileManager.default.temporaryDirectory.appending(path: "inline-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        let prefix = directory.path + "/blame-"
        if !tokens.isEmpty { try CrashBlameRemains.leave(tokens, prefix: prefix) }
        let configuration = testConfiguration {
            $0.crashBlamePrefix = prefix
            change(&$0)
        }
        try await withWorker(service, configuration, workflows: workflows, activities: activities) { _ in
            try await body()
        }
    }

    @Test func `what was recorded is not sent again, its activities begin and its run stays warm`() async throws {
        let seen = Seen()
        let service = FakeTaskService { script in
            script.inline = { answer in
                seen.note(answer)
                return .recorded(NextTasks(activityTasks: [activityTask(1, type: "note")]))
            }
        }
        let note = activity("note") { number, _ in [number] }
        try await withOfferingWorker(service, activities: [Listed(activities: [note])]) {
            var script = HistoryScript(run: "run", count: 1)
            service.add(script.task(partial: false))
            let end = await service.first { call in
                if case .completeActivity(let request) = call { request } else { nil }
            }
            #expect(end.result == [.json("[1]")])
            script.say("a")
            service.add(script.task(partial: true))
            while seen.answers.count < 2 { await Task.yield() }
            #expect(seen.answers[1]?.commands == [.completeWorkflow(.init(result: [.json("[\"a\"]")]))])
            #expect(seen.answers[1]?.stickyQueue == nil, "a closed run needs no cache")
        }
        #expect(service.calls.compactMap(Self.completed).isEmpty)
        #expect(service.calls.compactMap(Self.fetched).isEmpty)
    }

    @Test func `what was only handed out is sent as ever, from where its code has got`() async throws {
        let service = FakeTaskService { $0.inline = { _ in .handedOut } }
        try await withOfferingWorker(service, [WorkflowRegistration(Counting.self)]) {
            var task = HistoryScript(run: "run", count: 3).task(partial: false)
            task.workflowType = "Counting"
            service.add(task)
            let request = await service.first(Self.completed)
            #expect(request.commands == [.completeWorkflow(.init(result: [.json("3")]))])
        }
        #expect(service.calls.compactMap(Self.completed).count == 1)
        #expect(Outside.counted.load(ordering: .relaxed) == 1, "its code ran once")
    }

    @Test func `a run that has seen what never was is thrown away, and its task begins anew`() async throws {
        var script = HistoryScript(run: "run", count: 2)
        script.say("a")
        script.say("b")
        let events = script.events
        let service = FakeTaskService {
            $0.inline = { _ in .undone }
            $0.history = { _, through in events.filter { $0.id <= through } }
        }
        try await withOfferingWorker(service) {
            service.add(script.task(partial: false))
            let request = await service.first(Self.completed)
            #expect(request.commands == [.completeWorkflow(.init(result: [.json("[\"a\",\"b\"]")]))])
        }
    }

    @Test func `code that is not done in time goes on by itself`() async throws {
        let service = FakeTaskService {
            $0.inline = { _ in .handedOut }
            $0.waitsForInline = false
        }
        try await withOfferingWorker(service, [WorkflowRegistration(Slow.self)]) {
            var task = HistoryScript(run: "slow", count: 3).task(partial: false)
            task.workflowType = "Slow"
            service.add(task)
            while Outside.begun.load(ordering: .relaxed) == 0 { await Task.yield() }
            #expect(service.calls.compactMap(Self.completed).isEmpty)
            Outside.isReleased.store(true, ordering: .relaxed)
            #expect(await service.first(Self.completed).token == task.token)
        }
        #expect(service.calls.compactMap(Self.completed).count == 1)
    }

    @Test func `nothing is offered without crash blame, nor after a process died of what it ran`() async throws {
        let bare = FakeTaskService()
        try await withWorker(bare, workflows: [WorkflowRegistration(Collector.self)]) { _ in
            bare.add(HistoryScript(run: "run", count: 1).task(partial: false))
            _ = await bare.first(Self.completed)
        }
        #expect(bare.offers == 0)
        let after = FakeTaskService { $0.inline = { _ in .handedOut } }
        let token = HistoryScript(run: "dead", count: 1).task(partial: false).token
        try await withOfferingWorker(after, leaving: [token]) {
            after.add(HistoryScript(run: "run", count: 1).task(partial: false))
            _ = await after.first(Self.completed)
        }
        #expect(after.offers == 0)
    }

    @Test func `offers are made unless they are switched off, or a codec would have to read what comes`() async throws {
        let changes: [(expected: Int, change: @Sendable (inout WorkerConfiguration) -> Void)] = [
            (1, { _ in }), (0, { $0.runsCodeInTransactions = false }), (0, { $0.payloadCodecs = [Unchanged()] }),
        ]
        for (expected, change) in changes {
            let service = FakeTaskService { $0.inline = { _ in .handedOut } }
            try await withOfferingWorker(service, changing: change) {
                service.add(HistoryScript(run: "run", count: 1).task(partial: false))
                _ = await service.first(Self.completed)
            }
            #expect(service.offers == expected)
        }
    }

    @Test func `a pause follows code that was late and a loss, and nothing more follows a death`() {
        let clock = TestClock()
        let policy = InlineTurnPolicy(crashBlamePrefix: "/one-", isWanted: true, clock: WorkerClock(clock))
        #expect(policy.allowsNow)
        policy.noteLate()
        #expect(!policy.allowsNow && policy.isAllowed)
        clock.advance(by: .seconds(1))
        #expect(policy.allowsNow)
        // Whichever worker of the process finds out.
        let other = InlineTurnPolicy(crashBlamePrefix: "/one-", isWanted: true, clock: WorkerClock(clock))
        other.noteLoss()
        #expect(!policy.allowsNow && !other.allowsNow)
        clock.advance(by: .seconds(1))
        #expect(!policy.allowsNow)
        clock.advance(by: .seconds(1))
        #expect(policy.allowsNow)
        other.forbid()
        #expect(!policy.allowsNow && !policy.isAllowed)
        #expect(InlineTurnPolicy(crashBlamePrefix: "/two-", isWanted: true, clock: WorkerClock(clock)).isAllowed)
        #expect(!InlineTurnPolicy(crashBlamePrefix: nil, isWanted: true, clock: WorkerClock(clock)).isAllowed)
    }
}

/// Answers that a service got before it handed their tasks out.
private final class Seen: Sendable {
    private let state = Mutex<[CompleteWorkflowTaskRequest?]>([])

    var answers: [CompleteWorkflowTaskRequest?] { state.withLock { $0 } }

    func note(_ answer: CompleteWorkflowTaskRequest?) { state.withLock { $0.append(answer) } }
}

/// A codec that changes nothing.
private struct Unchanged: PayloadCodec {
    func encode(_ payloads: [Payload]) async throws -> [Payload] { payloads }
    func decode(_ payloads: [Payload]) async throws -> [Payload] { payloads }
}

private struct Listed: ActivityContainer {
    var activities: [ActivityRegistration]
}

/// What the code below does that no workflow should.
private enum Outside {
    static let counted = Atomic(0)
    static let begun = Atomic(0)
    static let isReleased = Atomic(false)

    static func count() { counted.add(1, ordering: .relaxed) }

    static func hold() {
        begun.add(1, ordering: .relaxed)
        while !isReleased.load(ordering: .relaxed) { usleep(1000) }
    }
}

/// Counts how often its code begins.
private actor Counting: WorkflowDefinition {
    func run(_ number: Int) async throws -> Int {
        Outside.count()
        return number
    }
}

/// Holds its thread until it is released.
private actor Slow: WorkflowDefinition {
    func run(_ number: Int) async throws -> Int {
        Outside.hold()
        return number
    }
}
