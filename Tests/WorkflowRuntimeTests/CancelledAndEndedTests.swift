import Testing
import WorkflowAPI
import WorkflowRuntime

private let effect = ActivityDescriptor<NoValue, NoValue>("effect")

/// Waits for its effect to end even when it is cancelled.
actor Patient: WorkflowDefinition {
    func run(_ input: NoValue) async throws -> String {
        let options = ActivityOptions(
            startToCloseTimeout: .seconds(10),
            cancellationType: .waitCancellationCompleted
        )
        _ = try await Workflow.execute(effect, NoValue(), options: options)
        return Workflow.isCancelled ? "done, though cancelled" : "done"
    }
}

/// Cancels its other child as soon as one has ended, which it does at once: the other is about to wait.
actor Hasty: WorkflowDefinition {
    private func waitForever(_ what: String) async throws {
        switch what {
        case "condition": try await Workflow.condition { false }
        case "timer": try await Workflow.sleep(for: .seconds(60))
        case "timeout": _ = try await Workflow.condition(timeout: .seconds(60)) { false }
        default:
            _ = try await Workflow.execute(
                effect,
                NoValue(),
                options: ActivityOptions(startToCloseTimeout: .seconds(9))
            )
        }
    }

    func run(_ what: String) async throws -> String {
        try await withThrowingTaskGroup(of: String.self) { group in
            group.addTask { "first" }
            group.addTask {
                try await self.waitForever(what)
                return "second"
            }
            let first = try await group.next() ?? ""
            group.cancelAll()
            return first
        }
    }
}

/// Something ends while the request to cancel it has not left yet: one workflow task brings both. The engine would refuse
/// to cancel what is over, for ever.
@Suite struct CancelledAndEndedTests {
    @Test func `an activity that has ended is not asked to stop`() throws {
        var script = RunScript(WorkflowRegistration(Patient.self), id: "a")
        #expect(try script.activate().commands.count == 1)
        script.append(
            .activityTaskScheduled(
                .init(
                    activityID: "1",
                    activityType: "effect",
                    taskQueue: "q",
                    timeouts: ActivityTimeouts(startToClose: .seconds(10)),
                    workflowTaskCompletedEventID: 4
                )
            )
        )
        script.append(.workflowExecutionCancelRequested(.init()))
        script.append(.activityTaskStarted(.init(scheduledEventID: 5, attempt: 1)))
        script.append(.activityTaskCompleted(.init(result: [.null], scheduledEventID: 5, startedEventID: 7)))
        let commands = try script.activate().commands
        #expect(commands == [.completeWorkflow(.init(result: [.json(#""done, though cancelled""#)]))])
        #expect(script.run.evict())
    }

    @Test func `a timer that has fired is not cancelled`() throws {
        var script = RunScript(WorkflowRegistration(Obedient.self), id: "t")
        #expect(try script.activate().commands.count == 1)
        script.append(
            .timerStarted(
                .init(timerID: "1", startToFireTimeout: .seconds(86_400), workflowTaskCompletedEventID: 4)
            )
        )
        script.append(.workflowExecutionCancelRequested(.init()))
        script.append(.timerFired(.init(timerID: "1", startedEventID: 5)))
        #expect(try script.activate().commands == [.cancelWorkflow(.init())])
        #expect(script.run.evict())
    }

    @Test(arguments: ["condition", "timer", "timeout", "activity"])
    func `what is cancelled just before it waits does not wait`(_ what: String) throws {
        var script = RunScript(
            WorkflowRegistration(Hasty.self),
            id: "h",
            input: [try PayloadConverter.payload(what)]
        )
        let commands = try script.activate().commands
        #expect(commands == [.completeWorkflow(.init(result: [.json(#""first""#)]))])
        #expect(script.run.evict())
    }
}
