import Synchronization
package import WorkflowAPI

/// Who waits for workflow tasks.
package struct WorkflowTaskPoller: Hashable, Sendable {
    package var worker: WorkerIdentity
    package var stickyQueue: TaskQueue?
    package var inlineTurn: InlineTurn?

    package init(worker: WorkerIdentity, stickyQueue: TaskQueue?, inlineTurn: InlineTurn? = nil) {
        self.worker = worker
        self.stickyQueue = stickyQueue
        self.inlineTurn = inlineTurn
    }

    /// The same without its offer.
    var withoutInlineTurn: WorkflowTaskPoller { WorkflowTaskPoller(worker: worker, stickyQueue: stickyQueue) }
}

/// One wait: ended by ``wake()``, by its deadline, by cancellation, or by a task that is handed over, whichever is first.
/// May be woken before the wait.
package final class WakeTicket: Sendable {
    private enum State {
        case idle
        case waiting(CheckedContinuation<Void, Never>)
        /// Put aside for a task that is being made. Whatever would have ended the wait meanwhile ends it when it is let go.
        case reserved(CheckedContinuation<Void, Never>, isWoken: Bool)
        case woken
    }

    /// Who waits, if it may be handed a task.
    package let poller: WorkflowTaskPoller?
    private let handedOver = Mutex<TakenWorkflowTask?>(nil)

    /// The task that ended the wait, once.
    func takeHandedOver() -> TakenWorkflowTask? {
        handedOver.withLock { task in
            defer { task = nil }
            return task
        }
    }

    private let expected = Atomic(false)

    /// Whoever woke it knew that there is something to be had, so that looking before taking is a waste.
    package var isExpected: Bool { expected.load(ordering: .acquiring) }

    private let state = Mutex(State.idle)

    /// A wait that has not begun.
    package init(poller: WorkflowTaskPoller? = nil) { self.poller = poller }

    /// Puts the wait aside; false when nobody waits, or somebody else was first.
    func reserve() -> Bool {
        state.withLock { state in
            guard case .waiting(let continuation) = state else { return false }
            state = .reserved(continuation, isWoken: false)
            return true
        }
    }

    /// Ends a wait that was put aside with a task, which is committed.
    func handOver(_ task: TakenWorkflowTask) {
        handedOver.withLock { $0 = task }
        endReservation(isWoken: true)
    }

    /// Lets a wait that was put aside go on, because there was no task after all.
    package func letGo() { endReservation(isWoken: false) }

    private func endReservation(isWoken: Bool) {
        let waiting: CheckedContinuation<Void, Never>? = state.withLock { state in
            guard case .reserved(let continuation, let wasWoken) = state else { return nil }
            guard isWoken || wasWoken else {
                state = .waiting(continuation)
                return nil
            }
            state = .woken
            return continuation
        }
        waiting?.resume()
    }

    /// Somebody waits.
    package var isWaiting: Bool { state.withLock { if case .waiting = $0 { true } else { false } } }

    /// Ends the wait if it has begun and not ended, because there is something to be had; false otherwise.
    package func wakeIfWaiting() -> Bool {
        let waiting: CheckedContinuation<Void, Never>? = state.withLock { state in
            guard case .waiting(let continuation) = state else { return nil }
            state = .woken
            expected.store(true, ordering: .releasing)
            return continuation
        }
        waiting?.resume()
        return waiting != nil
    }

    /// Ends the wait.
    package func wake(isExpected: Bool = false) {
        if isExpected { expected.store(true, ordering: .releasing) }
        let waiting: CheckedContinuation<Void, Never>? = state.withLock { state in
            if case .reserved(let continuation, _) = state {
                state = .reserved(continuation, isWoken: true)
                return nil
            }
            defer { state = .woken }
            if case .waiting(let continuation) = state { return continuation }
            return nil
        }
        waiting?.resume()
    }

    /// Waits for ``wake()`` or `deadline` or cancellation.
    package func wait(until deadline: Timestamp?, on clock: any EngineClock) async {
        let isWoken = state.withLock { if case .woken = $0 { true } else { false } }
        guard !isWoken else { return }
        // Not a child task: whoever is woken goes on at once and does not wait for the timer to be put away.
        let timer = deadline.map { deadline in
            Task {
                guard (try? await clock.sleep(until: deadline)) != nil else { return }
                self.wake()
            }
        }
        await wait()
        timer?.cancel()
    }

    private func wait() async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isWoken = state.withLock { state in
                    if case .woken = state { return true }
                    state = .waiting(continuation)
                    return false
                }
                if isWoken { continuation.resume() }
            }
        } onCancel: {
            wake()
        }
    }
}
