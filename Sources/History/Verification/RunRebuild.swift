import WorkflowAPI

/// What making derived rows anew comes to: the state to write, and what changes.
package struct RunRebuild: Sendable {
    /// The run with derived rows that follow from its history; primary rows as they were.
    package var state: MutableState
    /// What is different now, a line for each.
    package var changes: [String]

    /// Folds the history of a run anew. Nil when nothing would change. Throws ``WorkflowAPI/WorkflowServiceError`` with
    /// `invalidArgument` when that cannot be done: the history is damaged, or rows that it does not hold cannot be read.
    ///
    /// A history that is shorter than what the row of the run remembers reads well, and going by it would take back what has
    /// happened; the link in the row is all that tells. So it counts as damaged too.
    package init?(_ record: RunRecord) throws {
        func refusal(_ why: String) -> WorkflowServiceError {
            let execution = record.name.execution
            return WorkflowServiceError(
                .invalidArgument,
                "workflow '\(execution.workflowID)' run \(execution.runID) cannot be made anew: \(why)",
                execution: execution
            )
        }
        for part in [RunPart.row, .buffer] {
            if let why = record.unreadable[part] { throw refusal("\(part.rawValue) cannot be read (\(why))") }
        }
        guard let old = record.state else { throw refusal("its row cannot be read") }
        let fold: MutableState
        do {
            fold = try RunFold.state(of: try record.events(), buffered: old.buffered, record.name)
        } catch {
            throw refusal("its history is damaged (\(error))")
        }
        let verification = RunVerification(record)
        if let damage = verification.problems.first(where: { $0.kind.isOfHistory }) {
            let place = damage.eventID.map { "event \($0): " } ?? ""
            throw refusal("its history is damaged (\(place)\(damage.what))")
        }
        changes = verification.problems.filter { $0.kind == .derived || $0.kind == .listing }.map {
            ($0.eventID.map { "event \($0): " } ?? "") + $0.what
        }
        guard !changes.isEmpty else { return nil }
        state = fold
        state.execution = old.execution.with(derivedOf: fold.execution)
        for activity in fold.activities.loaded {
            // A row that is missing or cannot be read begins anew with its first attempt.
            state.activities[activity.scheduledEventID] =
                old.activities[activity.scheduledEventID]?.with(derivedOf: activity) ?? activity
        }
        state.buffered = fold.execution.status == .running ? old.buffered : []
        state.execution.bufferedEventCount = Int64(state.buffered.count)
        state.execution.chainHead = record.rows.last?.link ?? []
        state.execution.historySize = record.rows.reduce(0) { $0 + Int64($1.bytes.count) }
    }
}
