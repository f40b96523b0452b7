// Inside of a workflow type, and of its extensions, these names hide the global ones. Code outside of it, free functions
// and helper types are not reached; the replayer and the test environment find what they do.

// swift-format-ignore: AlwaysUseLowerCamelCase
extension WorkflowDefinition {
    /// Tasks as workflow code may use them: ``ReplaySafeTask``.
    public typealias Task = ReplaySafeTask

    /// Dates as workflow code may make them.
    public nonisolated var Date: ReplaySafeDates { ReplaySafeDates() }
    /// Dates as workflow code may make them.
    public nonisolated static var Date: ReplaySafeDates { ReplaySafeDates() }

    /// UUIDs as workflow code may make them.
    public nonisolated var UUID: ReplaySafeUUIDs { ReplaySafeUUIDs() }
    /// UUIDs as workflow code may make them.
    public nonisolated static var UUID: ReplaySafeUUIDs { ReplaySafeUUIDs() }
}

// swift-format-ignore: AlwaysUseLowerCamelCase
extension WorkflowDefinition {
    /// Not in workflow code.
    @available(
        *,
        unavailable,
        message: "the machine's clock differs in every replay; use Workflow.now and Workflow.sleep"
    )
    public nonisolated var ContinuousClock: ReplayUnsafe { ReplayUnsafe() }
    /// Not in workflow code.
    @available(
        *,
        unavailable,
        message: "the machine's clock differs in every replay; use Workflow.now and Workflow.sleep"
    )
    public nonisolated static var ContinuousClock: ReplayUnsafe { ReplayUnsafe() }
    /// Not in workflow code.
    @available(
        *,
        unavailable,
        message: "the machine's clock differs in every replay; use Workflow.now and Workflow.sleep"
    )
    public nonisolated var SuspendingClock: ReplayUnsafe { ReplayUnsafe() }
    /// Not in workflow code.
    @available(
        *,
        unavailable,
        message: "the machine's clock differs in every replay; use Workflow.now and Workflow.sleep"
    )
    public nonisolated static var SuspendingClock: ReplayUnsafe { ReplayUnsafe() }
    /// Not in workflow code.
    @available(*, unavailable, message: "Dispatch leaves the run; use Workflow.spawn, or an activity for effects")
    public nonisolated var DispatchQueue: ReplayUnsafe { ReplayUnsafe() }
    /// Not in workflow code.
    @available(*, unavailable, message: "Dispatch leaves the run; use Workflow.spawn, or an activity for effects")
    public nonisolated static var DispatchQueue: ReplayUnsafe { ReplayUnsafe() }
    /// Not in workflow code.
    @available(*, unavailable, message: "Dispatch leaves the run; use a task group")
    public nonisolated var DispatchGroup: ReplayUnsafe { ReplayUnsafe() }
    /// Not in workflow code.
    @available(*, unavailable, message: "Dispatch leaves the run; use a task group")
    public nonisolated static var DispatchGroup: ReplayUnsafe { ReplayUnsafe() }
    /// Not in workflow code.
    @available(*, unavailable, message: "a semaphore blocks the thread of all runs; use Workflow.condition")
    public nonisolated var DispatchSemaphore: ReplayUnsafe { ReplayUnsafe() }
    /// Not in workflow code.
    @available(*, unavailable, message: "a semaphore blocks the thread of all runs; use Workflow.condition")
    public nonisolated static var DispatchSemaphore: ReplayUnsafe { ReplayUnsafe() }
    /// Not in workflow code.
    @available(*, unavailable, message: "Dispatch leaves the run; use Workflow.spawn")
    public nonisolated var DispatchWorkItem: ReplayUnsafe { ReplayUnsafe() }
    /// Not in workflow code.
    @available(*, unavailable, message: "Dispatch leaves the run; use Workflow.spawn")
    public nonisolated static var DispatchWorkItem: ReplayUnsafe { ReplayUnsafe() }
    /// Not in workflow code.
    @available(*, unavailable, message: "Dispatch leaves the run; use Workflow.sleep, or an activity for effects")
    public nonisolated var DispatchSource: ReplayUnsafe { ReplayUnsafe() }
    /// Not in workflow code.
    @available(*, unavailable, message: "Dispatch leaves the run; use Workflow.sleep, or an activity for effects")
    public nonisolated static var DispatchSource: ReplayUnsafe { ReplayUnsafe() }
    /// Not in workflow code.
    @available(*, unavailable, message: "the machine's clock differs in every replay; use Workflow.now")
    public nonisolated var DispatchTime: ReplayUnsafe { ReplayUnsafe() }
    /// Not in workflow code.
    @available(*, unavailable, message: "the machine's clock differs in every replay; use Workflow.now")
    public nonisolated static var DispatchTime: ReplayUnsafe { ReplayUnsafe() }
    /// Not in workflow code.
    @available(*, unavailable, message: "a thread leaves the run; use Workflow.spawn, or Workflow.sleep to wait")
    public nonisolated var Thread: ReplayUnsafe { ReplayUnsafe() }
    /// Not in workflow code.
    @available(*, unavailable, message: "a thread leaves the run; use Workflow.spawn, or Workflow.sleep to wait")
    public nonisolated static var Thread: ReplayUnsafe { ReplayUnsafe() }
    /// Not in workflow code.
    @available(*, unavailable, message: "a timer of the machine is not recorded; use Workflow.sleep(for:)")
    public nonisolated var Timer: ReplayUnsafe { ReplayUnsafe() }
    /// Not in workflow code.
    @available(*, unavailable, message: "a timer of the machine is not recorded; use Workflow.sleep(for:)")
    public nonisolated static var Timer: ReplayUnsafe { ReplayUnsafe() }
    /// Not in workflow code.
    @available(*, unavailable, message: "chance differs in every replay; use Workflow.random")
    public nonisolated var SystemRandomNumberGenerator: ReplayUnsafe { ReplayUnsafe() }
    /// Not in workflow code.
    @available(*, unavailable, message: "chance differs in every replay; use Workflow.random")
    public nonisolated static var SystemRandomNumberGenerator: ReplayUnsafe { ReplayUnsafe() }
    /// Not in workflow code.
    @available(*, unavailable, message: "files differ in every replay; use an activity")
    public nonisolated var FileManager: ReplayUnsafe { ReplayUnsafe() }
    /// Not in workflow code.
    @available(*, unavailable, message: "files differ in every replay; use an activity")
    public nonisolated static var FileManager: ReplayUnsafe { ReplayUnsafe() }
    /// Not in workflow code.
    @available(*, unavailable, message: "the network differs in every replay; use an activity")
    public nonisolated var URLSession: ReplayUnsafe { ReplayUnsafe() }
    /// Not in workflow code.
    @available(*, unavailable, message: "the network differs in every replay; use an activity")
    public nonisolated static var URLSession: ReplayUnsafe { ReplayUnsafe() }
    /// Not in workflow code.
    @available(*, unavailable, message: "sleep blocks the thread of all runs; use Workflow.sleep(for:)")
    public nonisolated var sleep: ReplayUnsafe { ReplayUnsafe() }
    /// Not in workflow code.
    @available(*, unavailable, message: "sleep blocks the thread of all runs; use Workflow.sleep(for:)")
    public nonisolated static var sleep: ReplayUnsafe { ReplayUnsafe() }
    /// Not in workflow code.
    @available(*, unavailable, message: "usleep blocks the thread of all runs; use Workflow.sleep(for:)")
    public nonisolated var usleep: ReplayUnsafe { ReplayUnsafe() }
    /// Not in workflow code.
    @available(*, unavailable, message: "usleep blocks the thread of all runs; use Workflow.sleep(for:)")
    public nonisolated static var usleep: ReplayUnsafe { ReplayUnsafe() }
}
