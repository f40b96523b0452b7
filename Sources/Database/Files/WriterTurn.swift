import Synchronization

/// Whose turn it is to write: fair between the processes that share a file.
///
/// Without it a second process beside a busy one waits for seconds, because SQLite's own lock is polled. Lock byte 0,
/// then byte 1, then unlock byte 0: whoever waits for byte 0 is next. The kernel keeps the queue, but cannot be told how
/// long to wait: a process that is stopped in its turn would hold up all others for ever. So the waiting is done by a
/// thread of its own, started when there is somebody to wait for, and the writer leaves it after its patience.
final class WriterTurn: Sendable {
    private enum Phase {
        /// Nobody waits.
        case idle
        /// The waiting thread waits, and the writer for it.
        case wanted
        /// The waiting thread waits, and the writer has left: the turn is passed on as soon as it comes.
        case abandoned
    }

    private struct State {
        var phase = Phase.idle
        var failure: DatabaseError?
        var hasThread = false
        var isStopping = false
    }

    private let file: LockFile
    private let database: String
    private let patience: Int
    private let state = Mutex(State())
    private let asked = ThreadSemaphore()
    private let answered = ThreadSemaphore()

    /// Turns at a file; `patience` is in milliseconds.
    init(file: LockFile, database: String, patience: Int) {
        self.file = file
        self.database = database
        self.patience = patience
    }

    /// Takes the turn, for one thread at a time. Throws ``DatabaseError`` `busy` when it did not come within the patience.
    func take() throws {
        let isWaiting = state.withLock { state in
            defer { if state.phase == .abandoned { state.phase = .wanted } }
            return state.phase == .abandoned
        }
        if !isWaiting {
            if file.tryLock(0), file.tryLock(1) {
                file.unlock(0)
                return
            }
            letWait()
        }
        guard answered.wait(milliseconds: patience) || !abandon() else {
            throw DatabaseError(
                .busy,
                "another process writes to \(database) and has not finished for \(patience) ms; if it is stopped, "
                    + "let it go on or end it ('fuser \(database)' names it), then try again"
            )
        }
        if let failure = state.withLock({ $0.failure }) { throw failure }
    }

    /// Lets the next one write.
    func pass() { file.unlock(1) }

    /// Ends the waiting thread, when it does not wait any more.
    /// - Returns: false when it waits still: the file has to stay open until it does not.
    func stop() -> Bool {
        let isWaiting = state.withLock { state in
            state.isStopping = true
            return state.phase != .idle
        }
        asked.signal()
        return !isWaiting
    }

    /// Lets a thread wait. What this one has locked already stays locked: it is the same file to the kernel.
    private func letWait() {
        let startsThread = state.withLock { state in
            state.phase = .wanted
            state.failure = nil
            defer { state.hasThread = true }
            return !state.hasThread
        }
        if startsThread { startThread(named: "workflow-turn") { [self] in waitForTurns() } }
        asked.signal()
    }

    /// Leaves the waiting to its thread; false when the turn has come after all.
    private func abandon() -> Bool {
        let isLate = state.withLock { state in
            guard state.phase == .wanted else { return false }
            state.phase = .abandoned
            return true
        }
        if !isLate { answered.wait() }
        return isLate
    }

    private func waitForTurns() {
        while true {
            asked.wait()
            if state.withLock({ $0.isStopping }) { return }
            let failure = waitForTurn()
            let isWanted = state.withLock { state in
                // Under the lock: once the phase is idle the writer may take the turn, which is the same lock to the kernel.
                if state.phase == .abandoned, failure == nil { pass() }
                defer { state.phase = .idle }
                state.failure = failure
                return state.phase == .wanted
            }
            if isWanted { answered.signal() }
        }
    }

    private func waitForTurn() -> DatabaseError? {
        defer { file.unlock(0) }
        do {
            try file.lock(0)
            try file.lock(1)
            return nil
        } catch {
            return error as? DatabaseError ?? DatabaseError(.io, "\(error)")
        }
    }
}
