import WorkflowAPI
import WorkflowRuntime

/// What local activities need of their worker.
package struct LocalActivityHost: Sendable {
    let session: WorkerSession
    let around: LocalActivityExecution.Surroundings
    let running: RunningActivities
    let memory: LocalActivityMemory

    /// What all local activities of a worker share; ``stop()`` ends it.
    /// - Parameter memory: Outlives the session: what was done stays done.
    package init(
        session: WorkerSession,
        executor: ActivityExecutor,
        running: RunningActivities,
        memory: LocalActivityMemory
    ) {
        self.session = session
        self.running = running
        self.memory = memory
        around = LocalActivityExecution.Surroundings(
            executor: executor,
            reminders: Reminders(clock: session.clock),
            gate: LocalActivityGate(capacity: session.configuration.maxConcurrentLocalActivities),
            pace: LocalActivityPace(clock: session.clock)
        )
    }

    /// None begins any more.
    package func close() { around.gate.close() }

    /// No time passes any more.
    package func stop() { around.reminders.stop() }

    /// Whether one of them is likely to take longer than others should wait for it.
    func areSlow(_ locals: [LocalActivityTask]) -> Bool { locals.contains { around.pace.isSlow($0.activityType) } }
}
