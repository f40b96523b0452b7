import CWorkflowHooks
import DequeModule
import Dispatch
import Foundation
import Synchronization

/// A queue between tasks that put jobs in and plain threads that block while it is empty.
final class JobQueue<Job: Sendable>: Sendable {
    private struct State {
        var jobs: Deque<Job> = []
        var closed = false
    }

    private let state = Mutex(State())
    /// Counts jobs, and after closing one more for each thread.
    private let available = DispatchSemaphore(value: 0)
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
        let accepted = state.withLock { state in
            guard !state.closed else { return false }
            state.jobs.append(job)
            return true
        }
        if accepted { available.signal() }
        return accepted
    }

    /// Lets the threads finish what is in the queue and end.
    func close() {
        let first = state.withLock { state in
            defer { state.closed = true }
            return !state.closed
        }
        guard first else { return }
        for _ in 0..<threads { available.signal() }
    }

    private func pop() -> Job? {
        available.wait()
        return state.withLock { $0.jobs.popFirst() }
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
