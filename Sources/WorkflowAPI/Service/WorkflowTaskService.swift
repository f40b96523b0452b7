/// What workers call. A worker knows nothing else of the engine, so it cannot start workflows, and a cluster can take
/// the engine's place.
///
/// Every method throws ``WorkflowServiceError``; `staleTask` means that somebody else has the task or it is over: drop it.
public protocol WorkflowTaskService: Sendable {
    /// What the service offers beyond the minimum.
    var capabilities: ServiceCapabilities { get }

    /// Publishes what a worker can run, until its session ends or ``withdraw(_:)``.
    /// - Returns: the identity to poll with.
    func register(_ registration: WorkerRegistration) async throws -> WorkerIdentity

    /// Takes back a registration and hands the runs of its sticky queue to the normal one.
    func withdraw(_ registration: WorkerRegistration) async throws

    /// Offers to answer queries to runs of the registered types by replay in this process, until the registration is
    /// withdrawn. A service that asks workers in another way needs no such offer and ignores it.
    func offerReplays(_ registration: WorkerRegistration, _ answer: @escaping QueryResponder)

    /// Waits for a workflow task; nil when the wait was long enough. Cancelling the caller ends the wait at once, and
    /// never loses a task.
    func pollWorkflowTask(_ request: PollTaskRequest) async throws -> WorkflowTask?

    /// Records the commands of a workflow task, atomically with its completion.
    func completeWorkflowTask(_ request: CompleteWorkflowTaskRequest) async throws -> NextTasks

    /// Records that a workflow task failed; it is handed out again after a backoff.
    func failWorkflowTask(_ request: FailWorkflowTaskRequest) async throws

    /// Answers the queries of a task that has nothing to advance.
    func answerQueries(_ results: [String: QueryResult], token: TaskToken) async throws

    /// All events of a run up to and with the one named, for a worker that no longer has it in its cache.
    func history(of execution: WorkflowExecution, in namespace: Namespace, through eventID: Int64) async throws
        -> [HistoryEvent]

    /// Waits for an activity task; nil when the wait was long enough. Cancelling the caller ends the wait at once.
    func pollActivityTask(_ request: PollTaskRequest) async throws -> ActivityTask?

    /// Records the result of an attempt.
    func completeActivityTask(_ request: CompleteActivityTaskRequest) async throws -> NextTasks

    /// Records the failure of an attempt; the retry policy decides what follows.
    func failActivityTask(_ request: FailActivityTaskRequest) async throws

    /// Runs an exactly-once step inside of the transaction that records how it ended: first the token is checked, last the
    /// completion is written. A step that fails or takes longer than ``ActivityLimits/stepTime`` leaves nothing but its
    /// failed attempt. Throws `unimplemented` unless ``capabilities`` has `storeTransactions`.
    func runActivityStep(_ request: RunActivityStepRequest, _ step: @escaping StoreStep) async throws
        -> RunActivityStepResponse

    /// Records that an attempt followed a cancel request.
    func cancelActivityTask(_ request: CancelActivityTaskRequest) async throws

    /// Records a sign of life.
    func heartbeat(_ request: HeartbeatRequest) async throws -> HeartbeatResponse

    /// Hands back a task untouched, as a stopping worker does: no attempt is counted.
    func release(_ token: TaskToken, worker: WorkerIdentity) async throws

    /// Blames a dead process for a task it had: the attempt counts, and after too many the task is quarantined.
    func reportCrash(of token: TaskToken, worker: WorkerIdentity, message: String) async throws
}

extension WorkflowTaskService {
    /// Ignores the offer.
    public func offerReplays(_ registration: WorkerRegistration, _ answer: @escaping QueryResponder) {}

    /// Refuses.
    public func runActivityStep(
        _ request: RunActivityStepRequest,
        _ step: @escaping StoreStep
    ) async throws -> RunActivityStepResponse {
        throw WorkflowServiceError(.unimplemented, "this service runs no transactional activities")
    }
}
