import InMemoryLogging
import Logging
import Synchronization
import Testing
import Workers
import WorkflowAPI
import WorkflowRuntime

@Suite(.timeLimit(.minutes(5)))
struct WorkflowTaskTests {
    private let workflows = [WorkflowRegistration(Collector.self)]

    private static func completed(_ call: FakeTaskService.Call) -> CompleteWorkflowTaskRequest? {
        if case .completeWorkflow(let request) = call { request } else { nil }
    }

    private static func failed(_ call: FakeTaskService.Call) -> FailWorkflowTaskRequest? {
        if case .failWorkflow(let request) = call { request } else { nil }
    }

    private static func fetched(_ call: FakeTaskService.Call) -> Int64? {
        if case .history(_, let through) = call { through } else { nil }
    }

    private static func answered(_ call: FakeTaskService.Call) -> [String: QueryResult]? {
        if case .answer(let results, _) = call { results } else { nil }
    }

    @Test func `a run stays in the cache and goes on from the new part of its history`() async throws {
        let service = FakeTaskService()
        try await withWorker(service, workflows: workflows) { _ in
            var script = HistoryScript(run: "run", count: 2)
            service.add(script.task(partial: false))
            let first = await service.first(Self.completed)
            #expect(first.commands.isEmpty)
            #expect(first.stickyQueue?.rawValue.hasPrefix("sticky/7/") == true)
            #expect(first.stickyScheduleToStart == .seconds(10))
            #expect(first.sdkMetadata != nil)
            script.say("a")
            service.add(script.task(partial: true))
            _ = await service.all(2, Self.completed)
            script.say("b")
            service.add(script.task(partial: true))
            let last = await service.all(3, Self.completed)[2]
            #expect(last.commands == [.completeWorkflow(.init(result: [.json("[\"a\",\"b\"]")]))])
            #expect(last.stickyQueue == nil, "a closed run needs no cache")
        }
        #expect(service.calls.compactMap(Self.fetched).isEmpty)
    }

    @Test func `a partial task of a run that is not in the cache fetches the whole history`() async throws {
        var script = HistoryScript(run: "run", count: 1)
        script.say("a")
        let events = script.events
        let service = FakeTaskService { $0.history = { _, through in events.filter { $0.id <= through } } }
        try await withWorker(service, workflows: workflows) { _ in
            service.add(script.task(partial: true))
            let request = await service.first(Self.completed)
            #expect(request.commands == [.completeWorkflow(.init(result: [.json("[\"a\"]")]))])
        }
        #expect(service.calls.compactMap(Self.fetched) == [Int64(events.count)])
    }

    @Test func `a cached run that is ahead of or behind the history is replayed in full`() async throws {
        let service = FakeTaskService()
        try await withWorker(service, workflows: workflows) { _ in
            var script = HistoryScript(run: "run", count: 2)
            service.add(script.task(partial: false))
            _ = await service.first(Self.completed)
            // Another worker has done the turn with this signal.
            script.say("a")
            script.say("b")
            service.add(script.task(partial: false))
            let last = await service.all(2, Self.completed)[1]
            #expect(last.commands == [.completeWorkflow(.init(result: [.json("[\"a\",\"b\"]")]))])
        }
    }

    @Test func `a whole history from the normal queue is no trouble for a cached run`() async throws {
        let service = FakeTaskService()
        try await withWorker(service, workflows: workflows) { _ in
            var script = HistoryScript(run: "run", count: 1)
            service.add(script.task(partial: false))
            _ = await service.first(Self.completed)
            script.say("a")
            service.add(script.task(partial: false))
            let last = await service.all(2, Self.completed)[1]
            #expect(last.commands == [.completeWorkflow(.init(result: [.json("[\"a\"]")]))])
        }
    }

    @Test func `after a stale answer the run is not trusted any more`() async throws {
        var script = HistoryScript(run: "run", count: 1)
        let first = script.task(partial: false)
        script.say("a")
        let events = script.events
        let service = FakeTaskService {
            $0.history = { _, _ in events }
            $0.completeWorkflow = { request in
                guard request.token.startedEventID == first.startedEventID else { return NextTasks() }
                throw WorkflowServiceError(.staleTask, "the task has timed out")
            }
        }
        try await withWorker(service, workflows: workflows) { _ in
            service.add(first)
            _ = await service.first(Self.completed)
            service.add(script.task(partial: true))
            let last = await service.all(2, Self.completed)[1]
            #expect(last.commands.count == 1)
        }
        #expect(service.calls.compactMap(Self.fetched).count == 1)
        #expect(service.calls.compactMap(Self.failed).isEmpty)
    }

