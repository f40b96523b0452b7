/// Keeps what waits for people, over all workflows of a tenant.
public protocol HumanTaskService: Sendable {
    /// Opens a task, once by its key: a repeat changes nothing. Gives its number.
    func open(_ task: HumanTask) async throws -> Int64
    /// Changes a task that is open; one that is closed or was never opened stays as it is.
    func change(_ change: HumanTaskChange) async throws
    /// Closes a task, once: the first end stands, and what was never opened needs none. Says whether it was open.
    func close(_ closing: HumanTaskClosing) async throws -> Bool
    /// A task by its number; nil when the tenant has none of it.
    func task(_ number: Int64, in tenant: String) async throws -> HumanTask?
    /// The tasks of a workflow, all its runs together, in the order in which they were opened.
    func tasks(ofWorkflow id: String, in tenant: String) async throws -> [HumanTask]
    /// Everything that is open in a tenant; what is due first stands first.
    func openTasks(in tenant: String) async throws -> [HumanTask]
}

extension HumanTaskService {
    /// What a person may act on now, in their own right or for those whose deputy they are.
    public func openTasks(for person: DirectoryUser, _ delegators: [Delegator], in tenant: String) async throws
        -> [HumanTask]
    {
        try await openTasks(in: tenant).filter { $0.isFor(person, delegators) }
    }
}

extension HumanTask {
    /// A person may act on it, in their own right or for one of those whose deputy they are. Deputies decide and answer; what
    /// somebody has to do stays with them.
    public func isFor(_ person: DirectoryUser, _ delegators: [Delegator]) -> Bool {
        if isFor(person) { return true }
        guard kind == .approval || isQuestion, person.isActive, !excluded.contains(person.id) else { return false }
        return delegators.contains { isFor($0.user, only: $0.role) }
    }
}
