import Database
import WorkflowAPI

/// The two ways in which requests of clients change a run, inside of a transaction.
extension SQLiteTables {
    /// Runs `body` on the current run of a workflow id, or on none, and creates the run that it makes.
    func start<R>(
        _ workflowID: WorkflowID,
        requestID: String,
        at time: Timestamp,
        _ notice: inout CommitNotice,
        _ body: (inout StartTransition) throws -> R
    ) throws -> R {
        let current = try currentKey(workflowID)
        var start = StartTransition(
            now: time,
            current: try current.map { Transition(state: try state($0, reading: .execution), at: time) },
            repeated: try usedRequest(RequestKey(.start, requestID), workflowID).first.map {
                try executionRow($0).execution
            }
        )
        let before = start.current?.events.count
        let result = try body(&start)
        if let changed = start.current, changed.events.count != before { try write(changed, &notice) }
        if let new = start.new { try create(new, &notice) }
        return result
    }

    /// Remembers that a request was answered with a run, if it is not remembered yet.
    func remember(_ request: RequestKey, of execution: WorkflowExecution) throws {
        let key = try key(of: .run(namespace, execution))
        try connection.execute(
            "INSERT OR IGNORE INTO request (namespace_id, workflow_id, kind, request_id, run_key) VALUES (?, ?, ?, ?, ?)",
            [
                .integer(namespaceID), .text(execution.workflowID.rawValue), .integer(request.kind.rawValue),
                .text(request.id), .integer(key),
            ]
        )
    }

    /// Runs `body` on one run. Answers nil, without running it, when `request` was used before.
    func update<R>(
        _ target: RunTarget,
        reading: ReadSet,
        unlessUsed request: RequestKey?,
        at time: Timestamp,
        _ notice: inout CommitNotice,
        _ body: (inout Transition) throws -> R
    ) throws -> R? {
        let key = try key(of: target)
        if let request, try usedRequest(request, target.workflowID).contains(key) { return nil }
        var transition = Transition(state: try state(key, reading: reading), at: time)
        let result = try body(&transition)
        try write(transition, &notice)
        return result
    }
}
