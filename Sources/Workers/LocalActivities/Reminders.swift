import Synchronization

/// Calls at set times, with one sleeping task however many there are: most are cancelled long before their time.
package final class Reminders: Sendable {
    /// Names a reminder.
    package typealias ID = UInt64

    private struct State {
        var last: ID = 0
        var waiting: [ID: (time: Duration, call: @Sendable () -> Void)] = [:]
        /// Who sleeps, and until when; nil if nobody does.
        var sleeper: (number: UInt64, until: Duration)?
        var tasks: [UInt64: Task<Void, Never>] = [:]
        var isOver = false

        var earliest: Duration? { waiting.values.map(\.time).min() }
    }

    private let state = Mutex(State())
    private let clock: WorkerClock

    /// No reminders, by this clock.
    package init(clock: WorkerClock) { self.clock = clock }

    /// Has something called after a time, on no thread in particular; it must not block.
    package func set(after duration: Duration, _ call: @escaping @Sendable () -> Void) -> ID {
        let time = clock.elapsed + duration
        typealias Set = (id: ID, isSleeper: Bool, superseded: Task<Void, Never>?)
        let set: Set = state.withLock { state in
            state.last += 1
            guard !state.isOver else { return (state.last, false, nil) }
            state.waiting[state.last] = (time, call)
            if let sleeper = state.sleeper, sleeper.until <= time { return (state.last, false, nil) }
            let superseded = state.sleeper.flatMap { state.tasks.removeValue(forKey: $0.number) }
            state.sleeper = (state.last, time)
            return (state.last, true, superseded)
        }
        set.superseded?.cancel()
        if set.isSleeper { start(set.id) }
        return set.id
    }

    /// Takes a reminder back; nothing happens if its time has come.
    package func cancel(_ id: ID?) {
        guard let id else { return }
        state.withLock { _ = $0.waiting.removeValue(forKey: id) }
    }

    /// Ends: nothing is called any more.
    package func stop() {
        let tasks = state.withLock { state in
            state.isOver = true
            state.waiting = [:]
            return Array(state.tasks.values)
        }
        for task in tasks { task.cancel() }
    }

    private func start(_ number: UInt64) {
        let task = Task { [self] in
            while let time = wakeTime(of: number) {
                guard (try? await clock.sleep(for: max(.zero, time - clock.elapsed))) != nil else { return }
                for call in due(for: number) { call() }
            }
            state.withLock { _ = $0.tasks.removeValue(forKey: number) }
        }
        let isWanted = state.withLock { state in
            // Another may have taken over already, or this one be gone.
            guard state.sleeper?.number == number, !state.isOver else { return false }
            state.tasks[number] = task
            return true
        }
        if !isWanted { task.cancel() }
    }

    /// Until when a sleeper sleeps next; nil when another has taken over, or there is nothing to wait for.
    private func wakeTime(of number: UInt64) -> Duration? {
        state.withLock { state in
            guard state.sleeper?.number == number else { return nil }
            guard let time = state.earliest else {
                state.sleeper = nil
                return nil
            }
            state.sleeper = (number, time)
            return time
        }
    }

    private func due(for number: UInt64) -> [@Sendable () -> Void] {
        let now = clock.elapsed
        return state.withLock { state in
            guard state.sleeper?.number == number else { return [] }
            let due = state.waiting.filter { $0.value.time <= now }.sorted { $0.key < $1.key }
            for (id, _) in due { state.waiting[id] = nil }
            return due.map(\.value.call)
        }
    }
}
