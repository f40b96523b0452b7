package import CoreMetrics
import Synchronization
package import WorkflowAPI

/// What a worker counts and measures. Names and dimensions are stable.
///
/// | name | kind | dimensions beside `namespace` and `task_queue` |
/// |---|---|---|
/// | `worker_polls_total` | counter | `kind`: workflow, activity; `outcome`: task, empty, failed |
/// | `worker_slots_used` | gauge | `kind` |
/// | `worker_workflow_tasks_total` | counter | `outcome`: completed, inline, prolonged, answered, failed, stale, lost, released |
/// | `worker_workflow_activation` | timer | |
/// | `worker_sticky_cache_total` | counter | `outcome`: hit, miss, outdated, evicted, stuck |
/// | `worker_sticky_cache_runs` | gauge | |
/// | `worker_activities_total` | counter | `outcome`: completed, failed, canceled, stale, lost, released, abandoned |
/// | `worker_activity_duration` | timer | |
/// | `worker_local_activities_total` | counter | `outcome` of an attempt: completed, failed, timed_out, released |
/// | `worker_local_activity_duration` | timer | |
/// | `worker_heartbeats_total` | counter | `outcome`: sent, failed |
/// | `worker_hand_overs_total` | counter | `kind` |
/// | `worker_crash_reports_total` | counter | |
///
/// `inline` is a workflow task that was recorded in the transaction that handed it out; `prolonged` one that was completed to
/// make way for signals, and goes on in the next.
/// `lost` is work whose result the service did not take, however often it was tried; `stuck` is a run whose code did not
/// let itself be unwound.
package struct WorkerMetrics: Sendable {
    /// The two kinds of task.
    package enum Kind: String, Sendable {
        /// A turn for workflow code.
        case workflow
        /// An attempt of an activity.
        case activity
    }

    /// How long activations took.
    package let activation: Timer
    /// How long activity attempts took.
    package let activity: Timer
    /// How long attempts at local activities took.
    package let localActivity: Timer
    private let cachedRuns: Gauge
    private let workflowSlots: Gauge
    private let activitySlots: Gauge
    private let counters: Counters

    /// Metrics of one worker.
    /// - Parameter factory: Where they go; nil means the factory that the process has set up.
    package init(namespace: Namespace, taskQueue: TaskQueue, factory: (any MetricsFactory)? = nil) {
        let factory = factory ?? MetricsSystem.factory
        let dimensions = [("namespace", namespace.rawValue), ("task_queue", taskQueue.rawValue)]
        counters = Counters(factory: factory, dimensions: dimensions)
        activation = Timer(label: "worker_workflow_activation", dimensions: dimensions, factory: factory)
        activity = Timer(label: "worker_activity_duration", dimensions: dimensions, factory: factory)
        localActivity = Timer(label: "worker_local_activity_duration", dimensions: dimensions, factory: factory)
        cachedRuns = Gauge(label: "worker_sticky_cache_runs", dimensions: dimensions, factory: factory)
        workflowSlots = Gauge(
            label: "worker_slots_used",
            dimensions: dimensions + [("kind", Kind.workflow.rawValue)],
            factory: factory
        )
        activitySlots = Gauge(
            label: "worker_slots_used",
            dimensions: dimensions + [("kind", Kind.activity.rawValue)],
            factory: factory
        )
    }

    /// A poll ended.
    package func poll(_ kind: Kind, outcome: String) {
        count("worker_polls_total", [("kind", kind.rawValue), ("outcome", outcome)])
    }

    /// So many slots are used.
    package func slots(_ kind: Kind, used: Int) {
        (kind == .workflow ? workflowSlots : activitySlots).record(used)
    }

    /// A workflow task ended.
    package func workflowTask(outcome: String) {
        count("worker_workflow_tasks_total", [("outcome", outcome)])
    }

    /// The cache was asked or gave something up.
    package func cache(outcome: String) {
        count("worker_sticky_cache_total", [("outcome", outcome)])
    }

    /// So many runs are in the cache.
    package func cache(runs: Int) {
        cachedRuns.record(runs)
    }

    /// An activity attempt ended.
    package func activity(outcome: String) {
        count("worker_activities_total", [("outcome", outcome)])
    }

    /// An attempt at a local activity ended.
    package func localActivity(outcome: String) {
        count("worker_local_activities_total", [("outcome", outcome)])
    }

    /// A heartbeat was sent, or could not be.
    package func heartbeat(outcome: String) {
        count("worker_heartbeats_total", [("outcome", outcome)])
    }

    /// A completion brought a follow-up task.
    package func handOver(_ kind: Kind) {
        count("worker_hand_overs_total", [("kind", kind.rawValue)])
    }

    /// A dead process was blamed for a task.
    package func crashReport() {
        count("worker_crash_reports_total", [])
    }

    private func count(_ name: String, _ more: [(String, String)]) {
        counters.counter(name, more).increment()
    }

    /// The counters used so far: asking the factory for one is too slow to be done for each task.
    private final class Counters: Sendable {
        private let factory: any MetricsFactory
        private let dimensions: [(String, String)]
        private let made = Mutex<[String: Counter]>([:])

        init(factory: any MetricsFactory, dimensions: [(String, String)]) {
            self.factory = factory
            self.dimensions = dimensions
        }

        func counter(_ name: String, _ more: [(String, String)]) -> Counter {
            let key = more.reduce(name) { "\($0) \($1.1)" }
            return made.withLock { made in
                if let counter = made[key] { return counter }
                let counter = Counter(label: name, dimensions: dimensions + more, factory: factory)
                made[key] = counter
                return counter
            }
        }
    }
}
