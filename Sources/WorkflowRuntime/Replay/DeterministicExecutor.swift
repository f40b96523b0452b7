import CWorkflowHooks
import DequeModule
import Synchronization

/// Runs a workflow's tasks on the thread that drains it, in the order in which they became ready.
///
/// One first-in-first-out queue with two faces: this one for tasks, ``SerialFace`` for the workflow's actor. Jobs that
/// become ready on another thread, or while nobody drains, were woken by something that is no workflow primitive; they
/// are kept apart and the run is no longer trusted.
///
/// `@unchecked Sendable`: `ready` is touched only by the thread whose current run this is, which ``RunContext/scope(_:)``
/// establishes; everything else is behind the lock.
package final class DeterministicExecutor: TaskExecutor, @unchecked Sendable {
    private struct Ready {
        var job: UnownedJob
        var isSerial: Bool
    }

    private var ready = Deque<Ready>()
    private let strayed = Mutex<[Ready]>([])
    /// The actor's face of the queue.
    private(set) lazy var serial = SerialFace(self)
    /// The run whose thread may touch the queue.
    var owner: UnsafeMutableRawPointer?

    init() {}

    /// Takes a job of a task.
    package func enqueue(_ job: consuming ExecutorJob) { push(Ready(job: UnownedJob(job), isSerial: false)) }

    fileprivate func enqueueSerial(_ job: consuming ExecutorJob) { push(Ready(job: UnownedJob(job), isSerial: true)) }

    private func push(_ job: Ready) {
        if isCurrent { ready.append(job) } else { strayed.withLock { $0.append(job) } }
    }

    /// Nothing waits to be run.
    var isIdle: Bool { ready.isEmpty }

    /// The calling thread drains this run.
    var isCurrent: Bool {
        guard let current = wf_get_current_run() else { return false }
        return current == owner
    }

    /// Jobs were woken by something outside the run.
    var hasStrayed: Bool { strayed.withLock { !$0.isEmpty } }

    /// What the first of them waited in; nil if it cannot be seen.
    var strayedStack: CapturedStack? {
        strayed.withLock { jobs in
            // A job of a task is the task.
            guard let job = jobs.first?.job else { return nil }
            let stack = CapturedStack(suspended: unsafeBitCast(job, to: UnsafeRawPointer.self))
            return stack.isEmpty ? nil : stack
        }
    }

    /// Takes jobs that strayed back into the queue: only to unwind a run that is being evicted.
    func reclaimStrayed() {
        for job in strayed.withLock({ jobs in
            defer { jobs = [] }
            return jobs
        }) { ready.append(job) }
    }

    /// Runs jobs until none is ready.
    func drain() {
        let taskExecutor = asUnownedTaskExecutor()
        while let next = ready.popFirst() {
            if next.isSerial {
                next.job.runSynchronously(
                    isolatedTo: serial.asUnownedSerialExecutor(),
                    taskExecutor: taskExecutor
                )
            } else {
                next.job.runSynchronously(on: taskExecutor)
            }
        }
    }
}

/// The actor's face of a run's queue.
package final class SerialFace: SerialExecutor, Sendable {
    private unowned let executor: DeterministicExecutor

    init(_ executor: DeterministicExecutor) { self.executor = executor }

    /// Takes a job of the workflow's actor.
    package func enqueue(_ job: consuming ExecutorJob) { executor.enqueueSerial(job) }

    /// True on the thread that drains the run: what makes `assumeIsolated` work for queries and conditions.
    package func isIsolatingCurrentContext() -> Bool? { executor.isCurrent }

    /// A broken invariant of ours if it fails: user code only gets here through the queue.
    package func checkIsolated() {
        precondition(executor.isCurrent, "workflow state was touched off its executor")
    }
}
