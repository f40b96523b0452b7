import OrderedCollections

extension RunContext {
    /// Parks the caller until the task it waits for has ended. `hasEnded` is asked last: the task may end between the
    /// caller's own look and here, and would then wake nobody.
    func awaitJoin(_ key: Int, isShielded: Bool, unless hasEnded: () -> Bool) async throws {
        try await withTaskCancellationHandler {
            try await withUnsafeThrowingContinuation { (continuation: UnsafeContinuation<Void, any Error>) in
                guard !hasEnded() else { return continuation.resume() }
                guard isShielded || isEvicting || !_Concurrency.Task<Never, Never>.isCancelled else {
                    return continuation.resume(throwing: CancellationError())
                }
                slots[key] = .join(continuation)
            }
        } onCancel: {
            guard !isShielded, !isEvicting, case .join(let continuation)? = slots.removeValue(forKey: key) else {
                return
            }
            continuation.resume(throwing: CancellationError())
        }
    }

    /// The task that somebody waits for has ended.
    func resumeJoin(_ key: Int) {
        guard case .join(let continuation)? = slots.removeValue(forKey: key) else { return }
        continuation.resume()
    }

    /// Unwinds everything that is parked, so that the run's tasks end and nothing of it is left.
    /// - Returns: false when code refused to unwind; what it holds is lost on purpose.
    func evict() -> Bool {
        isEvicting = true
        isReplaying = true
        scope {
            cancelRoots()
            for _ in 0..<1000 {
                executor.reclaimStrayed()
                executor.drain()
                guard !slots.isEmpty || !conditions.isEmpty else { break }
                unwindParked()
            }
        }
        roots = [:]
        return unfinishedRoots == 0
    }
}

extension RunContext {
    /// Resumes everything that is parked with an error, in the order in which it was parked.
    private func unwindParked() {
        let (parked, waiting) = (slots, conditions)
        slots = [:]
        conditions = [:]
        for key in (Array(parked.keys) + Array(waiting.keys)).sorted() {
            parked[key]?.resume(throwing: WorkflowEvictedError())
            waiting[key]?.continuation.resume(throwing: WorkflowEvictedError())
        }
    }

    /// The timer that somebody waits for has fired.
    func resumeTimer(_ key: Int) {
        guard case .timer(let slot)? = slots.removeValue(forKey: key) else { return }
        slot.continuation.resume()
    }
}