    @Test func `replay that differs fails the task and never the workflow, and the log has the report as data`()
        async throws
    {
        let service = FakeTaskService()
        let handler = InMemoryLogHandler()
        try await withWorker(service, workflows: workflows, logger: Logger(label: "test") { _ in handler }) { _ in
            var script = HistoryScript(run: "run", count: 2)
            script.say("a")
            script.corrupt()
            script.say("b")
            service.add(script.task(partial: false))
            let request = await service.first(Self.failed)
            #expect(request.cause == .nonDeterministicError)
            #expect(request.failure.message.contains("nondeterminism"))
            #expect(request.worker.session == 7)
            let report = try #require(request.failure.nondeterminismReport)
            let line = try #require(handler.entries.first { $0.metadata[LogKeys.nondeterminism] != nil })
            let json = try #require(report.json)
            #expect(line.metadata[LogKeys.nondeterminism] == "\(json)")
            #expect(report.recorded != nil || report.wanted != nil)
        }
        #expect(service.calls.compactMap(Self.completed).isEmpty)
    }

    @Test func `an unknown workflow type fails the task and names those that are known`() async throws {
        let service = FakeTaskService()
        try await withWorker(service, workflows: workflows) { _ in
            var task = HistoryScript(run: "run", count: 1).task(partial: false)
            task.workflowType = "Colector"
            service.add(task)
            let request = await service.first(Self.failed)
            #expect(request.failure.message.contains("\"Colector\""))
            #expect(request.failure.message.contains("registered: Collector"))
        }
    }

    @Test func `commands that the service refuses for good fail the task`() async throws {
        let service = FakeTaskService {
            $0.completeWorkflow = { _ in throw WorkflowServiceError(.limitExceeded, "the result is larger than 2 MiB") }
        }
        try await withWorker(service, workflows: workflows) { _ in
            service.add(HistoryScript(run: "run", count: 0).task(partial: false))
            #expect(await service.first(Self.failed).failure.message.contains("2 MiB"))
        }
    }

    @Test func `questions are answered without commands, from the cache and from history`() async throws {
        let service = FakeTaskService()
        let query = WorkflowQuery(id: "q", queryType: "words")
        try await withWorker(service, workflows: workflows) { _ in
            var script = HistoryScript(run: "run", count: 3)
            script.say("a")
            service.add(script.question(query))
            #expect(await service.first(Self.answered) == ["q": .answered([.json("[\"a\"]")])])
            // The question has left nothing behind: the turn itself is done as if nobody had asked.
            service.add(script.task(partial: false, queries: [query]))
            let request = await service.first(Self.completed)
            #expect(request.queryResults == ["q": .answered([.json("[\"a\"]")])])
            service.add(script.question(WorkflowQuery(id: "u", queryType: "wrods")))
            guard case .failed(let failure)? = await service.all(2, Self.answered)[1]["u"] else {
                Issue.record("an unknown query fails")
                return
            }
            #expect(failure.message.contains("words"))
            script.say("b")
            service.add(script.task(partial: false, queries: [query]))
            let last = await service.all(2, Self.completed)[1]
            #expect(last.queryResults == ["q": .answered([.json("[\"a\",\"b\"]")])])
        }
    }

    @Test func `follow-up tasks come straight back, but after some in a row the worker polls again`() async throws {
        let remaining = Remaining(HistoryScript(run: "run", count: 9))
        let service = FakeTaskService {
            $0.completeWorkflow = { request in
                guard request.wantsWorkflowTask else { return NextTasks() }
                return NextTasks(workflowTask: remaining.next())
            }
        }
        let configuration = testConfiguration { $0.maxHandOvers = 2 }
        try await withWorker(service, configuration, workflows: workflows) { _ in
            service.add(remaining.first)
            let requests = await service.all(3, Self.completed)
            #expect(requests.map(\.wantsWorkflowTask) == [true, true, false])
            service.add(remaining.next())
            let more = await service.all(6, Self.completed)
            #expect(more.map(\.wantsWorkflowTask) == [true, true, false, true, true, false])
        }
    }

    /// The tasks of one run, one after the other.
    private final class Remaining: Sendable {
        let first: WorkflowTask
        private let script: Mutex<HistoryScript>

        init(_ script: HistoryScript) {
            first = script.task(partial: false)
            self.script = Mutex(script)
        }

