import Synchronization

/// Carries tasks from whoever gets them (pollers, completions) to the code that runs each in a task of its own.
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

    private struct State {
        var body: (@Sendable (Launch) async -> Void)?
        /// Launched before somebody runs them.
        var waiting: [Launch] = []
        var running: [UInt64: Task<Void, Never>] = [:]
        var lastNumber: UInt64 = 0
        var isFinished = false
        var isCancelled = false
    }

    /// The slots of this kind of task.
    package let slots: TaskSlots
    private let state = Mutex(State())
    private let ended = FirstAnswer<Void>()

    /// A launcher that runs nothing yet.
    package init(slots: TaskSlots) { self.slots = slots }

    /// Sends a task on its way.
    /// - Returns: false after ``finish()``; the caller keeps task and slot then.
    package func launch(_ work: Work, slot: TaskSlot, handOvers: Int = 0) -> Bool {
        let launch = Launch(work: work, slot: slot, handOvers: handOvers)
        return state.withLock { state in
            guard !state.isFinished else { return false }
            if let body = state.body { start(launch, body, &state) } else { state.waiting.append(launch) }
            return true
        }
    }

    /// Takes no more tasks.
    package func finish() {
        let isOver = state.withLock { state in
            state.isFinished = true
            return state.body != nil && state.running.isEmpty
        }
        if isOver { ended.give(()) }
    }

    /// Runs what is launched; returns when ``finish()`` was called and everything has returned. Call once. When the
    /// calling task is cancelled, so is everything that runs.
    package func run(_ body: @escaping @Sendable (Launch) async -> Void) async {
        let isOver = state.withLock { state in
            state.body = body
            for launch in state.waiting { start(launch, body, &state) }
            state.waiting = []
            return state.isFinished && state.running.isEmpty
        }
        if isOver { ended.give(()) }
        await withTaskCancellationHandler {
            await ended.take()
        } onCancel: {
            let running = state.withLock { state in
                state.isCancelled = true
                return Array(state.running.values)
            }
            for task in running { task.cancel() }
        }
    }

    /// A task that nobody has to be woken to start: a way through another task saved.
    private func start(_ launch: Launch, _ body: @escaping @Sendable (Launch) async -> Void, _ state: inout State) {
        state.lastNumber += 1
        let number = state.lastNumber
        let task = Task {
            await body(launch)
            self.hasEnded(number)
        }
        state.running[number] = task
        if state.isCancelled { task.cancel() }
    }

    private func hasEnded(_ number: UInt64) {
        let isOver = state.withLock { state in
            state.running[number] = nil
            return state.isFinished && state.running.isEmpty
        }
        if isOver { ended.give(()) }
    }
}
