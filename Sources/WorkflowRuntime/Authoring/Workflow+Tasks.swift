extension Workflow {
    /// Starts a task of the run's own, beside the one that calls: what `Task { }` is elsewhere.
    ///
    /// It ends with the run: tasks that still run when `run` returns are cancelled.
    @discardableResult
    public static func spawn<Success: Sendable>(
        fileID: String = #fileID,
        line: Int = #line,
        _ body: @escaping @Sendable () async throws -> Success
    ) throws -> WorkflowTaskHandle<Success> {
        let context = try writable("Workflow.spawn", SourceLocation(fileID: fileID, line: line))
        let handle = WorkflowTaskHandle<Success>()
        let task = context.startRoot {
            do {
                handle.finish(.success(try await body()))
            } catch {
                handle.finish(.failure(error))
            }
        }
        handle.task = task
        return handle
    }

    /// Runs `body` to its end even if the calling task is cancelled meanwhile, or was before: for compensations.
    public static func shielded<Success: Sendable>(
        fileID: String = #fileID,
        line: Int = #line,
        _ body: @escaping @Sendable () async throws -> Success
    ) async throws -> Success {
        let handle = try spawn(fileID: fileID, line: line, body)
        return try await handle.value(isShielded: true)
    }
}

/// A task of a run.
///
/// `@unchecked Sendable`: touched only by code of the run, which one thread at a time runs.
public final class WorkflowTaskHandle<Success: Sendable>: @unchecked Sendable {
    private var result: Result<Success, any Error>?
    private var waiters: [Int] = []
    fileprivate(set) var task: Task<Void, Never>?

    init() {}

    func finish(_ result: Result<Success, any Error>) {
        self.result = result
        guard let context = RunContext.current, !context.isEvicting else { return }
        for key in waiters { context.resumeJoin(key) }
        waiters = []
    }

    /// What the task returned or threw; waits for it. A waiter that is cancelled goes on with a `CancellationError`.
    public var value: Success {
        get async throws { try await value(isShielded: false) }
    }

    func value(isShielded: Bool) async throws -> Success {
        while result == nil {
            let context = try await Workflow.suspending("a task's value", nil)
            let key = context.nextSlot()
            waiters.append(key)
            try await context.awaitJoin(key, isShielded: isShielded) { result != nil }
        }
        guard let result else { throw WorkflowEvictedError() }
        return try result.get()
    }

    /// Cancels the task.
    public func cancel() { task?.cancel() }
}
