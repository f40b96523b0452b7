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
        /// Begun and not ended.
        var live: Set<UInt64> = []
        var running: [UInt64: Task<Void, Never>] = [:]
        var lastNumber: UInt64 = 0
        var isFinished = false
        var isCancelled = false

        mutating func begin() -> UInt64 {
            lastNumber += 1
            live.insert(lastNumber)
            return lastNumber
        }
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
        let begun: (body: @Sendable (Launch) async -> Void, number: UInt64)?
        let isAccepted: Bool
        (begun, isAccepted) = state.withLock { state in
            guard !state.isFinished else { return (nil, false) }
            guard let body = state.body else {
                state.waiting.append(launch)
                return (nil, true)
            }
            return ((body, state.begin()), true)
        }
        if let begun { start(launch, begun.body, begun.number) }
        return isAccepted
    }

    /// Takes no more tasks.
    package func finish() {
        let isOver = state.withLock { state in
            state.isFinished = true
            return state.body != nil && state.live.isEmpty
        }
        if isOver { ended.give(()) }
    }

    /// Runs what is launched; returns when ``finish()`` was called and everything has returned. Call once. When the
    /// calling task is cancelled, so is everything that runs.
    package func run(_ body: @escaping @Sendable (Launch) async -> Void) async {
        let (waiting, isOver) = state.withLock { state in
            state.body = body
            defer { state.waiting = [] }
            let waiting = state.waiting.map { ($0, state.begin()) }
            return (waiting, state.isFinished && state.live.isEmpty)
        }
        for (launch, number) in waiting { start(launch, body, number) }
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

    /// Runs a task here until it first waits: a way to another thread saved.
    private func start(_ launch: Launch, _ body: @escaping @Sendable (Launch) async -> Void, _ number: UInt64) {
        let task = Task.immediate {
            await body(launch)
            self.hasEnded(number)
        }
        let isCancelled = state.withLock { state in
            // It may have ended already.
            if state.live.contains(number) { state.running[number] = task }
            return state.isCancelled
        }
        if isCancelled { task.cancel() }
    }

    private func hasEnded(_ number: UInt64) {
        let isOver = state.withLock { state in
            state.running[number] = nil
            state.live.remove(number)
            return state.isFinished && state.live.isEmpty
        }
        if isOver { ended.give(()) }
    }
}
