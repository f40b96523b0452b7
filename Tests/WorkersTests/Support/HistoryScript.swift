import WorkflowAPI
import WorkflowRuntime

/// Waits for signals and returns what they said, up to a count; in between it runs one activity for each.
actor Collector: WorkflowDefinition {
    static let note = ActivityDescriptor<Int, [Int]>("note")
    private var words: [String] = []

    func run(_ count: Int) async throws -> [String] {
        try await Workflow.condition { self.words.count >= count }
        return words
    }

    static func handlers(_ handlers: inout WorkflowHandlers<Collector>) {
        handlers.signal("say") { (workflow, word: String) in workflow.words.append(word) }
        handlers.query("words") { workflow in workflow.words }
    }
}

/// The history of one ``Collector`` run as an engine would write it, and its workflow tasks.
struct HistoryScript {
    let execution: WorkflowExecution
    private(set) var events: [HistoryEvent] = []
    private(set) var previousStarted: Int64 = 0
    private var lastStarted: Int64 = 0

    /// A run that has begun and whose first workflow task is taken.
    init(run: RunID, count: Int) {
        execution = WorkflowExecution(workflowID: "collector", runID: run)
        append(
            .workflowExecutionStarted(
                .init(
                    workflowType: "Collector",
                    taskQueue: "orders",
                    input: [.json("\(count)")],
                    originalRunID: run,
                    firstRunID: run,
                    workflowID: "collector"
                )
            )
        )
        takeWorkflowTask()
    }

    /// Ends the workflow task without commands, brings a signal and takes the next task.
    mutating func say(_ word: String) {
        previousStarted = lastStarted
        append(.workflowTaskCompleted(.init(scheduledEventID: lastStarted - 1, startedEventID: lastStarted)))
        append(.workflowExecutionSignaled(.init(signalName: "say", input: [.json("\"\(word)\"")])))
        takeWorkflowTask()
    }

    /// The task that is taken.
    func task(partial: Bool, queries: [WorkflowQuery] = []) -> WorkflowTask {
        WorkflowTask(
            token: TaskToken(
                namespace: .default,
                execution: execution,
                runKey: 1,
                scheduledEventID: lastStarted - 1,
                startedEventID: lastStarted,
                attempt: 1,
                claim: 1
            ),
            namespace: .default,
            execution: execution,
            workflowType: "Collector",
            previousStartedEventID: previousStarted,
            startedEventID: lastStarted,
            attempt: 1,
            history: partial ? events.filter { $0.id > previousStarted } : events,
            isPartial: partial,
            queries: queries
        )
    }

    /// A task that only asks, with the history up to the last completed turn.
    func question(_ query: WorkflowQuery) -> WorkflowTask {
        var task = task(partial: false, queries: [query])
        task.isQueryOnly = true
        return task
    }

    /// Puts an event in that the code did not cause, so that replay differs.
    mutating func corrupt() {
        append(
            .timerStarted(
                .init(timerID: "1", startToFireTimeout: .seconds(1), workflowTaskCompletedEventID: lastStarted + 1)
            )
        )
    }

    private mutating func takeWorkflowTask() {
        append(.workflowTaskScheduled(.init(taskQueue: "orders", startToCloseTimeout: .seconds(10))))
        append(.workflowTaskStarted(.init(scheduledEventID: Int64(events.count))))
        lastStarted = Int64(events.count)
    }

    private mutating func append(_ attributes: HistoryEvent.Attributes) {
        let id = Int64(events.count + 1)
        events.append(HistoryEvent(id: id, time: Timestamp(nanoseconds: id * 1_000_000_000), attributes: attributes))
    }
}
