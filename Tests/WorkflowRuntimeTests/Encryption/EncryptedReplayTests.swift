import Logging
import Testing
import WorkflowAPI
import WorkflowRuntime
import WorkflowTesting

/// What code does with payloads for which it has no key, and replay with the keys of a program.
@Suite struct EncryptedReplayTests {
    private let workflows = [WorkflowRegistration(Approval.self)]
    private let encryption: PayloadEncryption
    private let missing =
        "the payload codec: this payload was encrypted with key 'k2026', which was not given (PayloadKeys; --payload-keys FILE)"

    init() throws {
        encryption = PayloadEncryption(keys: try PayloadKeys([("k2026", PayloadEncryptionTests.key)]))
    }

    private func encrypted(_ payloads: [Payload]) throws -> [Payload] { try encryption.encodeImmediately(payloads) }

    /// The history of a run as a worker with the key would have left it.
    private func storedHistory() async throws -> [HistoryEvent] {
        let environment = TimeSkippingEnvironment(workflows: workflows, activities: Sample.activities, cacheRuns: true)
        let handle = try await environment.client.start(
            Approval.self,
            id: "po-1",
            taskQueue: environment.taskQueue,
            input: Order(id: "NID 1990123456789", amount: 5)
        )
        environment.after(.seconds(60)) {
            try await handle.signal(\.approve, "ann")
            try await handle.signal(\.approve, "bob")
        }
        _ = try await environment.result(of: handle)
        return try await environment.history(of: "po-1").map { event in
            var event = event
            switch event.attributes {
            case .workflowExecutionStarted(var started):
                started.input = try encrypted(started.input)
                event.attributes = .workflowExecutionStarted(started)
            case .workflowExecutionSignaled(var signaled):
                signaled.input = try encrypted(signaled.input)
                event.attributes = .workflowExecutionSignaled(signaled)
            case .activityTaskScheduled(var scheduled):
                scheduled.input = try encrypted(scheduled.input)
                event.attributes = .activityTaskScheduled(scheduled)
            case .activityTaskCompleted(var completed):
                completed.result = try encrypted(completed.result)
                event.attributes = .activityTaskCompleted(completed)
            case .workflowExecutionCompleted(var completed):
                completed.result = try encrypted(completed.result)
                event.attributes = .workflowExecutionCompleted(completed)
            default: break
            }
            return event
        }
    }

