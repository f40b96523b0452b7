import Logging
package import WorkflowAPI

/// What a workflow task came to.
package struct WorkflowActivation: Sendable {
    /// What the code asks for, in order.
    package var commands: [Command]
    /// Answers to the task's queries, by their id.
    package var queryResults: [String: QueryResult]
    /// What this library is made of, the first time it answers for a run.
    package var sdkMetadata: HistoryEvent.SDKMetadata?
    /// The run's code has come to its end.
    package var isClosed: Bool
    /// Local activities that the code waits for, in the order in which it asked for them. Each that is run comes back with
    /// ``WorkflowRun/end(_:of:beat:)``; one that is missing from a later activation is wanted no more.
    package var localActivities: [LocalActivityTask] = []
    /// The time of the run.
    package var time: Timestamp
    /// The code has asked for something that it can only have with the next workflow task.
    package var wantsNewTask = false
}

/// Events in, commands out: one cached run.
///
/// `@unchecked Sendable`: its owner lets one thread at a time in.
package final class WorkflowRun: @unchecked Sendable {
    let namespace: Namespace
    let execution: WorkflowExecution
    let workflowType: String
    let logger: Logger
    private let makeInstance: @Sendable (RunContext) -> any WorkflowInstance
    var context: RunContext?
    var instance: (any WorkflowInstance)?
    /// Events that the next activation delivers.
    var undelivered: [HistoryEvent] = []
    /// Commands of the last activation that no event has been found for.
    var unmatched: ArraySlice<IssuedCommand> = []
    /// All commands of the last activation.
    var asked: [IssuedCommand] = []
    /// The events that are being applied.
    package let cursor = ReplayCursor()
    var hasSentMetadata = false
    /// Patches that are answered as they were before they came into the code.
    var withheldPatches: Set<String> = []
    /// The started event up to which history has been applied; 0 for none.
    package private(set) var lastStartedEventID: Int64 = 0

    init(
        namespace: Namespace,
        execution: WorkflowExecution,
        registration: WorkflowRegistration,
        logger: Logger,
        _ makeInstance: @escaping @Sendable (RunContext) -> any WorkflowInstance
    ) {
        self.namespace = namespace
        self.execution = execution
        self.workflowType = registration.name
        self.logger = logger
        self.makeInstance = makeInstance
    }

    /// Applies the task's history, whole or the part after what was seen, runs code until nothing moves, answers queries.
    /// Throws ``WorkflowTaskFailure``; the run is good for nothing then but ``evict()``.
    /// `beat` is called whenever replay has done one workflow task, for whoever watches how long the code takes.
    package func activate(
        _ task: WorkflowTask,
        beat: @escaping () -> Void = {}
    ) throws(WorkflowTaskFailure) -> WorkflowActivation {
        self.beat = beat
        defer { self.beat = {} }
        try apply(task.history, isQueryOnly: task.isQueryOnly)
        return try activation(of: task)
    }

    /// What the code has asked for so far in a workflow task.
    func activation(of task: WorkflowTask) throws(WorkflowTaskFailure) -> WorkflowActivation {
        var activation = WorkflowActivation(
            commands: unmatched.map(\.command),
            queryResults: [:],
            sdkMetadata: hasSentMetadata ? nil : LanguageFlags.metadata,
            isClosed: context?.isClosing ?? false,
            time: context?.now ?? .zero
        )
        if let context, !context.isClosing, !task.isQueryOnly {
            activation.wantsNewTask = !context.unseenCancellations.isEmpty
            activation.localActivities = context.openLocalActivities
            try LocalActivityTask.validate(activation.localActivities)
        }
        for query in task.queries { activation.queryResults[query.id] = answer(query) }
        return activation
    }

    /// Applies events in order; each completed workflow task is run again, and what it asked for compared with what
    /// history holds.
    func apply(_ events: [HistoryEvent], isQueryOnly: Bool = false) throws(WorkflowTaskFailure) {
        try requireDecrypted(events)
        noteRecordedPatches(events)
        cursor.begin(events)
        defer { cursor.begin([]) }
        while let event = cursor.event {
            try apply(event, isQueryOnly: isQueryOnly)
            cursor.index += 1
        }
        if isQueryOnly, let last = events.last { try showTrailingEvents(at: last.time) }
    }

    private func apply(_ event: HistoryEvent, isQueryOnly: Bool) throws(WorkflowTaskFailure) {
        switch event.attributes {
        case .workflowTaskStarted:
            switch cursor.next?.attributes {
            case nil: if !isQueryOnly { try runActivation(startedBy: event, isReplaying: false) }
            case .workflowTaskCompleted: try runActivation(startedBy: event, isReplaying: true)
            default: break
            }
        case .workflowTaskCompleted(let attributes): try note(attributes.sdkMetadata)
        case .workflowTaskScheduled, .workflowTaskTimedOut, .workflowTaskFailed, .activityTaskStarted: break
        case .unknown(let type, _):
            throw WorkflowTaskFailure(
                "event \(event.id) is of type \(type.rawValue), which this version does not know",
                type: "UnknownEvent"
            )
        default: if event.attributes.isFromCommand { try match(event) } else { undelivered.append(event) }
        }
    }

    /// A query sees every event that was acknowledged before it, also those that no workflow task has taken up. What the
    /// code asks for on their account is thrown away with the run.
    private func showTrailingEvents(at time: Timestamp) throws(WorkflowTaskFailure) {
        guard !undelivered.isEmpty else { return }
        unmatched = []
        try settle(at: time, isReplaying: true)
    }

    var beat: () -> Void = {}

    private func runActivation(startedBy event: HistoryEvent, isReplaying: Bool) throws(WorkflowTaskFailure) {
        beat()
        try requireAllMatched(before: event.id)
        try settle(at: event.time, isReplaying: isReplaying)
        // Code that found its answers in history has gone further than the event that began this.
        lastStartedEventID = cursor.event?.id ?? event.id
    }

    private func settle(at time: Timestamp, isReplaying: Bool) throws(WorkflowTaskFailure) {
        let events = undelivered
        undelivered = []
        for event in events {
            guard case .workflowExecutionStarted(let attributes) = event.attributes else { continue }
            begin(attributes, at: event.time)
        }
        guard let context else {
            throw WorkflowTaskFailure("the history does not begin with the start of the run", type: "BadHistory")
        }
        context.now = time
        context.isReplaying = isReplaying
        context.issued.removeAll(keepingCapacity: true)
        context.scope {
            context.learnScheduled()
            for event in events { deliver(event, to: context) }
            context.settle()
        }
        try requireTrusted(context)
        unmatched = context.issued[...]
        asked = context.issued
    }

    func requireTrusted(_ context: RunContext) throws(WorkflowTaskFailure) {
        if let escape = context.verdict { throw WorkflowTaskFailure(report(escape), escape.stack) }
    }

    private func report(_ escape: Escape) -> EscapeReport {
        EscapeReport(
            workflowID: execution.workflowID.rawValue,
            runID: execution.runID.rawValue,
            workflowType: workflowType,
            eventID: cursor.event?.id ?? 0,
            kind: escape.kind,
            reason: escape.reason
        )
    }

    private func begin(_ attributes: HistoryEvent.WorkflowExecutionStarted, at time: Timestamp) {
        var runLogger = logger
        runLogger[metadataKey: "workflow.id"] = "\(execution.workflowID)"
        runLogger[metadataKey: "workflow.run_id"] = "\(execution.runID)"
        runLogger[metadataKey: "workflow.type"] = "\(workflowType)"
        let context = RunContext(
            info: WorkflowInfo(
                namespace: namespace,
                execution: execution,
                workflowType: workflowType,
                taskQueue: attributes.taskQueue,
                startTime: time,
                attempt: Int(attributes.attempt)
            ),
            logger: runLogger,
            cursor: cursor
        )
        context.random = DeterministicRandom(originalRunID: attributes.originalRunID)
        context.recordedPatches = earlyPatches
        context.withheldPatches = withheldPatches
        self.context = context
        instance = context.scope { makeInstance(context) }
    }

    private var earlyPatches: Set<String> = []

    /// Patches that the history has are known before code asks for them, wherever in it their markers stand.
    func noteRecordedPatches(_ events: [HistoryEvent]) {
        for event in events {
            guard case .markerRecorded(let marker) = event.attributes, let id = PatchMarker.id(marker) else { continue }
            earlyPatches.insert(id)
            context?.recordedPatches.insert(id)
        }
    }

    /// Answers a query on the state that has been reached.
    func answer(_ query: WorkflowQuery) -> QueryResult {
        guard let context, let instance else {
            return .failed(Failure(message: "the run has not begun", info: .unknown))
        }
        context.isReadOnly = true
        defer { context.isReadOnly = false }
        do {
            return .answered([try context.scope { try instance.query(query.queryType, query.arguments) }])
        } catch {
            return .failed(FailureConverter.failure(for: error))
        }
    }

    /// Which branches of changes the code has taken, and which of those changes it calls deprecated.
    package var patchAnswers: (answers: [String: Bool], deprecated: Set<String>) {
        (context?.patches ?? [:], context?.deprecatedPatches ?? [])
    }

    /// Unwinds the run's code with an error and lets go of everything. False when code refused to unwind.
    @discardableResult
    package func evict() -> Bool {
        guard let context else { return true }
        let isClean = context.evict()
        instance?.dispose()
        instance = nil
        self.context = nil
        return isClean
    }
}
