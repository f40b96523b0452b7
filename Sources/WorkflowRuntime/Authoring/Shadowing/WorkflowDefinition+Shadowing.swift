public import Dispatch
public import Foundation
public import Synchronization

// Inside of a workflow type, and of its extensions, these names hide the global ones. Code outside of it, free functions
// and helper types are not reached; the replayer and the test environment find what they do. Nor are members of types that
// keep their names, `Int.random(in:)` or `shuffled()`: `@Workflow` finds those in what it is attached to.

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

// The types themselves under unavailable names: the rest of an expression compiles, and the one error is the message.
extension WorkflowDefinition {
    /// Not in workflow code.
    @available(
        *,
        unavailable,
        message: "the machine's clock differs in every replay; use Workflow.now and Workflow.sleep"
    )
    public typealias ContinuousClock = _Concurrency.ContinuousClock
    /// Not in workflow code.
    @available(
        *,
        unavailable,
        message: "the machine's clock differs in every replay; use Workflow.now and Workflow.sleep"
    )
    public typealias SuspendingClock = _Concurrency.SuspendingClock
    /// Not in workflow code.
    @available(*, unavailable, message: "Dispatch leaves the run; use Workflow.spawn, or an activity for effects")
    public typealias DispatchQueue = Dispatch.DispatchQueue
    /// Not in workflow code.
    @available(*, unavailable, message: "Dispatch leaves the run; use a task group")
    public typealias DispatchGroup = Dispatch.DispatchGroup
    /// Not in workflow code.
    @available(*, unavailable, message: "a semaphore blocks the thread of all runs; use Workflow.condition")
    public typealias DispatchSemaphore = Dispatch.DispatchSemaphore
    /// Not in workflow code.
    @available(*, unavailable, message: "Dispatch leaves the run; use Workflow.spawn")
    public typealias DispatchWorkItem = Dispatch.DispatchWorkItem
    /// Not in workflow code.
    @available(*, unavailable, message: "Dispatch leaves the run; use Workflow.sleep, or an activity for effects")
    public typealias DispatchSource = Dispatch.DispatchSource
    /// Not in workflow code.
    @available(*, unavailable, message: "the machine's clock differs in every replay; use Workflow.now")
    public typealias DispatchTime = Dispatch.DispatchTime
    /// Not in workflow code.
    @available(*, unavailable, message: "the machine's clock differs in every replay; use Workflow.now")
    public typealias DispatchWallTime = Dispatch.DispatchWallTime
    /// Not in workflow code.
    @available(*, unavailable, message: "a thread leaves the run; use Workflow.spawn, or Workflow.sleep to wait")
    public typealias Thread = Foundation.Thread
    /// Not in workflow code.
    @available(*, unavailable, message: "a timer of the machine is not recorded; use Workflow.sleep(for:)")
    public typealias Timer = Foundation.Timer
    /// Not in workflow code.
    @available(*, unavailable, message: "chance differs in every replay; use Workflow.random")
    public typealias SystemRandomNumberGenerator = Swift.SystemRandomNumberGenerator
    /// Not in workflow code.
    @available(*, unavailable, message: "files differ in every replay; use an activity")
    public typealias FileManager = Foundation.FileManager
    /// Not in workflow code.
    @available(*, unavailable, message: "files differ in every replay; use an activity")
    public typealias FileHandle = Foundation.FileHandle
    /// Not in workflow code.
    @available(*, unavailable, message: "the process differs in every replay; use the input or an activity")
    public typealias ProcessInfo = Foundation.ProcessInfo
    /// Not in workflow code.
    @available(*, unavailable, message: "settings differ in every replay; use the input or an activity")
    public typealias UserDefaults = Foundation.UserDefaults
    /// Not in workflow code.
    @available(*, unavailable, message: "a process is an effect; use an activity")
    public typealias Process = Foundation.Process
    /// Not in workflow code.
    @available(*, unavailable, message: "a run has one thread: keep state in the actor, wait with Workflow.condition")
    public typealias NSLock = Foundation.NSLock
    /// Not in workflow code.
    @available(*, unavailable, message: "a run has one thread: keep state in the actor, wait with Workflow.condition")
    public typealias NSRecursiveLock = Foundation.NSRecursiveLock
    /// Not in workflow code.
    @available(*, unavailable, message: "a run has one thread: keep state in the actor, wait with Workflow.condition")
    public typealias NSCondition = Foundation.NSCondition
    /// Not in workflow code.
    @available(*, unavailable, message: "a run has one thread: keep state in the actor, wait with Workflow.condition")
    public typealias Mutex = Synchronization.Mutex
    /// Not in workflow code.
    @available(*, unavailable, message: "what runs share is not replayed; keep state in the actor")
    public typealias Atomic = Synchronization.Atomic
}

// swift-format-ignore: AlwaysUseLowerCamelCase
extension WorkflowDefinition {
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
    /// Not in workflow code. Printing into a string is as everywhere.
    @available(*, unavailable, message: "print comes again with every replay; use Workflow.logger")
    public nonisolated func print(_ items: Any..., separator: String = " ", terminator: String = "\n") {}
    /// Not in workflow code.
    @available(*, unavailable, message: "print comes again with every replay; use Workflow.logger")
    public nonisolated static func print(_ items: Any..., separator: String = " ", terminator: String = "\n") {}
    /// Not in workflow code.
    @available(*, unavailable, message: "print comes again with every replay; use Workflow.logger")
    public nonisolated func debugPrint(_ items: Any..., separator: String = " ", terminator: String = "\n") {}
    /// Not in workflow code.
    @available(*, unavailable, message: "print comes again with every replay; use Workflow.logger")
    public nonisolated static func debugPrint(_ items: Any..., separator: String = " ", terminator: String = "\n") {}
    /// As everywhere: into a string, for instance.
    public nonisolated func print<Target: TextOutputStream>(
        _ items: Any...,
        separator: String = " ",
        terminator: String = "\n",
        to target: inout Target
    ) {
        target.write(items.map { "\($0)" }.joined(separator: separator) + terminator)
    }
}
