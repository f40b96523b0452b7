/// What the name `Task` means inside of a workflow type: the parts that come out the same in every replay. The rest does
/// not compile, and says what to write instead.
public struct ReplaySafeTask: Sendable {
    /// The task is wanted no more.
    public static var isCancelled: Bool { _Concurrency.Task<Never, Never>.isCancelled }

    /// Throws `CancellationError` when the task is wanted no more.
    public static func checkCancellation() throws { try _Concurrency.Task<Never, Never>.checkCancellation() }

    /// Lets the run's other tasks go first.
    public static func yield() async { await _Concurrency.Task<Never, Never>.yield() }

    /// Not in workflow code.
    @available(
        *,
        unavailable,
        message: "a task of its own leaves the run; use Workflow.spawn, async let or a task group"
    )
    @discardableResult
    public init<Success>(
        name: String? = nil,
        priority: TaskPriority? = nil,
        operation: @escaping () async throws -> Success
    ) {}

    /// Not in workflow code.
    @available(
        *,
        unavailable,
        message: "a task of its own leaves the run; use Workflow.spawn, async let or a task group"
    )
    @discardableResult
    public static func detached<Success>(
        name: String? = nil,
        priority: TaskPriority? = nil,
        operation: @escaping () async throws -> Success
    ) -> ReplaySafeTask { ReplaySafeTask() }

    /// Not in workflow code.
    @available(
        *,
        unavailable,
        message: "a task of its own leaves the run; use Workflow.spawn, async let or a task group"
    )
    @discardableResult
    public static func immediate<Success>(
        name: String? = nil,
        priority: TaskPriority? = nil,
        operation: @escaping () async throws -> Success
    ) -> ReplaySafeTask { ReplaySafeTask() }

    /// Not in workflow code.
    @available(
        *,
        unavailable,
        message: "Task.sleep is not recorded and ends with the process; use Workflow.sleep(for:)"
    )
    public static func sleep(for duration: Duration) async throws {}

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
        message: "Task.sleep is not recorded and ends with the process; use Workflow.sleep(until:)"
    )
    public static func sleep<C: Clock>(until deadline: C.Instant, clock: C) async throws {}

    private init() {}
}
