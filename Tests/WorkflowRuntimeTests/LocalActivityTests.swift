import Logging
import Testing
import WorkflowAPI
import WorkflowTesting

@testable import WorkflowRuntime

private let double = ActivityDescriptor<Int, Int>("double")
private let slow = ActivityDescriptor<Int, Int>("slow")

/// Doubles a number so many times, and waits for as long.
actor Doubling: WorkflowDefinition {
    private var steps: [Int] = []

    struct Messages: Sendable { let steps = QueryDescriptor<NoValue, [Int]>("steps") }
    static let messages = Messages()

    func run(_ number: Int) async throws -> Int {
        var number = number
        for _ in 0..<3 {
            number = try await Workflow.executeLocal(double, number)
            steps.append(number)
        }
        try await Workflow.sleep(for: .seconds(number))
        return number
    }

    static func handlers(_ handlers: inout WorkflowHandlers<Doubling>) {
        handlers.query("steps") { workflow in workflow.steps }
    }
}

/// Asks for an activity, a timer and two local activities; whichever of these ends first cancels everything else.
actor Overtaking: WorkflowDefinition {
    func run(_ input: NoValue) async throws -> Int {
        let options = ActivityOptions(startToCloseTimeout: .seconds(60))
        return try await withThrowingTaskGroup(of: Int.self) { group in
            group.addTask { try await Workflow.execute(slow, 1, options: options) }
            group.addTask {
                try await Workflow.sleep(for: .seconds(60))
                return 2
            }
            group.addTask { try await Workflow.executeLocal(double, 3) }
            group.addTask { try await Workflow.executeLocal(slow, 4) }
            let first = try await group.next() ?? 0
            group.cancelAll()
            while (try? await group.next()) != nil {}
            return first
        }
    }
}

/// One local activity, with options.
actor Lone: WorkflowDefinition {
    struct Order: Codable, Sendable {
        var attempts = 0
        var interval = Duration.seconds(5)
        var limit: Duration?
        var startToClose = Duration.seconds(10)
    }

    func run(_ order: Order) async throws -> String {
        let began = Workflow.timestamp
        do {
            let result = try await Workflow.executeLocal(
                double,
                21,
                options: LocalActivityOptions(
                    startToCloseTimeout: order.startToClose,
                    scheduleToCloseTimeout: order.limit,
                    retryPolicy: RetryPolicy(initialInterval: order.interval, maximumAttempts: order.attempts)
                )
            )
            return "\(result) after \(Workflow.timestamp - began)"
        } catch let error as ActivityError {
            return
                "\(error.activityID) \(error.activityType) \(error.retryState): \(error.applicationError?.type ?? "?")"
        }
    }
}

extension RunScript {
    /// Writes what an engine makes of commands that follow those of before.
    mutating func record(_ activation: WorkflowActivation, after count: Int = 0) {
        for command in activation.commands.dropFirst(count) {
            switch command {
            case .recordMarker(let marker):
                append(
                    .markerRecorded(
                        .init(
                            markerName: marker.markerName,
                            details: marker.details,
                            workflowTaskCompletedEventID: 0,
                            failure: marker.failure
                        )
                    )
                )
            case .startTimer(let timer):
                append(
                    .timerStarted(
                        .init(
                            timerID: timer.timerID,
                            startToFireTimeout: timer.startToFireTimeout,
                            workflowTaskCompletedEventID: 0
                        )
                    )
                )
            case .cancelTimer(let timer):
                append(
                    .timerCanceled(
                        .init(timerID: timer.timerID, startedEventID: 0, workflowTaskCompletedEventID: 0)
                    )
                )
            case .scheduleActivity(let activity):
                append(
                    .activityTaskScheduled(
                        .init(
                            activityID: activity.activityID,
                            activityType: activity.activityType,
                            taskQueue: "q",
                            input: activity.input,
                            timeouts: activity.timeouts,
                            workflowTaskCompletedEventID: 0,
                            retryPolicy: RetryPolicy()
                        )
                    )
                )
            case .requestCancelActivity(let request):
                append(
                    .activityTaskCancelRequested(
                        .init(scheduledEventID: request.scheduledEventID, workflowTaskCompletedEventID: 0)
                    )
                )
            case .completeWorkflow(let command):
                append(.workflowExecutionCompleted(.init(result: command.result, workflowTaskCompletedEventID: 0)))
            case .failWorkflow, .cancelWorkflow: break
            }
        }
    }

