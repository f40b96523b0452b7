import Synchronization
import Testing
import WorkflowAPI
import WorkflowRuntime
import WorkflowTesting

private let echo = ActivityDescriptor<String, String>("echo")
private let options = ActivityOptions(startToCloseTimeout: .seconds(10), retryPolicy: RetryPolicy(maximumAttempts: 3))

/// Waits for ever unless cancelled, then compensates in a shield.
actor Cancellable: WorkflowDefinition {
    private var log: [String] = []

    func run(_ input: NoValue) async throws -> [String] {
        do {
            try await Workflow.sleep(for: .seconds(86_400))
        } catch is CancellationError {
            log.append("cancelled")
            log.append(try await Workflow.shielded { try await Workflow.execute(echo, "undo", options: options) })
            #expect(Workflow.isCancelled)
        }
        return log
    }
}

/// Gives what it was cancelled with, before, and after a wait.
actor Questioned: WorkflowDefinition {
    private var known: [String] = []

    func run(_ input: NoValue) async throws -> [String] {
        note()
        do {
            try await Workflow.sleep(for: .seconds(86_400))
        } catch is CancellationError {
            note()
            _ = try await Workflow.shielded { try await Workflow.execute(echo, "undo", options: options) }
            note()
        }
        return known
    }

    private func note() {
        known.append(Workflow.cancelRequest.map { "\($0.identity): \($0.reason ?? "no reason")" } ?? "nobody")
    }

    static func handlers(_ handlers: inout WorkflowHandlers<Questioned>) {
        handlers.query("asked") { _ in Workflow.cancelRequest?.identity }
    }
}

/// Throws what it was cancelled with.
actor Obedient: WorkflowDefinition {
    func run(_ input: NoValue) async throws -> String {
        try await Workflow.sleep(for: .seconds(86_400))
        return "woke"
    }
}

/// Takes all kinds of tasks and numbers.
actor Busy: WorkflowDefinition {
    private var order: [String] = []

    func run(_ input: NoValue) async throws -> [String] {
        let child = try Workflow.spawn { try await Workflow.execute(echo, "spawned", options: options) }
        try await withThrowingTaskGroup(of: String.self) { group in
            for number in 0..<5 {
                group.addTask {
                    try await Workflow.sleep(for: .seconds(5 - number))
                    return try await Workflow.execute(echo, "\(number)", options: options)
                }
            }
            for try await result in group { order.append(result) }
        }
        order.append(try await child.value)
        order.append(try Workflow.uuid())
        order += try Workflow.shuffled(["a", "b", "c", "d"])
        order.append("\(try Workflow.random(in: 0..<1000))")
        try await Workflow.sleep(for: .zero)
        return order
    }
}

/// Leaves the run by an unstructured task's sleep.
actor Escaping: WorkflowDefinition {
    func run(_ input: NoValue) async throws -> String {
        try await Self.nap()
        return "never"
    }

    private static func nap() async throws { try await doze() }

    static let line = #line + 2
    private static func doze() async throws {
        try await _Concurrency.Task.sleep(for: .seconds(3600))
    }
}

/// Leaves the run by a task that nobody waits for: the run itself would come to its end unharmed.
actor Scattering: WorkflowDefinition {
    func run(_ input: NoValue) async throws -> String {
        _ = _Concurrency.Task.detached { 1 + 1 }
        return "as if nothing had happened"
    }
}

actor Failing: WorkflowDefinition {
    func run(_ input: NoValue) async throws -> String {
        do {
            return try await Workflow.execute(echo, "fail", options: options)
        } catch let error as ActivityError {
            throw ApplicationError(
                type: "Rejected",
                message: "\(error.applicationError?.type ?? "?") after \(error.retryState)",
                nonRetryable: true
            )
        }
    }
}

/// A query that tries to do more than read.
actor Nosy: WorkflowDefinition {
    private var isDone = false

    func run(_ input: NoValue) async throws -> String {
        try await Workflow.condition { self.isDone }
        return "done"
    }

    static func handlers(_ handlers: inout WorkflowHandlers<Nosy>) {
        handlers.signal("finish") { workflow in workflow.isDone = true }
        handlers.signal("number") { (workflow, _: Int) in }
        handlers.query("draw") { workflow in try Workflow.random(in: 0..<10) }
        handlers.query("isDone") { workflow in workflow.isDone }
    }
}

