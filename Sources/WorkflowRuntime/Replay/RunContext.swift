import CWorkflowHooks
import Logging
import OrderedCollections
import Synchronization
import WorkflowAPI

/// What one run is made of while its code runs: queue, sequence counters, parked continuations, commands not yet sent.
///
/// `@unchecked Sendable`: everything mutable is touched only inside ``scope(_:)``, by the one thread that its owner lets
/// in at a time; `poison` alone may come from elsewhere and is behind a lock.
package final class RunContext: @unchecked Sendable {
    let executor = DeterministicExecutor()
    let info: WorkflowInfo
    let baseLogger: Logger

    // Replayed state.
    var now = Timestamp.zero
    var isReplaying = false
    var random = DeterministicRandom(seed: 0)
    var patches: [String: Bool] = [:]
    var deprecatedPatches: Set<String> = []
    var recordedPatches: Set<String> = []
    /// Answered as they were before they came into the code, unless history has them.
    var withheldPatches: Set<String> = []

    // Parked code; keys rise in the order of registration.
    var slots: [Int: Slot] = [:]
    var conditions: OrderedDictionary<Int, ParkedCondition> = [:]
    private var lastSlot = 0
    private var lastActivity = 0
    private var lastTimer = 0
    private var lastLocalActivity = 0

    var watchedTimers: [String: WatchedTimer] = [:]
    /// The slot of each timer that is awaited, by the timer's id.
    var timerSlots: [String: Int] = [:]
    /// Activities that history has scheduled and not closed, by the scheduling event.
    var openActivities: [Int64: OpenActivity] = [:]
    /// Activities that history has, of which the code learns with the next workflow task.
    var newlyScheduled: [(eventID: Int64, slot: Int)] = []
    /// Activities that were cancelled in the very workflow task that asked for them, when that could not be taken back.
    var unseenCancellations: Set<String> = []
    /// The slots of local activities that are awaited, by their number.
    var localSlots: OrderedDictionary<Int, Int> = [:]
    /// The part of history that is being applied.
    let cursor: ReplayCursor

    // What the code asked for in this activation.
    var issued: [IssuedCommand] = []
    /// A query or a validator runs: nothing may be asked for.
    var isReadOnly = false

    // Tasks.
    /// Tasks of the run's own that have not ended, by number; the first is the one that runs `run`.
    var roots: [Int: Task<Void, Never>] = [:]
    private var lastRoot = 0
    var unfinishedRoots = 0
    /// Signal handlers that have not ended, in order of arrival.
    var runningHandlers: [String] = []
    var isMainDone = false
    /// Somebody asked the run to stop in good order.
    var cancelRequest: WorkflowCancelRequest?
    /// The closing command has been issued; what comes after it does not count.
    var isClosing = false
    var isEvicting = false
    var callsWhileEvicting = 0
    weak var workflow: (any Actor)?
    private let poisoned = Mutex<Escape?>(nil)

    init(info: WorkflowInfo, logger: Logger, cursor: ReplayCursor) {
        self.cursor = cursor
        self.info = info
        self.baseLogger = logger
        executor.owner = Unmanaged.passUnretained(self).toOpaque()
    }

    /// The run whose code is running on this thread.
    static var current: RunContext? {
        wf_get_current_run().map { Unmanaged<RunContext>.fromOpaque($0).takeUnretainedValue() }
    }

    /// Makes this the thread's current run while `body` runs.
    func scope<R>(_ body: () throws -> R) rethrows -> R {
        let outer = wf_swap_current_run(executor.owner)
        defer { _ = wf_swap_current_run(outer) }
        return try body()
    }

    func owns(_ candidate: any Actor) -> Bool {
        guard let workflow else { return false }
        return ObjectIdentifier(workflow) == ObjectIdentifier(candidate)
    }

    func nextSlot() -> Int {
        lastSlot += 1
        return lastSlot
    }

    /// Activity ids are a decimal sequence per run.
    func nextActivityID() -> String {
        lastActivity += 1
        return String(lastActivity)
    }

    /// Timer ids are a decimal sequence per run, apart from those of activities.
    func nextTimerID() -> String {
        lastTimer += 1
        return String(lastTimer)
    }

    /// Local activities are numbered per run.
    func nextLocalActivity() -> Int {
        lastLocalActivity += 1
        return lastLocalActivity
    }

    /// The run can no longer be trusted; the first reason stands.
    func poison(_ kind: EscapeReport.Kind, _ reason: String, _ stack: CapturedStack? = nil) {
        poisoned.withLock { $0 = $0 ?? Escape(kind: kind, reason: reason, stack: stack) }
    }

    /// It has been found out that the run cannot be trusted.
    var isPoisoned: Bool { poisoned.withLock { $0 != nil } }

    /// Starts a task of the run's own, outside of any other task's scope.
    @discardableResult
    func startRoot(_ body: @escaping @Sendable () async -> Void) -> Task<Void, Never> {
        unfinishedRoots += 1
        lastRoot += 1
        let number = lastRoot
        let task = Task(executorPreference: executor) {
            await body()
            self.unfinishedRoots -= 1
            self.roots[number] = nil
        }
        roots[number] = task
        return task
    }

    /// Cancels every task of the run's own, in the order in which they were started.
    func cancelRoots() {
        for number in roots.keys.sorted() { roots[number]?.cancel() }
    }

    /// Runs what is ready; then wakes the first condition that holds, in order of registration; and again, until nothing
    /// moves.
    func settle() {
        while true {
            executor.drain()
            guard let key = conditions.elements.first(where: { $0.value.predicate() })?.key,
                let condition = conditions.removeValue(forKey: key)
            else { return }
            condition.continuation.resume()
        }
    }

    /// Why the run cannot be trusted any more; nil if it can.
    var verdict: Escape? {
        if let escape = poisoned.withLock({ $0 }) { return escape }
        if executor.hasStrayed {
            return Escape(
                kind: .resumedFromOutside,
                reason: "workflow code was resumed by something that is not a workflow primitive "
                    + "(I/O, Dispatch, another actor, Task.sleep)",
                stack: executor.strayedStack
            )
        }
        if !isMainDone, slots.isEmpty, conditions.isEmpty {
            return Escape(
                kind: .suspendedOutside,
                reason: "workflow code is suspended, but not on a workflow primitive",
                stack: mainStack
            )
        }
        return nil
    }
}

