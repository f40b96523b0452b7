import Logging
import WorkflowAPI
import WorkflowRuntime

/// A run driven by hand: histories as an engine would write them, without an engine.
struct RunScript {
    let execution: WorkflowExecution
    let run: WorkflowRun
    private let workflowType: String
    private(set) var events: [HistoryEvent] = []
    private var fresh: [HistoryEvent] = []
    private var started: Int64 = 0

    init(_ registration: WorkflowRegistration, id: String, input: [Payload] = []) {
        execution = WorkflowExecution(workflowID: WorkflowID(id), runID: RunID(id))
        workflowType = registration.name
        run = registration.makeRun(
            namespace: .default,
            execution: execution,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
        append(
            .workflowExecutionStarted(
                .init(
                    workflowType: registration.name,
                    taskQueue: "q",
                    input: input,
                    originalRunID: execution.runID,
                    firstRunID: execution.runID,
                    workflowID: execution.workflowID
                )
            )
        )
    }

    mutating func append(_ attributes: HistoryEvent.Attributes) {
        let id = Int64(events.count + 1)
        let event = HistoryEvent(
            id: id,
            time: Timestamp(nanoseconds: id * 1_000_000_000),
            attributes: attributes
        )
        events.append(event)
        fresh.append(event)
    }

    /// Takes a workflow task with everything new, and runs it.
    mutating func activate() throws -> WorkflowActivation {
        append(.workflowTaskScheduled(.init(taskQueue: "q", startToCloseTimeout: .seconds(10))))
        append(.workflowTaskStarted(.init(scheduledEventID: Int64(events.count))))
        let previous = started
        started = Int64(events.count)
        let history = fresh
        fresh = []
        let activation = try run.activate(
            WorkflowTask(
                token: TaskToken(
                    namespace: .default,
                    execution: execution,
                    runKey: 1,
                    scheduledEventID: started - 1,
                    startedEventID: started,
                    attempt: 1,
                    claim: 1
                ),
                namespace: .default,
                execution: execution,
                workflowType: workflowType,
                previousStartedEventID: previous,
                startedEventID: started,
                attempt: 1,
                history: history
            )
        )
        append(.workflowTaskCompleted(.init(scheduledEventID: started - 1, startedEventID: started)))
        return activation
    }

    mutating func signal(_ name: String, _ input: [Payload] = []) {
        append(.workflowExecutionSignaled(.init(signalName: name, input: input)))
    }
}
