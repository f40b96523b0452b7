public import CoreMetrics
import Foundation
public import WorkflowAPI
public import WorkflowRuntime

/// Every knob of a ``Worker`` with its default. Values out of range are refused by ``validate()``, which the worker
/// calls when it is made.
public struct WorkerConfiguration: Sendable {
    /// The tenant whose tasks are taken. Default: `default`.
    public var namespace: Namespace
    /// The queue that is polled. No default.
    public var taskQueue: TaskQueue
    /// Who this worker is, for people; recorded in histories. Default: process id and host. 1 to 1000 bytes.
    public var identity: String

    /// Workflow tasks that are in work or being waited for at a time. Default 100; 1 to 10 000.
    public var maxConcurrentWorkflowTasks = 100
    /// Activity attempts that are in work or being waited for at a time. Default 100; 1 to 10 000.
    public var maxConcurrentActivities = 100
    /// Attempts at local activities that are in work at a time; the others wait for them. Default 100; 1 to 10 000.
    public var maxConcurrentLocalActivities = 100
    /// Polls for workflow tasks that wait side by side. Default 2; 1 to 100, never more than there are slots.
    public var workflowPollers = 2
    /// Polls for activity tasks that wait side by side. Default 2; 1 to 100, never more than there are slots.
    public var activityPollers = 2
    /// How long one poll waits. Default 60 s; 1 ms to 10 min.
    public var pollTimeout = Duration.seconds(60)
    /// The longest wait after a failed poll; the first is 100 ms. Default 10 s; 100 ms to 10 min.
    public var maxPollBackoff = Duration.seconds(10)
    /// How often in a row a completion may bring its own follow-up task before the worker polls again, so that one busy
    /// run does not starve the queue. Default 10; 0 (always poll) to 1000.
    public var maxHandOvers = 10

    /// Plain threads that run workflow code, each with the runs of its share. Default: the processors, at most 4;
    /// 1 to 64.
    public var workflowThreads = min(4, max(1, ProcessInfo.processInfo.activeProcessorCount))
    /// Threads that run activity code, local activities too, so that blocking calls in it hold up nothing else. Default 16;
    /// 1 to 1024.
    public var activityThreads = 16

    /// How long workflow code may hold its thread, blocking or computing, before its workflow task fails with what the thread
    /// was doing; looked at twice in that time. The code is left alone on its thread and another one takes over; until it
    /// returns, tasks of its run fail at once. Default 2 s; 100 ms to 10 min.
    public var workflowThreadLimit = Duration.seconds(2)

    /// Runs kept warm between their tasks. Default 1000; 0 (none, and no sticky queue) to 1 000 000. A parked run costs
    /// about 3 KB and what its code holds.
    public var maxCachedRuns = 1000
    /// How long a follow-up task waits for the worker that has the run before any worker may take it. Default 10 s;
    /// 0 to 10 min.
    public var stickyScheduleToStart = Duration.seconds(10)

    /// The gap between heartbeats that are sent for an activity without heartbeat timeout. Default 30 s; 1 ms to 1 h.
    public var defaultHeartbeatInterval = Duration.seconds(30)
    /// The longest gap between heartbeats that are sent, whatever the timeout. Default 60 s; 1 ms to 1 h.
    public var maxHeartbeatInterval = Duration.seconds(60)

    /// How long a graceful shutdown waits for running activities before it cancels them and hands them back.
    /// Default 30 s; 0 to 1 d.
    public var gracefulShutdownTimeout = Duration.seconds(30)
    /// How long cancelled activities may take to return before the worker stops without them. Default 5 s; 0 to 1 h.
    public var cancellationGracePeriod = Duration.seconds(5)

    /// Turns crash blame on: the worker notes what it runs in a file `PREFIX<pid>-<number>`, handlers for SIGILL, SIGTRAP,
    /// SIGSEGV, SIGBUS, SIGABRT and SIGFPE mark what ended the process (and call whoever handled these before), and a
    /// worker that starts blames what is marked in the files of dead processes with the same prefix. Use one prefix a store, as in `erp.db-blame-`. The file
    /// must be on a local disk. Default: nil, off.
    public var crashBlamePrefix: String?

