/// Carries tasks from whoever gets them (pollers, completions) to one place that runs each in a task of its own.
package final class TaskLauncher<Work: Sendable>: Sendable {
    /// A task with the slot it runs in.
    package struct Launch: Sendable {
        /// The task.
        package var work: Work
        /// Its slot; whoever runs the task gives it back.
        package var slot: TaskSlot
        /// How many tasks in a row were handed over before this one; 0 for one that came from a poll.
        package var handOvers: Int
    }

    /// The slots of this kind of task.
    package let slots: TaskSlots
    private let launches: AsyncStream<Launch>
    private let entrance: AsyncStream<Launch>.Continuation

    /// A launcher that runs nothing yet.
    package init(slots: TaskSlots) {
        self.slots = slots
        (launches, entrance) = AsyncStream.makeStream(of: Launch.self)
    }

    /// Sends a task on its way.
    /// - Returns: false after ``finish()``; the caller keeps task and slot then.
    package func launch(_ work: Work, slot: TaskSlot, handOvers: Int = 0) -> Bool {
        if case .enqueued = entrance.yield(Launch(work: work, slot: slot, handOvers: handOvers)) { return true }
        return false
    }

    /// Takes no more tasks.
    package func finish() {
        entrance.finish()
    }

    /// Runs what is launched; returns when ``finish()`` was called and everything has returned. Call once.
    package func run(_ body: @escaping @Sendable (Launch) async -> Void) async {
        await withDiscardingTaskGroup { running in
            for await launch in launches {
                running.addTask { await body(launch) }
            }
        }
    }
}
