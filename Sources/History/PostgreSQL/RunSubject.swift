#if PostgreSQL
import WorkflowAPI

/// A workflow id as the tables name it.
struct WorkflowName: Hashable, Sendable {
    var namespaceID: Int64
    var workflowID: WorkflowID
}

/// Whose rows a member of a batch works on.
enum RunSubject: Hashable, Sendable {
    /// The run that a workflow id has now, or had last.
    case current(WorkflowName)
    /// One run by its id.
    case run(WorkflowName, RunID)
    /// One run by its key.
    case key(Int64)

    /// The workflow id, where it is known: within this process its requests take turns without asking the database.
    var name: WorkflowName? {
        switch self {
        case .current(let name), .run(let name, _): name
        case .key: nil
        }
    }
}
#endif