    /// Tells the run that one of its local activities ended.
    func end(
        _ sequence: Int,
        _ outcome: LocalActivityEnd.Outcome,
        attempt: Int = 1,
        at second: Int64 = 0
    ) throws -> WorkflowActivation {
        try run.end(
            [
                LocalActivityEnd(
                    sequence: sequence,
                    outcome: outcome,
                    attempt: attempt,
                    time: Timestamp(nanoseconds: second * 1_000_000_000)
                )
            ],
            of: WorkflowTask(
                queryOnly: WorkflowQuery(id: "", queryType: ""),
                namespace: .default,
                execution: execution,
                workflowType: "",
                history: []
            ).asTurn
        )
    }
}

extension WorkflowTask {
    /// The same as a task that asks nothing and moves on.
    fileprivate var asTurn: WorkflowTask {
        var task = self
        task.isQueryOnly = false
        task.queries = []
        return task
    }
}

@Suite struct LocalActivityTests {
    @Test func `one after the other within a workflow task, and a replay goes by their markers`() throws {
        let registration = WorkflowRegistration(Doubling.self)
        var script = RunScript(registration, id: "d", input: [.json("5")])
        var activation = try script.activate()
        #expect(activation.commands.isEmpty)
        #expect(activation.localActivities.map(\.input) == [[.json("5")]])
        activation = try script.end(1, .completed([.json("10")]))
        #expect(activation.localActivities.map(\.input) == [[.json("10")]])
        activation = try script.end(2, .completed([.json("20")]))
        activation = try script.end(3, .completed([.json("40")]))
        #expect(activation.localActivities.isEmpty)
        #expect(activation.commands.count == 4)
        script.record(activation)
        script.append(.timerFired(.init(timerID: "1", startedEventID: 0)))
        let end = try script.activate()
        #expect(end.commands == [.completeWorkflow(.init(result: [.json("40")]))])
        script.record(end)
        try WorkflowReplayer([registration]).replay(script.events)
        try WorkflowReplayer([registration]).replayTurns(script.events)
    }