@Suite struct WorkflowBehaviourTests {
    static func environment(_ workflows: WorkflowRegistration..., cacheRuns: Bool = false) -> TimeSkippingEnvironment {
        TimeSkippingEnvironment(
            workflows: workflows,
            activities: [
                ActivityRegistration(echo) { text in
                    if text == "fail" { throw ApplicationError(type: "Broken", message: "as asked") }
                    return text
                }
            ],
            cacheRuns: cacheRuns
        )
    }

    @Test(arguments: [true, false])
    func `a workflow knows who cancelled it and why, in every replay and in queries`(cacheRuns: Bool) async throws {
        let environment = Self.environment(WorkflowRegistration(Questioned.self), cacheRuns: cacheRuns)
        for (reason, says) in [("not needed", "test: not needed"), ("", "test: no reason")] {
            let run = try await environment.client.start(Questioned.self, taskQueue: "test", input: NoValue())
            try await environment.settle()
            try await run.cancel(reason: reason)
            #expect(try await environment.result(of: run) == ["nobody", says, says])
            let asked = try await environment.client.service.queryWorkflow(
                QueryWorkflowRequest(
                    workflowID: run.workflowID,
                    query: WorkflowQuery(id: "1", queryType: "asked", arguments: [])
                )
            )
            #expect(try PayloadConverter.argument(asked, as: String?.self) == "test")
        }
        #expect(Workflow.cancelRequest == nil)
    }

    @Test(arguments: [true, false])
    func `a cancelled workflow compensates in a shield and may still complete`(cacheRuns: Bool) async throws {
        let environment = Self.environment(WorkflowRegistration(Cancellable.self), cacheRuns: cacheRuns)
        let handle = try await environment.client.start(
            Cancellable.self,
            id: "c",
            taskQueue: environment.taskQueue,
            input: NoValue()
        )
        environment.after(.seconds(60)) { try await handle.cancel(reason: "changed my mind") }
        #expect(try await environment.result(of: handle) == ["cancelled", "undo"])
        try await WorkflowReplayer([WorkflowRegistration(Cancellable.self)]).replay(environment.history(of: "c"))
    }

    @Test func `a workflow that lets the cancellation through closes as canceled`() async throws {
        let environment = Self.environment(WorkflowRegistration(Obedient.self))
        let handle = try await environment.client.start(
            Obedient.self,
            id: "o",
            taskQueue: environment.taskQueue,
            input: NoValue()
        )
        environment.after(.seconds(60)) { try await handle.cancel() }
        let error = await #expect(throws: WorkflowClosedError.self) { try await environment.result(of: handle) }
        #expect(error?.closeEvent.type == .workflowExecutionCanceled)
        let types = try await environment.history(of: "o").map(\.type)
        #expect(types.contains(.timerCanceled))
    }

    @Test func `tasks, timers and numbers come out the same cached and replayed`() async throws {
        let cached = Self.environment(WorkflowRegistration(Busy.self), cacheRuns: true)
        let replayed = Self.environment(WorkflowRegistration(Busy.self), cacheRuns: false)
        let first = try await cached.run(Busy.self, id: "b", input: NoValue())
        let second = try await replayed.run(Busy.self, id: "b", input: NoValue())
        #expect(first == second)
        #expect(Array(first.prefix(6)) == ["4", "3", "2", "1", "0", "spawned"])
        #expect(first.count == 12)
        for _ in 0..<20 {
            try await WorkflowReplayer([WorkflowRegistration(Busy.self)]).replay(cached.history(of: "b"))
        }
    }

    @Test func `an escape fails the workflow task and leaves the run open`() async throws {
        let environment = Self.environment(WorkflowRegistration(Escaping.self))
        let handle = try await environment.client.start(
            Escaping.self,
            id: "e",
            taskQueue: environment.taskQueue,
            input: NoValue()
        )
        let error = await #expect(throws: StuckError.self) { try await environment.result(of: handle) }
        #expect(error?.description.contains("not on a workflow primitive") == true)
        let description = try await handle.describe()
        #expect(description.summary.status == .running)
        let failure = try #require(description.workflowTask?.lastFailure)
        #expect(failure.message.contains("not on a workflow primitive"))
        let report = try #require(failure.escapeReport)
        #expect(report.workflowID == "e" && report.runID == description.summary.execution.runID.rawValue)
        #expect(report.kind == .suspendedOutside && failure.message == "\(report)" && report.eventID == 3)
        // The task is suspended in a helper of a helper: the innermost that its author wrote.
        let place = SourceLocation(fileID: "WorkflowRuntimeTests/WorkflowBehaviourTests.swift", line: Escaping.line)
        #expect(report.location == place, "\(report.stack ?? [])")
        #expect(report.function?.contains("doze") == true)
        #expect(failure.nondeterminismReport == nil)
    }