        func next() -> WorkflowTask {
            script.withLock { script in
                script.say("x")
                return script.task(partial: true)
            }
        }
    }

    @Test func `eager activities go straight to activity slots and their completion may bring the next turn`()
        async throws
    {
        let next = Remaining(HistoryScript(run: "other", count: 5))
        let service = FakeTaskService {
            $0.completeWorkflow = { request in
                let tasks = (0..<request.wantedActivityTasks).map { activityTask($0, type: "note") }
                return NextTasks(activityTasks: tasks)
            }
            $0.completeActivity = { request in
                guard request.wantsWorkflowTaskOf == "orders" && request.token.claim == 0 else { return NextTasks() }
                return NextTasks(workflowTask: next.first)
            }
        }
        let note = activity("note") { number, _ in [number] }
        let registrations = [WorkflowRegistration(FanOut.self), WorkflowRegistration(Collector.self)]
        let configuration = testConfiguration {
            $0.maxConcurrentActivities = 3
            $0.activityPollers = 1
        }
        try await withWorker(service, configuration, workflows: registrations, activities: [note]) { _ in
            while service.waitingPolls < 3 { await Task.yield() }
            var task = HistoryScript(run: "run", count: 5).task(partial: false)
            task.workflowType = "FanOut"
            service.add(task)
            let request = await service.first(Self.completed)
            #expect(request.commands.count == 5)
            #expect(request.wantedActivityTasks == 2, "two of three slots are free, one polls")
            _ = await service.all(2) { if case .completeActivity(let request) = $0 { request } else { nil } }
            let second = await service.all(2, Self.completed)[1]
            #expect(second.token.execution.runID == "other")
        }
        #expect(service.calls.allSatisfy { if case .release = $0 { false } else { true } })
    }

    /// Asks for many activities at once.
    private actor FanOut: WorkflowDefinition {
        func run(_ count: Int) async throws -> Int {
            try await withThrowingTaskGroup(of: [Int].self) { group in
                for number in 0..<count {
                    group.addTask {
                        try await Workflow.execute(
                            Collector.note,
                            number,
                            options: ActivityOptions(startToCloseTimeout: .seconds(10))
                        )
                    }
                }
                return try await group.reduce(0) { $0 + $1.count }
            }
        }
    }

    @Test func `workflow code runs on the workflow threads`() async throws {
        let service = FakeTaskService()
        try await withWorker(service, workflows: [WorkflowRegistration(ThreadTeller.self)]) { _ in
            var task = HistoryScript(run: "run", count: 1).task(partial: false)
            task.workflowType = "ThreadTeller"
            service.add(task)
            guard case .completeWorkflow(let end)? = await service.first(Self.completed).commands.first else {
                Issue.record("the run completes")
                return
            }
            #expect(String(decoding: end.result[0].data, as: UTF8.self).hasPrefix("\"workflow-"))
        }
    }

    private actor ThreadTeller: WorkflowDefinition {
        func run(_ count: Int) async throws -> String { threadName() }
    }

    @Test func `under a cache of one run every other turn replays, and all of it comes out the same`() async throws {
        let scripts = Mutex((0..<4).map { HistoryScript(run: RunID("run-\($0)"), count: 3) })
        let service = FakeTaskService()
        let configuration = testConfiguration { $0.maxCachedRuns = 1 }
        service.change { script in
            script.history = { execution, _ in
                service.histories.withLock { $0[execution.runID] ?? [] }
            }
        }
        try await withWorker(service, configuration, workflows: workflows) { _ in
            for turn in 0..<4 {
                let tasks = scripts.withLock { scripts in
                    for index in scripts.indices where turn > 0 { scripts[index].say("\(index)") }
                    for script in scripts {
                        service.histories.withLock { $0[script.execution.runID] = script.events }
                    }
                    return scripts.map { $0.task(partial: turn > 0) }
                }
                for task in tasks { service.add(task) }
                _ = await service.all(4 * (turn + 1), Self.completed)
            }
        }
        let results = service.calls.compactMap(Self.completed).flatMap(\.commands)
        #expect(results.count == 4)
        for index in 0..<4 {
            #expect(
                results.contains(
                    .completeWorkflow(.init(result: [.json("[\"\(index)\",\"\(index)\",\"\(index)\"]")]))
                )
            )
        }
        #expect(service.calls.compactMap(Self.fetched).count >= 6)
        #expect(service.calls.compactMap(Self.failed).isEmpty)
    }
}