    @Test func `a history is replayed as it is stored, by who has the keys`() async throws {
        let stored = try await storedHistory()
        let json = Array(try HistoryJSON.encode(stored).utf8)
        let replayer = WorkflowReplayer(workflows, payloadCodecs: [encryption])
        try await replayer.replay(encoded: stored)
        try await replayer.replay(encodedJSON: json)
        // A replay that finds fault with the code still does.
        let shorter = stored.filter { $0.type != .activityTaskScheduled && $0.type != .activityTaskCompleted }
        await #expect(throws: NondeterminismReport.self) { try await replayer.replay(encoded: shorter) }
        let noHistory = await #expect(throws: ReplayError.self) { try await replayer.replay(encodedJSON: [1]) }
        #expect(noHistory?.message.hasPrefix("this is no history") == true)

        for keyless in [WorkflowReplayer(workflows), replayer] {
            let error = #expect(throws: ReplayError.self) { try keyless.replay(json: json) }
            #expect(error?.message == missing)
        }
        let other = PayloadEncryption(keys: try PayloadKeys([("k1999", PayloadEncryptionTests.otherKey)]))
        let wrong = await #expect(throws: ReplayError.self) {
            try await WorkflowReplayer(workflows, payloadCodecs: [other]).replay(encoded: stored)
        }
        #expect(
            wrong?.message == "the payload codec: this payload was encrypted with key 'k2026', "
                + "which is not among the keys given (k1999)"
        )
    }

    /// Fails the task, and asks for nothing: neither the end of the run nor a marker for a skipped signal.
    private func expectTaskFails(_ script: inout RunScript) {
        let failure = #expect(throws: WorkflowTaskFailure.self) { try script.activate() }
        #expect(failure?.cause == .workflowWorkerUnhandledFailure)
        #expect(failure?.failure.message == missing)
        script.run.evict()
    }

    private func script(input: Payload) -> RunScript { RunScript(workflows[0], id: "r", input: [input]) }

    private let order = Payload.json(#"{"amount":5,"id":"p"}"#)

    @Test func `whatever replay reads encrypted fails the task and not the run`() throws {
        let locked = try encrypted([.json("\"x\"")])
        var started = script(input: locked[0])
        expectTaskFails(&started)

        var signaled = script(input: order)
        #expect(try signaled.activate().commands.count == 2)
        signaled.signal("approve", locked)
        expectTaskFails(&signaled)

        let application = Failure(message: "m", info: .application(.init(type: "T", details: locked)))
        let failures = [
            application, Failure(message: "m", info: .timeout(type: .startToClose, lastHeartbeatDetails: locked)),
            Failure(message: "m", info: .application(.init(type: "T")), cause: application),
        ]
        var closings: [HistoryEvent.Attributes] = failures.flatMap { failure -> [HistoryEvent.Attributes] in
            [
                .activityTaskFailed(
                    .init(
                        failure: failure,
                        scheduledEventID: 5,
                        startedEventID: 7,
                        retryState: .maximumAttemptsReached
                    )
                ),
                .activityTaskTimedOut(
                    .init(failure: failure, scheduledEventID: 5, startedEventID: 7, retryState: .timeout)
                ),
            ]
        }
        closings += [
            .activityTaskCompleted(.init(result: locked, scheduledEventID: 5, startedEventID: 7)),
            .activityTaskCanceled(
                .init(details: locked, latestCancelRequestedEventID: 0, scheduledEventID: 5, startedEventID: 7)
            ),
            .markerRecorded(.init(markerName: "m", details: ["d": locked], workflowTaskCompletedEventID: 4)),
        ]
        for closing in closings {
            var script = script(input: order)
            _ = try script.activate()
            script.append(closing)
            expectTaskFails(&script)
        }
    }

    @Test func `an activity without the key may be tried again, and values say which key they lack`() async throws {
        let locked = try encrypted([.json("\"x\"")])
        let activity = ActivityRegistration(Sample.reserve) { "r-\($0)" }
        let context = ActivityContext(
            info: ActivityInfo(
                ActivityTask(
                    token: TaskToken(
                        namespace: .default,
                        execution: WorkflowExecution(workflowID: "w", runID: "r"),
                        runKey: 1,
                        scheduledEventID: 1,
                        startedEventID: 0,
                        attempt: 1,
                        claim: 1
                    ),
                    namespace: .default,
                    execution: WorkflowExecution(workflowID: "w", runID: "r"),
                    workflowType: "Approval",
                    activityID: "1",
                    activityType: "reserve",
                    taskQueue: "q",
                    input: locked,
                    attempt: 1,
                    scheduledTime: Timestamp(nanoseconds: 0),
                    currentAttemptScheduledTime: Timestamp(nanoseconds: 0),
                    startedTime: Timestamp(nanoseconds: 0),
                    timeouts: ActivityTimeouts()
                )
            ),
            heartbeatDetails: locked,
            logger: { Logger(label: "test") { _ in SwiftLogNoOpLogHandler() } },
            onHeartbeat: { _ in }
        )
        guard case .ordinary(let work) = activity.work else {
            Issue.record("not an ordinary activity")
            return
        }
        let error = await #expect(throws: ApplicationError.self) { try await work(locked, context) }
        #expect(error?.type == "PayloadCodec" && error?.nonRetryable == false)
        #expect(error?.message == missing)
        #expect(throws: PayloadError.self) { try context.heartbeatDetails(as: String.self) }
        let value = #expect(throws: PayloadError.self) { try PayloadConverter.value(locked[0], as: String.self) }
        #expect(
            value?.message
                == "this payload was encrypted with key 'k2026', which was not given (PayloadKeys; --payload-keys FILE)"
        )
    }
}
