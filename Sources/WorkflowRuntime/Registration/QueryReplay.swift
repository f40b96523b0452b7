package import Logging
package import WorkflowAPI

extension WorkflowRegistration {
    /// Answers a query-only task by replaying the run's whole history here, read-only. Everything that replay makes is
    /// thrown away.
    package func answer(_ task: WorkflowTask, logger: Logger) -> QueryResult {
        guard let query = task.queries.first else { return .failed(Failure(message: "no query", info: .unknown)) }
        let run = makeRun(namespace: task.namespace, execution: task.execution, logger: logger)
        defer { run.evict() }
        do {
            let activation = try run.activate(task)
            return activation.queryResults[query.id] ?? .failed(Failure(message: "no answer", info: .unknown))
        } catch {
            return .failed(error.failure)
        }
    }
}
