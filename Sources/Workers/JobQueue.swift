import CWorkflowHooks
import DequeModule
import Dispatch
import Foundation
import Synchronization

/// A queue between tasks that put jobs in and plain threads that block while it is empty.
///
/// One thread is called at a time: once it is there it takes a job and calls the next, if there is more to do. Short jobs that
/// come close together so wake few threads, and jobs that block each get one.
final class JobQueue<Job: Sendable>: Sendable {
    private struct State {
        var jobs: Deque<Job> = []
        var closed = false
        /// Threads that wait, or are about to, those that were called included.
        var asleep = 0
        /// Those of them that were called and are not there yet.
        var called = 0

        /// How many threads to call.
        mutating func toCall() -> Int {
            let wanted = closed ? asleep : min(asleep, jobs.isEmpty ? 0 : 1)
            defer { called = max(called, wanted) }
            return max(0, wanted - called)
        }
    }

    private let state = Mutex(State())
    private let calls = DispatchSemaphore(value: 0)
    private let threads: Int

    /// An empty queue that `threads` threads will take from.
    init(threads: Int) {
        self.threads = threads
    }

    /// Starts the threads. Each runs `body` for one job after the other and ends when the queue is closed and empty.
    func start(name: String, _ body: @escaping @Sendable (_ thread: Int, _ job: Job) -> Void) {
        start(
            name: name,
            while: { thread, job in
                body(thread, job)
                return true
            }
        )
    }

    /// The same for threads that also end when `body` returns false; whoever has it do so starts others in their place.
    func start(name: String, while body: @escaping @Sendable (_ thread: Int, _ job: Job) -> Bool) {
        for index in 0..<threads {
            let thread = Thread {
                Self.nameThread("\(name)-\(index)")
                let signalStack = wf_begin_signal_stack()
                defer { wf_end_signal_stack(signalStack) }
                while let job = self.pop(), body(index, job) {}
            }
            // Deep recursion in user code should end as it does on the main thread.
            thread.stackSize = 8 * 1024 * 1024
            thread.start()
        }
    }

    /// Puts a job in.
    /// - Returns: false when the queue is closed; the job is dropped then.
    @discardableResult func push(_ job: Job) -> Bool {
        let toCall: Int? = state.withLock { state in
            guard !state.closed else { return nil }
            state.jobs.append(job)
            return state.toCall()
        }
        call(toCall ?? 0)
        return toCall != nil
    }

    /// Lets the threads finish what is in the queue and end.
    func close() {
        call(
            state.withLock { state in
                state.closed = true
                return state.toCall()
            }
        )
    }

    private func call(_ count: Int) { for _ in 0..<count { calls.signal() } }

    /// The next job, once there is one; nil when the queue is closed and empty.
    private func pop() -> Job? {
        while true {
            typealias Found = (job: Job?, toCall: Int)
            let found: Found? = state.withLock { state in
                if let job = state.jobs.popFirst() { return (job, state.toCall()) }
                guard !state.closed else { return (nil, 0) }
                state.asleep += 1
                return nil
            }
            if let found {
                call(found.toCall)
                return found.job
            }
            calls.wait()
            state.withLock { state in
                state.asleep -= 1
                state.called -= 1
            }
        }
    }

    /// Names the calling thread for `top` and debuggers; the kernel keeps 15 bytes. On Linux through /proc, as Foundation's
    /// setter does nothing when it comes before the thread that started this one has stored its handle.
    private static func nameThread(_ name: String) {
        #if canImport(Darwin)
        Thread.current.name = name
        #else
        try? FileHandle(forWritingAtPath: "/proc/thread-self/comm")?.write(contentsOf: Data(name.utf8))
        #endif
    }
}