    @Test func `a task that leaves the run is noticed though nobody waits for it`() async throws {
        let environment = Self.environment(WorkflowRegistration(Scattering.self))
        let error = await #expect(throws: StuckError.self) {
            try await environment.run(Scattering.self, input: NoValue())
        }
        #expect(error?.description.contains("use Workflow.spawn") == true)
    }

    @Test func `an activity that fails for good fails the workflow by its own words`() async throws {
        let environment = Self.environment(WorkflowRegistration(Failing.self))
        let error = await #expect(throws: WorkflowClosedError.self) {
            try await environment.run(Failing.self, input: NoValue())
        }
        #expect(error?.description.contains("Broken after maximumAttemptsReached") == true)
    }

    @Test func `a query may only read, and an unknown one is told the known ones`() async throws {
        let environment = Self.environment(WorkflowRegistration(Nosy.self))
        let handle = try await environment.client.start(
            Nosy.self,
            id: "n",
            taskQueue: environment.taskQueue,
            input: NoValue()
        )
        try await environment.settle()
        func ask(_ name: String) async throws -> [Payload] {
            try await environment.client.service.queryWorkflow(
                QueryWorkflowRequest(workflowID: "n", query: WorkflowQuery(id: "1", queryType: name))
            )
        }
        #expect(try await ask("isDone") == [.json("false")])
        let drawn = await #expect(throws: WorkflowServiceError.self) { try await ask("draw") }
        #expect(drawn?.message.contains("may only read") == true)
        let unknown = await #expect(throws: WorkflowServiceError.self) { try await ask("nothing") }
        #expect(unknown?.message.contains("draw, isDone") == true)
        for (name, input) in [("number", Payload.json(#""no number""#)), ("nobody", .null), ("finish", .null)] {
            try await environment.client.service.signalWorkflow(
                SignalWorkflowRequest(workflowID: "n", signalName: name, input: [input], requestID: name)
            )
        }
        #expect(try await environment.result(of: handle) == "done")
        #expect(try await handle.describe().skippedSignals == 2)
    }

    @Test func `unreadable run input fails the workflow, not the task`() async throws {
        let environment = Self.environment(WorkflowRegistration(Approval.self))
        _ = try await environment.client.service.startWorkflow(
            StartWorkflowRequest(
                workflowID: "bad",
                workflowType: "Approval",
                taskQueue: environment.taskQueue,
                input: [.json(#"{"id":5}"#)],
                requestID: "1"
            )
        )
        try await environment.settle()
        let last = try await environment.history(of: "bad").last
        guard case .workflowExecutionFailed(let failed)? = last?.attributes else {
            Issue.record("not failed")
            return
        }
        #expect(failed.failure.message.contains("'id' is not a text"))
    }

    /// Ends on a signal while the handler of another still waits.
    private actor Hasty: WorkflowDefinition {
        private var isDone = false

        func run(_ input: NoValue) async throws -> String {
            try await Workflow.condition { self.isDone }
            return "done"
        }

        static func handlers(_ handlers: inout WorkflowHandlers<Hasty>) {
            handlers.signal("slow") { (workflow, input: NoValue) in try await Workflow.sleep(for: .seconds(60)) }
            handlers.signal("quick") { (workflow, input: NoValue) in }
            handlers.signal("end") { (workflow, input: NoValue) in workflow.isDone = true }
        }
    }

    @Test func `handlers that still run when a run ends are cancelled and named before its closing event`() async throws
    {
        let environment = Self.environment(WorkflowRegistration(Hasty.self))
        let handle = try await environment.client.start(
            Hasty.self,
            id: "h",
            taskQueue: environment.taskQueue,
            input: NoValue()
        )
        for (index, name) in ["slow", "quick", "slow", "end"].enumerated() {
            try await environment.client.service.signalWorkflow(
                SignalWorkflowRequest(workflowID: "h", signalName: name, requestID: "\(index)")
            )
        }
        #expect(try await environment.result(of: handle) == "done")
        let history = try await environment.history(of: "h")
        guard case .markerRecorded(let marker)? = history.dropLast().last?.attributes else {
            Issue.record("no marker before the end")
            return
        }
        #expect(marker.markerName == "swift-workflow-unfinished-handlers")
        #expect(marker.details["handlers"] == [.json(#"["slow","slow"]"#)])
        #expect(marker.failure?.message.hasSuffix("cancelled: slow, slow") == true)
        try WorkflowReplayer([WorkflowRegistration(Hasty.self)]).replay(history)
    }
}