    @Test func `the marker is the one of Temporal's Core`() throws {
        var script = RunScript(WorkflowRegistration(Doubling.self), id: "d", input: [.json("5")])
        _ = try script.activate()
        let activation = try script.end(1, .completed([.json("10")]), attempt: 2, at: 1_767_225_601)
        guard case .recordMarker(let marker)? = activation.commands.first else {
            Issue.record("no marker")
            return
        }
        #expect(marker.markerName == "core_local_activity")
        #expect(marker.details["result"] == [.json("10")])
        #expect(
            marker.details["data"] == [
                .json(
                    #"{"seq":1,"attempt":2,"activity_id":"local-1","activity_type":"double","#
                        + #""complete_time":{"seconds":1767225601,"nanos":0},"backoff":null,"#
                        + #""original_schedule_time":{"seconds":3,"nanos":0}}"#
                )
            ]
        )
        #expect(marker.failure == nil && marker.header.isEmpty)
    }

    @Test func `a round that came with its ends behind others cancels with commands of its own`() throws {
        let registration = WorkflowRegistration(Overtaking.self)
        var script = RunScript(registration, id: "o")
        let first = try script.activate()
        #expect(first.commands.count == 2)
        #expect(first.localActivities.map(\.activityType) == ["double", "slow"])
        let second = try script.end(1, .completed([.json("6")]))
        #expect(second.commands.count == 5, "activity, timer, marker, the cancelled timer, the end: \(second.commands)")
        #expect(second.localActivities.isEmpty, "the other is wanted no more")
        #expect(second.isClosed)
        script.record(second)
        try WorkflowReplayer([registration]).replay(script.events)
        try WorkflowReplayer([registration]).replayTurns(script.events)
        // What still comes of the other changes nothing.
        #expect(try script.end(2, .completed([.json("1")])).commands == second.commands)
    }

    @Test func `a pause that is too long for the worker is a timer, and the attempts count on`() throws {
        let registration = WorkflowRegistration(Lone.self)
        var script = RunScript(registration, id: "l", input: [try PayloadConverter.payload(Lone.Order())])
        let local = try #require(try script.activate().localActivities.first)
        let failure = FailureConverter.failure(for: ApplicationError(type: "Busy", message: "later"))
        guard case .end(let outcome) = local.next(afterFailed: 1, failure, now: local.scheduledTime) else {
            Issue.record("it would be waited for")
            return
        }
        let postponed = try script.end(1, outcome)
        #expect(postponed.localActivities.isEmpty)
        #expect(
            postponed.commands.last == .startTimer(.init(timerID: "1", startToFireTimeout: .seconds(5)))
        )
        script.record(postponed)
        script.append(.timerFired(.init(timerID: "1", startedEventID: 0)))
        let again = try #require(try script.activate().localActivities.first)
        #expect(again.attempt == 2 && again.sequence == 2)
        #expect(again.activityID == local.activityID && again.scheduledTime == local.scheduledTime)
        let end = try script.end(2, .completed([.json("42")]), attempt: 2, at: 100)
        script.record(end)
        #expect(end.commands.last == .completeWorkflow(.init(result: [.json("\"42 after 97.0 seconds\"")])))
        try WorkflowReplayer([registration]).replay(script.events)
    }

    @Test func `one that fails for good throws what an activity throws, in a replay too`() async throws {
        let environment = TimeSkippingEnvironment(
            workflows: [WorkflowRegistration(Lone.self)],
            activities: [
                ActivityRegistration(double) { _ in
                    throw ApplicationError(type: "Broke", message: "no", nonRetryable: true)
                }
            ]
        )
        let result = try await environment.run(Lone.self, id: "l", input: Lone.Order())
        #expect(result == "local-1 double nonRetryableFailure: Broke")
        try await environment.history(of: "l").expect(.started, .localActivity("double"), .completed)
    }

    @Test func `short pauses are waited for, longer ones are timers, until the attempts or the time are used up`()
        async throws
    {
        let environment = TimeSkippingEnvironment(
            workflows: [WorkflowRegistration(Lone.self)],
            activities: [
                ActivityRegistration(double) { number in
                    guard let attempt = ActivityContext.current?.info.attempt, attempt > 4 else {
                        throw ApplicationError(type: "Busy", message: "later")
                    }
                    return 2 * number
                }
            ]
        )
        // 0.5 s and 1 s are waited for, 2 s and 4 s are timers, the first of them from when the workflow task was taken: no time
        // passes here within one.
        let order = Lone.Order(interval: .milliseconds(500))
        #expect(try await environment.run(Lone.self, id: "a", input: order) == "42 after 6.0 seconds")
        try await environment.history(of: "a").expect(
            .started,
            .localActivity("double"),
            .timerStarted,
            .timerFired,
            .localActivity("double"),
            .timerStarted,
            .timerFired,
            .localActivity("double"),
            .completed
        )
        var limited = order
        limited.attempts = 2
        let spent = try await environment.run(Lone.self, id: "b", input: limited)
        #expect(spent == "local-1 double maximumAttemptsReached: Busy")
        var hurried = order
        hurried.limit = .seconds(3)
        #expect(try await environment.run(Lone.self, id: "c", input: hurried) == "local-1 double timeout: Busy")
    }

    @Test func `options that make no sense fail the workflow task and name the place`() throws {
        let input = try PayloadConverter.payload(Lone.Order(startToClose: .zero))
        var script = RunScript(WorkflowRegistration(Lone.self), id: "l", input: [input])
        let failure = #expect(throws: WorkflowTaskFailure.self) { try script.activate() }
        #expect(
            failure?.failure.message.contains(
                "local-1 of type 'double' at WorkflowRuntimeTests/LocalActivityTests.swift:"
            )
                == true
        )
        #expect(failure?.failure.message.hasSuffix("its start-to-close timeout must be over 0") == true)
    }

    @Test func `a history that has something else in its place is told from the code`() throws {
        var script = RunScript(WorkflowRegistration(Doubling.self), id: "d", input: [.json("5")])
        _ = try script.activate()
        script.append(
            .timerStarted(.init(timerID: "1", startToFireTimeout: .seconds(1), workflowTaskCompletedEventID: 0))
        )
        let failure = #expect(throws: WorkflowTaskFailure.self) { try script.activate() }
        let report = try #require(failure?.report)
        #expect(report.actual == "waits for local activity local-1 'double'")
        #expect(report.wanted == .init(.localActivity, id: "local-1", name: "double"))
        #expect(report.location?.fileID == "WorkflowRuntimeTests/LocalActivityTests.swift")
    }

    @Test func `a marker of another local activity, or of one that the code no longer asks for, is a difference`()
        throws
    {
        var script = RunScript(WorkflowRegistration(Doubling.self), id: "d", input: [.json("5")])
        _ = try script.activate()
        let end = LocalActivityEnd(sequence: 1, outcome: .completed([.json("1")]), attempt: 1, time: .zero)
        let other = LocalActivityTask(
            sequence: 1,
            activityID: "local-1",
            activityType: "slow",
            input: [],
            options: LocalActivityOptions(),
            attempt: 1,
            scheduledTime: .zero
        )
        let marker = LocalActivityMarker.command(end, of: other)
        script.append(
            .markerRecorded(
                .init(markerName: marker.markerName, details: marker.details, workflowTaskCompletedEventID: 0)
            )
        )
        let report = #expect(throws: WorkflowTaskFailure.self) { try script.activate() }?.report
        #expect(report?.expected == "local activity local-1 'slow'")
        #expect(report?.recorded == .init(.localActivity, id: "local-1", name: "slow"))
        #expect(report?.actual == "waits for local activity local-1 'double'")
    }

    @Test func `time passes by what a local activity takes, and never goes back`() throws {
        var script = RunScript(
            WorkflowRegistration(Lone.self),
            id: "l",
            input: [try PayloadConverter.payload(Lone.Order())]
        )
        _ = try script.activate()
        let late = try script.end(1, .completed([.json("42")]), at: 1)
        #expect(late.commands.last == .completeWorkflow(.init(result: [.json("\"42 after 0.0 seconds\"")])))
    }

    @Test func `a query in the middle sees what has ended, and begins nothing`() throws {
        var script = RunScript(WorkflowRegistration(Doubling.self), id: "d", input: [.json("5")])
        _ = try script.activate()
        let activation = try script.end(1, .completed([.json("10")]))
        var history = script.events
        for command in activation.commands {
            guard case .recordMarker(let marker) = command else { continue }
            let event = HistoryEvent.MarkerRecorded(
                markerName: marker.markerName,
                details: marker.details,
                workflowTaskCompletedEventID: 4
            )
            history.append(HistoryEvent(id: 5, time: .zero, attributes: .markerRecorded(event)))
        }
        let task = WorkflowTask(
            queryOnly: WorkflowQuery(id: "q", queryType: "steps"),
            namespace: .default,
            execution: script.execution,
            workflowType: "Doubling",
            history: history
        )
        let run = WorkflowRegistration(Doubling.self).makeRun(
            namespace: .default,
            execution: script.execution,
            logger: .init(label: "test")
        )
        let answer = try run.activate(task)
        #expect(answer.queryResults["q"] == .answered([.json("[10]")]))
        #expect(answer.localActivities.isEmpty)
        #expect(run.evict())
    }
}
