import SwiftSyntax

/// What the compiler finds in workflow types because their names are hidden there, for code outside of them that is marked
/// with `@ReplaySafe`.
extension ReplayRules {
    private static let task = "a task of its own leaves the run; use Workflow.spawn, async let or a task group"
    private static let sleeping = "Task.sleep is not recorded and ends with the process; use Workflow.sleep(for:)"
    private static let machineClock = "the machine's clock differs in every replay; use Workflow.now and Workflow.sleep"
    private static let dispatch = "Dispatch leaves the run; use Workflow.spawn, or an activity for effects"
    private static let files = "files differ in every replay; use an activity"
    private static let lock = "a run has one thread: keep state in the actor, wait with Workflow.condition"
    private static let printing = "print comes again with every replay; use Workflow.logger"

    /// Names that mean nothing good wherever they stand.
    static let hiddenNames: [String: String] = [
        "ContinuousClock": machineClock, "SuspendingClock": machineClock, "DispatchTime": machineClock,
        "DispatchWallTime": machineClock, "DispatchQueue": dispatch, "DispatchGroup": dispatch,
        "DispatchSemaphore": dispatch, "DispatchWorkItem": dispatch, "DispatchSource": dispatch,
        "Thread": "a thread leaves the run; use Workflow.spawn, or Workflow.sleep to wait",
        "SystemRandomNumberGenerator": chanceOfMachine, "FileManager": files, "FileHandle": files,
        "URLSession": "the network differs in every replay; use an activity",
        "UserDefaults": "settings differ in every replay; use the input or an activity",
        "Process": "a process is an effect; use an activity", "NSLock": lock, "NSRecursiveLock": lock,
        "NSCondition": lock, "Mutex": lock, "Atomic": lock,
    ]
    private static let chanceOfMachine = "chance differs in every replay; use Workflow.random"

    /// Members of `Task` that are not the run's.
    static let taskMembers: [String: String] = [
        "detached": task, "immediate": task, "immediateDetached": task, "sleep": sleeping,
    ]

    /// Calls of a plain name.
    static func hiddenCall(_ name: String, _ call: FunctionCallExprSyntax) -> String? {
        let labels = call.arguments.map { $0.label?.text ?? "_" }
        switch name {
        case "Task": return task
        case "Date", "UUID": return labels.isEmpty || labels == ["timeIntervalSinceNow"] ? new[name] : nil
        case "print", "debugPrint": return labels.contains("to") ? nil : printing
        case "sleep", "usleep": return "\(name) blocks the thread of all runs; use Workflow.sleep(for:)"
        default: return nil
        }
    }
}
