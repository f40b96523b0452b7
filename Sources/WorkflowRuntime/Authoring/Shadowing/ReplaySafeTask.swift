/// What the name `Task` means inside of a workflow type: the parts that come out the same in every replay. The rest does
/// not compile, and says what to write instead.
public struct ReplaySafeTask<Success, Failure: Error>: Sendable {
    private init() {}
}

extension ReplaySafeTask where Success == Never, Failure == Never {
    /// The task is wanted no more.
    public static var isCancelled: Bool { _Concurrency.Task<Never, Never>.isCancelled }

    /// Throws `CancellationError` when the task is wanted no more.
    public static func checkCancellation() throws { try _Concurrency.Task<Never, Never>.checkCancellation() }

    /// Lets the run's other tasks go first.
    public static func yield() async { await _Concurrency.Task<Never, Never>.yield() }

    /// Not in workflow code.
    @available(*, unavailable, message: "priorities are the machine's; nothing of a run may hang on them")
    public static var currentPriority: TaskPriority { .medium }

    /// Not in workflow code.
    @available(*, unavailable, message: "priorities are the machine's; nothing of a run may hang on them")
    public static var basePriority: TaskPriority? { nil }

    /// Not in workflow code.
    @available(
        *,
        unavailable,
        message: "Task.sleep is not recorded and ends with the process; use Workflow.sleep(for:)"
    )
    public static func sleep(_ duration: UInt64) async {}

    /// Not in workflow code.
    @available(
        *,
        unavailable,
        message: "Task.sleep is not recorded and ends with the process; use Workflow.sleep(for:)"
    )
    public static func sleep(nanoseconds: UInt64) async throws {}

    /// Not in workflow code.
    @available(
        *,
        unavailable,
        message: "Task.sleep is not recorded and ends with the process; use Workflow.sleep(for:)"
    )
    public static func sleep<C: Clock>(
        for duration: C.Duration,
        tolerance: C.Duration? = nil,
        clock: C = .continuous
    ) async throws {}

    /// Not in workflow code.
    @available(
        *,
        unavailable,
        message: "Task.sleep is not recorded and ends with the process; use Workflow.sleep(until:)"
    )
    public static func sleep<C: Clock>(
        until deadline: C.Instant,
        tolerance: C.Duration? = nil,
        clock: C = .continuous
    ) async throws {}
}

extension ReplaySafeTask {
    /// Not in workflow code.
    @available(
        *,
        unavailable,
        message: "a task of its own leaves the run; use Workflow.spawn, async let or a task group"
    )
    @discardableResult
    public init(
        name: String? = nil,
        executorPreference: (any TaskExecutor)? = nil,
        priority: TaskPriority? = nil,
        operation: @escaping @isolated(any) () async throws(Failure) -> Success
    ) {}

    /// Not in workflow code.
    @available(
        *,
        unavailable,
        message: "a task of its own leaves the run; use Workflow.spawn, async let or a task group"
    )
    @discardableResult
    public static func detached(
        name: String? = nil,
        executorPreference: (any TaskExecutor)? = nil,
        priority: TaskPriority? = nil,
        operation: @escaping @isolated(any) () async throws(Failure) -> Success
    ) -> ReplaySafeTask { ReplaySafeTask() }

    /// Not in workflow code.
    @available(
        *,
        unavailable,
        message: "a task of its own leaves the run; use Workflow.spawn, async let or a task group"
    )
    @discardableResult
    public static func immediate(
        name: String? = nil,
        priority: TaskPriority? = nil,
        executorPreference: (any TaskExecutor)? = nil,
        operation: @escaping @isolated(any) () async throws(Failure) -> Success
    ) -> ReplaySafeTask { ReplaySafeTask() }

    /// Not in workflow code.
    @available(
        *,
        unavailable,
        message: "a task of its own leaves the run; use Workflow.spawn, async let or a task group"
    )
    @discardableResult
    public static func immediateDetached(
        name: String? = nil,
        priority: TaskPriority? = nil,
        executorPreference: (any TaskExecutor)? = nil,
        operation: @escaping @isolated(any) () async throws(Failure) -> Success
    ) -> ReplaySafeTask { ReplaySafeTask() }
}

extension ReplaySafeTask {
    /// Not in workflow code.
    @available(*, unavailable, message: "use the handle that Workflow.spawn gives")
    public var value: Success { get async throws(Failure) { try await result.get() } }

    /// Not in workflow code.
    @available(*, unavailable, message: "use the handle that Workflow.spawn gives")
    public var result: Result<Success, Failure> {
        get async {
            do throws(Failure) {
                return .success(try await value)
            } catch {
                return .failure(error)
            }
        }
    }

    /// Not in workflow code.
    @available(*, unavailable, message: "use the handle that Workflow.spawn gives")
    public func cancel() {}
}
