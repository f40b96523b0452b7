import WorkflowAPI

extension MemoryTables {
    /// Forgets closed runs whose time has passed, the earliest first; answers how many.
    mutating func deleteExpired(at time: Timestamp, limit: Int) -> Int {
        let expired = runs.values.map(\.execution).filter { run in
            guard let closed = run.closeTime, let retention = namespaces[run.namespace]?.retention else { return false }
            return closed + retention <= time
        }.sorted { ($0.closeTime ?? .zero, $0.runKey) < ($1.closeTime ?? .zero, $1.runKey) }.prefix(limit)
        for run in expired { delete(run) }
        return expired.count
    }

    private mutating func delete(_ run: ExecutionRow) {
        runs[run.runKey] = nil
        histories[run.runKey] = nil
        for request in Array(requests.keys) {
            guard var users = requests[request], users.remove(run.runKey) != nil else { continue }
            requests[request] = users.isEmpty ? nil : users
        }
        let id = ID(run.namespace, run.execution.workflowID)
        guard current[id] == run.runKey else { return }
        let left = runs.values.map(\.execution).filter {
            $0.namespace == id.namespace && $0.execution.workflowID == id.workflowID
        }
        current[id] = left.max { ($0.startTime, $0.runKey) < ($1.startTime, $1.runKey) }?.runKey
    }
}
