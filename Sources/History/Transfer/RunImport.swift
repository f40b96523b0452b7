package import WorkflowAPI

/// An exported run made ready to be written: its rows, and what happens to it on the way in.
///
/// Workers that had its tasks do not come along: an attempt that was under way is lost, as if its worker had died, and the
/// retry policy decides what follows. So is the attempt at a workflow task. The cache that held the run is forgotten.
package struct RunImport: Sendable {
    /// The session of workers that did not come along.
    static let lostSession: Int64 = -1
    /// How many events stand in one row of history.
    private static let rowLength = 500

    /// The run.
    package let export: RunExport
    /// The rows, with what the loss of its workers changed; without key and chain, which the store gives.
    package let state: MutableState
    /// The history in rows, with the events of that loss.
    package let rows: [[HistoryEvent]]
    /// The request ids that the run has used.
    package let requests: Set<RequestKey>

    /// Makes a run ready at a moment of the store's time. Throws ``WorkflowAPI/WorkflowServiceError`` with `invalidArgument`
    /// for a run that could not be.
    package init(_ export: RunExport, at time: Timestamp) throws {
        let run = export.run
        func refusal(_ why: String) -> WorkflowServiceError {
            WorkflowServiceError(
                .invalidArgument,
                "workflow '\(run.execution.workflowID)' run \(run.execution.runID) cannot be imported: \(why)",
                execution: run.execution
            )
        }
        try checkIdentifier(run.execution.workflowID.rawValue, "workflow id of an exported run")
        try checkIdentifier(run.execution.runID.rawValue, "run id of an exported run")
        self.export = export
        requests = Set(run.requests.compactMap(\.key))
        let buffered = run.buffered.map { MutableState.BufferedEvent(time: $0.time, attributes: $0.attributes) }
        let name = RunName(runKey: 0, namespace: run.namespace, execution: run.execution, workflowType: "")
        var state: MutableState
        do {
            state = try RunFold.state(of: export.events, buffered: buffered, name)
        } catch {
            throw refusal("its history cannot have happened (\(error))")
        }
        guard state.execution.execution == run.execution else {
            throw refusal("its history is that of another workflow id")
        }
        let isOpen = state.execution.status == .running
        state.execution.lastClaim = run.lastClaim
        state.execution.workflowTask = isOpen ? run.task?.state : nil
        state.buffered = isOpen ? buffered : []
        state.execution.bufferedEventCount = Int64(state.buffered.count)
        for activity in run.activities {
            guard let row = state.activities[activity.scheduledEventID].flatMap(activity.state) else {
                throw refusal("event \(activity.scheduledEventID) is no open activity")
            }
            state.activities[activity.scheduledEventID] = row
        }
        if let problem = Self.problem(state, export, name, requests) { throw refusal(problem.what) }
        var transition = Transition(state: state.clean, at: time)
        if isOpen { try transition.loseWorkers() }
        self.state = transition.state
        let rows = stride(from: 0, to: export.events.count, by: Self.rowLength).map {
            Array(export.events[$0..<min($0 + Self.rowLength, export.events.count)])
        }
        self.rows = rows + (transition.events.isEmpty ? [] : [transition.events])
    }

    /// The first thing that `verify` would find.
    private static func problem(
        _ state: MutableState,
        _ export: RunExport,
        _ name: RunName,
        _ requests: Set<RequestKey>
    ) -> StoreProblem? {
        let bytes = HistoryCodec.encode(export.events)
        let link = HistoryChain.link(after: [], name.execution.runID, firstEventID: 1, bytes, keys: nil)
        var chained = state
        chained.execution.chainHead = link
        chained.execution.historySize = Int64(bytes.count)
        let problem = chained.execution.problem ?? chained.activities.loaded.compactMap(\.problem).first
        let record = RunRecord(
            name: name,
            state: chained,
            rows: [HistoryRow(firstEventID: 1, bytes: bytes, link: link)],
            requests: requests,
            isCurrent: true,
            listing: chained.execution.summary(problem: problem)
        )
        return RunVerification(record).problems.first
    }

    /// Whether the workflow id leads to this run from now on, though it has led to another one.
    ///
    /// Throws `alreadyStarted` when both are open: a workflow id has one open run.
    package func replaces(_ current: ExecutionRow?) throws -> Bool {
        guard let current else { return true }
        let isOpen = state.execution.status == .running
        if isOpen, current.status == .running {
            throw WorkflowServiceError(
                .alreadyStarted,
                "workflow '\(export.run.execution.workflowID)' has an open run already, \(current.execution.runID); "
                    + "run \(export.run.execution.runID) was not imported",
                execution: current.execution
            )
        }
        return isOpen || current.status != .running && current.startTime < state.execution.startTime
    }

    /// The run is here already.
    package var isHere: WorkflowServiceError {
        let execution = export.run.execution
        return WorkflowServiceError(
            .alreadyStarted,
            "run \(execution.runID) of workflow '\(execution.workflowID)' is here already",
            execution: execution
        )
    }
}

extension MutableState {
    /// The same rows as if they had just been read.
    var clean: MutableState {
        var state = self
        state.activities.markClean()
        state.timers.markClean()
        return state
    }
}

extension Transition {
    /// The workers that had the tasks of this run are not there any more.
    fileprivate mutating func loseWorkers() throws {
        try loseSession(RunImport.lostSession)
        for activity in try state.activities.all() {
            try loseActivity(activity.scheduledEventID, session: RunImport.lostSession)
        }
    }
}
