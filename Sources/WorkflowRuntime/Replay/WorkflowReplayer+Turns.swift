public import WorkflowAPI

extension WorkflowReplayer {
    /// Replays a whole history turn by turn, as a worker goes through it that keeps its runs: code does not see what comes
    /// next. ``replay(_:execution:through:)`` is the other way, that of a worker that has lost the run. Throws as it does.
    public func replayTurns(
        _ history: [HistoryEvent],
        execution: WorkflowExecution = WorkflowExecution(workflowID: "replay", runID: "replay")
    ) throws {
        guard case .workflowExecutionStarted(let started)? = history.first?.attributes else {
            throw ReplayError(message: "the history does not begin with the start of a run")
        }
        guard let registration = registrations[started.workflowType] else {
            throw ReplayError(message: "no workflow type '\(started.workflowType)' is registered here")
        }
        // Live code takes the new branch of a change, where the code that made the history may have known only the old one.
        let answers = try patchAnswers(history, execution: execution).answers
        let run = registration.makeRun(
            namespace: .default,
            execution: execution,
            logger: logger,
            withholding: Set(answers.filter { !$0.value }.keys)
        )
        defer { run.evict() }
        var rest = history[...]
        while let start = rest.indices.first(where: { Self.isTurn(at: $0, in: history) }) {
            try Self.activate(run, rest[...start], of: registration, isQueryOnly: false)
            rest = rest[(start + 1)...]
        }
        // What the last turn asked for is compared with what history has after it.
        if !rest.isEmpty { try Self.activate(run, rest, of: registration, isQueryOnly: true) }
    }

    /// Which branches of changes a replay of the whole history takes, and which of those changes the code calls deprecated.
    /// Throws as ``replay(_:execution:through:)`` does.
    package func patchAnswers(
        _ history: [HistoryEvent],
        execution: WorkflowExecution
    ) throws -> (answers: [String: Bool], deprecated: Set<String>) {
        guard case .workflowExecutionStarted(let started)? = history.first?.attributes,
            let registration = registrations[started.workflowType]
        else { throw ReplayError(message: "the history is of no workflow type that is registered here") }
        let run = registration.makeRun(namespace: .default, execution: execution, logger: logger)
        defer { run.evict() }
        try Self.activate(run, history[...], of: registration, isQueryOnly: true)
        return run.patchAnswers
    }

    /// A workflow task was started here that was completed.
    private static func isTurn(at index: Int, in history: [HistoryEvent]) -> Bool {
        guard case .workflowTaskStarted = history[index].attributes, index + 1 < history.endIndex,
            case .workflowTaskCompleted = history[index + 1].attributes
        else { return false }
        return true
    }

    private static func activate(
        _ run: WorkflowRun,
        _ events: ArraySlice<HistoryEvent>,
        of registration: WorkflowRegistration,
        isQueryOnly: Bool
    ) throws {
        let task = WorkflowTask(
            token: TaskToken(
                namespace: .default,
                execution: run.execution,
                runKey: 0,
                scheduledEventID: 0,
                startedEventID: 0,
                attempt: 1,
                claim: 0
            ),
            namespace: .default,
            execution: run.execution,
            workflowType: registration.name,
            previousStartedEventID: 0,
            startedEventID: events.last?.id ?? 0,
            attempt: 1,
            history: Array(events),
            isQueryOnly: isQueryOnly
        )
        do {
            _ = try run.activate(task)
        } catch {
            if let report = error.report { throw report }
            throw ReplayError(message: error.failure.message)
        }
    }
}