extension RunContext {
    /// What `run` waits in; nil if it cannot be seen.
    private var mainStack: CapturedStack? {
        guard let main = roots.min(by: { $0.key < $1.key })?.value else { return nil }
        let stack = CapturedStack(suspended: unsafeBitCast(main, to: UnsafeRawPointer.self))
        return stack.isEmpty ? nil : stack
    }
}

/// What a parked piece of workflow code waits for.
enum Slot {
    case activity(ActivitySlot)
    case timer(TimerSlot)
    case local(LocalSlot)
    /// Waits for another task of the run.
    case join(UnsafeContinuation<Void, any Error>)

    /// Unwinds the code with an error.
    func resume(throwing error: any Error) {
        switch self {
        case .activity(let slot): slot.continuation.resume(throwing: error)
        case .timer(let slot): slot.continuation.resume(throwing: error)
        case .local(let slot): slot.continuation.resume(throwing: error)
        case .join(let continuation): continuation.resume(throwing: error)
        }
    }
}

/// Code that waits until something holds.
struct ParkedCondition {
    var predicate: () -> Bool
    var continuation: UnsafeContinuation<Void, any Error>
}

/// An activity that history has scheduled and not closed.
struct OpenActivity {
    var activityID: String
    var activityType: String
    /// Who waits for it; nobody, if that slot is gone.
    var slot: Int?
}

/// An activity whose result is awaited.
struct ActivitySlot {
    var activityID: String
    var cancellation: ActivityCancellationType
    /// The event that scheduled it, once history has it.
    var scheduledEventID: Int64?
    var cancelRequested = false
    var continuation: UnsafeContinuation<[Payload], any Error>
}

/// A local activity whose end is awaited.
struct LocalSlot {
    var task: LocalActivityTask
    var continuation: UnsafeContinuation<LocalActivityEnd, any Error>
}

/// A timer that is awaited.
struct TimerSlot {
    var timerID: String
    var continuation: UnsafeContinuation<Void, any Error>
}

/// A command with the place in the source that asked for it.
struct IssuedCommand {
    var command: Command
    var location: SourceLocation?
    /// Who waits for what comes of it.
    var slot: Int?
}

/// A place in the source.
public struct SourceLocation: Codable, Hashable, Sendable, CustomStringConvertible {
    /// Module and file.
    public var fileID: String
    /// Line, from 1.
    public var line: Int

    /// A place.
    public init(fileID: String, line: Int) {
        self.fileID = fileID
        self.line = line
    }

    /// `Module/File.swift:12`.
    public var description: String { "\(fileID):\(line)" }
}
