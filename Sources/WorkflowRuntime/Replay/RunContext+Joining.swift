import OrderedCollections

extension RunContext {
    /// Parks the caller until the task it waits for has ended.
    func awaitJoin(_ key: Int, isShielded: Bool) async throws {
        try await withTaskCancellationHandler {
            try await withUnsafeThrowingContinuation { (continuation: UnsafeContinuation<Void, any Error>) in
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
            for root in roots { root.cancel() }
            for _ in 0..<1000 {
                executor.reclaimStrayed()
                executor.drain()
                guard !slots.isEmpty else { break }
                let parked = slots
                slots = [:]
                for slot in parked.values { slot.resume(throwing: WorkflowEvictedError()) }
            }
        }
        roots = []
        return unfinishedRoots == 0
    }
}

extension RunContext {
    /// The timer that somebody waits for has fired.
    func resumeTimer(_ key: Int) {
        guard case .timer(let slot)? = slots.removeValue(forKey: key) else { return }
        slot.continuation.resume()
    }
}