    /// Runs workflow code in the transaction that hands its task out, so that what it asks for is committed with it: half the
    /// transactions of a step, on PostgreSQL, for a worker in the engine's process. Code that is not done within 20 ms goes on
    /// by itself, and nothing is run so for a second. Needs ``crashBlamePrefix`` and no payload codecs. Default: true.
    public var runsCodeInTransactions = true

    /// Notices at once when workflow code starts a task outside of its run, with `Task.detached` in a helper for
    /// instance: the workflow task fails and says so, before the run has lost its order. It hooks Swift's concurrency
    /// runtime for the whole process and for good (``EscapeHooks``); hooks that were there before are called too.
    /// Default: true, as its cost cannot be measured (docs/BENCHMARKS.md). Without it, what left the
    /// run is noticed when it comes back, or when the run waits for it, and its place is not known.
    public var noticesEscapes = true

    /// Change payloads on their way into the store and back, encryption for instance; the clients need the same ones.
    /// Default: none.
    public var payloadCodecs: [any PayloadCodec] = []

    /// Measures and waits. Default: the machine's.
    public var clock: any Clock<Duration> = ContinuousClock()
    /// Numbers from 0 up to but not including 1, for jitter and names. Default: the system's generator.
    public var random: @Sendable () -> Double = { Double.random(in: 0..<1) }
    /// Where metrics go. Default: nil, the factory that the process has set up.
    public var metricsFactory: (any MetricsFactory)?

    /// A configuration with defaults for all but the queue.
    public init(taskQueue: TaskQueue, namespace: Namespace = .default, identity: String? = nil) {
        self.taskQueue = taskQueue
        self.namespace = namespace
        self.identity =
            identity ?? "\(ProcessInfo.processInfo.processIdentifier)@\(ProcessInfo.processInfo.hostName)"
    }

    /// Checks every range.
    /// - Throws: ``WorkerError`` with the code `invalidConfiguration`, naming the first value that is out of range.
    public func validate() throws {
        try Self.check("namespace (bytes)", namespace.rawValue.utf8.count, 1...IdentifierLimits.maxLength)
        try Self.check("taskQueue (bytes)", taskQueue.rawValue.utf8.count, 1...IdentifierLimits.maxLength)
        try Self.check("identity (bytes)", identity.utf8.count, 1...IdentifierLimits.maxLength)
        try Self.check("maxConcurrentWorkflowTasks", maxConcurrentWorkflowTasks, 1...10_000)
        try Self.check("maxConcurrentActivities", maxConcurrentActivities, 1...10_000)
        try Self.check("maxConcurrentLocalActivities", maxConcurrentLocalActivities, 1...10_000)
        try Self.check("workflowPollers", workflowPollers, 1...100)
        try Self.check("activityPollers", activityPollers, 1...100)
        try Self.check("pollTimeout", pollTimeout, .milliseconds(1) ... .seconds(600))
        try Self.check("maxPollBackoff", maxPollBackoff, .milliseconds(100) ... .seconds(600))
        try Self.check("maxHandOvers", maxHandOvers, 0...1000)
        try Self.check("workflowThreads", workflowThreads, 1...64)
        try Self.check("activityThreads", activityThreads, 1...1024)
        try Self.check("workflowThreadLimit", workflowThreadLimit, .milliseconds(100) ... .seconds(600))
        try Self.check("maxCachedRuns", maxCachedRuns, 0...1_000_000)
        try Self.check("stickyScheduleToStart", stickyScheduleToStart, .zero ... .seconds(600))
        try Self.check("defaultHeartbeatInterval", defaultHeartbeatInterval, .milliseconds(1) ... .seconds(3600))
        try Self.check("maxHeartbeatInterval", maxHeartbeatInterval, .milliseconds(1) ... .seconds(3600))
        try Self.check("gracefulShutdownTimeout", gracefulShutdownTimeout, .zero ... .seconds(86_400))
        try Self.check("cancellationGracePeriod", cancellationGracePeriod, .zero ... .seconds(3600))
    }

    private static func check<Value: Comparable>(_ name: String, _ value: Value, _ range: ClosedRange<Value>) throws {
        guard !range.contains(value) else { return }
        throw WorkerError(
            .invalidConfiguration,
            "worker configuration: \(name) is \(value), allowed is \(range.lowerBound) to \(range.upperBound)"
        )
    }
}
