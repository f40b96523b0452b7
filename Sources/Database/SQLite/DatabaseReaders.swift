import Synchronization

/// A few connections for reading, each on a plain thread of its own.
final class DatabaseReaders: Sendable {
    private struct State {
        var waiting: [@Sendable (SQLiteConnection) -> Void] = []
        var isStopping = false
    }

    private let state = Mutex(State())
    private let semaphore = ThreadSemaphore()
    private let stopped = ThreadSemaphore()
    private let count: Int

    init(count: Int, open: @escaping @Sendable () throws -> SQLiteConnection) throws {
        self.count = count
        // All or none: a thread that has begun holds the file until it is stopped.
        let connections = try (0..<count).map { _ in FirstConnection(connection: try open()) }
        for (index, first) in connections.enumerated() {
            startThread(named: "workflow-read-\(index)") { [self] in loop(first.connection) }
        }
    }

    /// `@unchecked Sendable`: handed to one reader's thread before anybody else can use it.
    private struct FirstConnection: @unchecked Sendable {
        let connection: SQLiteConnection
    }

    func run<R: Sendable>(_ body: @escaping @Sendable (SQLiteConnection) throws -> R) async throws -> R {
        try await withCheckedThrowingContinuation { continuation in
            let isAccepted = state.withLock { state in
                guard !state.isStopping else { return false }
                state.waiting.append { connection in
                    continuation.resume(with: Result { try DatabaseReaders.inSnapshot(connection, body) })
                }
                return true
            }
            if isAccepted {
                semaphore.signal()
            } else {
                continuation.resume(throwing: DatabaseError.closed)
            }
        }
    }

    /// Every statement of one read sees the same state.
    private static func inSnapshot<R>(_ connection: SQLiteConnection, _ body: (SQLiteConnection) throws -> R) throws
        -> R
    {
        try connection.execute("BEGIN")
        do {
            let result = try body(connection)
            try connection.execute("COMMIT")
            return result
        } catch {
            if !connection.isAutocommit { try? connection.execute("ROLLBACK") }
            throw error
        }
    }

    /// Answers what waits, then ends the threads. Blocks until they have let go of the file.
    func stop() {
        let isFirst = state.withLock { state in
            defer { state.isStopping = true }
            return !state.isStopping
        }
        guard isFirst else { return }
        for _ in 0..<count { semaphore.signal() }
        for _ in 0..<count { stopped.wait() }
    }

    private func loop(_ connection: SQLiteConnection) {
        while true {
            semaphore.wait()
            let (next, isStopping) = state.withLock { state in
                (state.waiting.isEmpty ? nil : state.waiting.removeFirst(), state.isStopping)
            }
            if let next { next(connection) } else if isStopping { break }
        }
        connection.close()
        stopped.signal()
    }
}
