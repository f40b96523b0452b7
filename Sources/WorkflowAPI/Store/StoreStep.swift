/// Work of a transactional activity, done where the store writes. It has no effects but through the transaction and may
/// run again when the database undid it.
public typealias StoreStep = @Sendable (_ transaction: any StoreTransaction) -> StoreStepResult

/// How a ``StoreStep`` ended.
public enum StoreStepResult: Hashable, Sendable {
    /// What it wrote stays, and this is its result.
    case done([Payload])
    /// What it wrote is undone, and the attempt has failed.
    case failed(Failure)
}

/// Asks for an exactly-once step: the attempt's code and its completion in one transaction.
public struct RunActivityStepRequest: Hashable, Sendable {
    /// The attempt.
    public var token: TaskToken
    /// Who asks.
    public var worker: WorkerIdentity
    /// The sender has a free slot for the follow-up turn, if the run is on this queue, which it polls.
    public var wantsWorkflowTaskOf: TaskQueue?

    /// All parts by name.
    public init(token: TaskToken, worker: WorkerIdentity, wantsWorkflowTaskOf: TaskQueue? = nil) {
        self.token = token
        self.worker = worker
        self.wantsWorkflowTaskOf = wantsWorkflowTaskOf
    }
}

/// How an exactly-once step ended, as recorded.
public struct RunActivityStepResponse: Sendable {
    /// Why the attempt failed; nil when the step is done.
    public var failure: Failure?
    /// What follows.
    public var next: NextTasks

    /// All parts by name.
    public init(failure: Failure? = nil, next: NextTasks = NextTasks()) {
        self.failure = failure
        self.next = next
    }
}
