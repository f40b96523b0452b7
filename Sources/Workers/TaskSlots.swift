import DequeModule
import Synchronization

/// How many tasks may be in work at once. A slot is taken *before* a poll, so that no task is claimed that would have to
/// wait here while another worker is idle.
package final class TaskSlots: Sendable {
    private struct State {
        var used = 0
        var waiters: Deque<FirstAnswer<Bool>> = []
    }

    /// How many there are.
    package let capacity: Int
    private let state = Mutex(State())
    private let onChange: @Sendable (Int) -> Void

    /// So many free slots.
    /// - Parameter onChange: Told how many are used after each change, under the lock: it must neither block nor call back.
    package init(capacity: Int, onChange: @escaping @Sendable (Int) -> Void = { _ in }) {
        self.capacity = capacity
        self.onChange = onChange
    }

    /// How many are taken.
    package var used: Int { state.withLock { $0.used } }

    /// How many wait for one.
    package var waiting: Int { state.withLock { $0.waiters.count } }

    /// Takes a slot, waiting for one in order of arrival; nil when the task is cancelled.
    package func acquire() async -> TaskSlot? {
        let turn = FirstAnswer<Bool>()
        let free = state.withLock { state in
            if state.used < capacity && state.waiters.isEmpty {
                state.used += 1
                return true
            }
            state.waiters.append(turn)
            return false
        }
        if free { return granted() }
        let got = await withTaskCancellationHandler {
            await turn.take()
        } onCancel: {
            // Whoever takes the waiter out of the list gives the answer, so a slot is never granted to nobody.
            let removed = state.withLock { state in
                guard let index = state.waiters.firstIndex(where: { $0 === turn }) else { return false }
                state.waiters.remove(at: index)
                return true
            }
            if removed { turn.give(false) }
        }
        return got ? granted() : nil
    }

    /// Takes a slot if one is free and nobody waits for it.
    package func tryAcquire() -> TaskSlot? {
        let free = state.withLock { state in
            guard state.used < capacity && state.waiters.isEmpty else { return false }
            state.used += 1
            return true
        }
        return free ? granted() : nil
    }

    private func granted() -> TaskSlot {
        reportUse()
        return TaskSlot(owner: self)
    }

    /// Under the lock, so that of two changes the later one is told last.
    private func reportUse() {
        state.withLock { onChange($0.used) }
    }

    fileprivate func giveBack() {
        let next: FirstAnswer<Bool>? = state.withLock { state in
            if let next = state.waiters.popFirst() { return next }
            state.used -= 1
            onChange(state.used)
            return nil
        }
        next?.give(true)
    }
}

/// The right to have one task in work.
package final class TaskSlot: Sendable {
    private let owner: TaskSlots
    private let released = Atomic(false)

    fileprivate init(owner: TaskSlots) {
        self.owner = owner
    }

    /// Gives the slot back; later calls do nothing.
    package func release() {
        guard !released.exchange(true, ordering: .relaxed) else { return }
        owner.giveBack()
    }
}
