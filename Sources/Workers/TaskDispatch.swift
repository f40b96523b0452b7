package import WorkflowAPI

/// The two launchers of a worker, and the rules by which a completion may bring its own follow-up tasks.
package final class TaskDispatch: Sendable {
    /// Runs workflow tasks.
    package let workflowTasks: TaskLauncher<WorkflowWork>
    /// Runs activity attempts.
    package let activityTasks: TaskLauncher<ActivityTask>
    private let shutdown: ShutdownSignal
    private let maxHandOvers: Int
    private let registry: WorkerRegistry

    /// Launchers with the slots that the configuration says.
    package init(
        configuration: WorkerConfiguration,
        registry: WorkerRegistry,
        metrics: WorkerMetrics,
        shutdown: ShutdownSignal
    ) {
        workflowTasks = TaskLauncher(
            slots: TaskSlots(capacity: configuration.maxConcurrentWorkflowTasks) {
                metrics.slots(.workflow, used: $0)
            }
        )
        activityTasks = TaskLauncher(
            slots: TaskSlots(capacity: configuration.maxConcurrentActivities) {
                metrics.slots(.activity, used: $0)
            }
        )
        self.shutdown = shutdown
        self.registry = registry
        maxHandOvers = configuration.maxHandOvers
    }

    /// Whether a task that was the `handOvers`-th in a row may bring another one.
    package func mayHandOver(after handOvers: Int) -> Bool {
        handOvers < maxHandOvers && !shutdown.isStopping
    }

    /// A slot for the workflow task that an activity's completion may bring; nil if it may not.
    package func reserveWorkflowSlot(after handOvers: Int) -> TaskSlot? {
        guard registry.hasWorkflows && mayHandOver(after: handOvers) else { return nil }
        return workflowTasks.slots.tryAcquire()
    }

    /// Slots for at most so many activities that a workflow task's completion may bring.
    package func reserveActivitySlots(_ wanted: Int, after handOvers: Int) -> [TaskSlot] {
        guard registry.hasActivities && mayHandOver(after: handOvers) else { return [] }
        var slots: [TaskSlot] = []
        while slots.count < wanted, let slot = activityTasks.slots.tryAcquire() { slots.append(slot) }
        return slots
    }
}
