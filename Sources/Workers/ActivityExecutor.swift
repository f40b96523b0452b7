/// The executor of activity code: a fixed number of plain threads, so that an activity that blocks takes a thread from
/// other activities and from nothing else.
package final class ActivityExecutor: TaskExecutor {
    private let queue: JobQueue<UnownedJob>

    /// Starts so many threads; ``stop()`` ends them.
    package init(threads: Int, name: String) {
        queue = JobQueue(threads: threads)
        // The threads keep the executor alive, as jobs refer to it without owning it.
        queue.start(name: name) { _, job in
            job.runSynchronously(on: self.asUnownedTaskExecutor())
        }
    }

    /// Puts a job into the queue. A job that comes after ``stop()`` runs on the pool that all tasks share.
    package func enqueue(_ job: consuming ExecutorJob) {
        let unowned = UnownedJob(job)
        guard !queue.push(unowned) else { return }
        globalConcurrentExecutor.enqueue(ExecutorJob(unowned))
    }

    /// Ends the threads once they have done what waits for them.
    package func stop() {
        queue.close()
    }
}
