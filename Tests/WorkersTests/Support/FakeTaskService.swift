import Synchronization
import WorkflowAPI

/// A service without an engine: it hands out the tasks that a test puts in, answers as the test says and remembers calls.
final class FakeTaskService: WorkflowTaskService {
    enum Call: Sendable {
        case register(WorkerRegistration)
        case withdraw(WorkerRegistration)
        case completeWorkflow(CompleteWorkflowTaskRequest)
        case failWorkflow(FailWorkflowTaskRequest)
        case answer([String: QueryResult], TaskToken)
        case history(WorkflowExecution, through: Int64)
        case completeActivity(CompleteActivityTaskRequest)
        case failActivity(FailActivityTaskRequest)
        case cancelActivity(CancelActivityTaskRequest)
        case heartbeat(HeartbeatRequest)
        case release(TaskToken)
        case crash(TaskToken, message: String)
        case pollFailed
    }

    /// What the test wants to be answered; what it does not say is answered with success and nothing to do.
    struct Script: Sendable {
        var register: @Sendable () throws -> Void = {}
        var completeWorkflow: @Sendable (CompleteWorkflowTaskRequest) async throws -> NextTasks = { _ in NextTasks() }
        var completeActivity: @Sendable (CompleteActivityTaskRequest) async throws -> NextTasks = { _ in NextTasks() }
        var history: @Sendable (WorkflowExecution, Int64) throws -> [HistoryEvent] = { _, _ in [] }
        var heartbeat: @Sendable (HeartbeatRequest) throws -> HeartbeatResponse = { _ in
            HeartbeatResponse(cancelRequested: false)
        }
        /// What becomes of a task that is run before it is handed out, by its answer; nil takes no offer up.
        var inline: (@Sendable (CompleteWorkflowTaskRequest?) -> InlineTurn.End)?
        /// The answer is waited for.
        var waitsForInline = true
        /// Every poll gets the first workflow task, which stays.
        var isEndless = false
        var capabilities: ServiceCapabilities = [.nextTasks, .inlineTurns]
        /// Errors that the next polls throw.
        var pollErrors: [WorkflowServiceError] = []
    }

    private struct State {
        var script = Script()
        var calls: [Call] = []
        var watchers: [(matches: @Sendable ([Call]) -> Bool, continuation: CheckedContinuation<[Call], Never>)] = []
        var workflowTasks: [WorkflowTask] = []
        var activityTasks: [ActivityTask] = []
        var parked: [Int: AsyncStream<Void>.Continuation] = [:]
        var nextPoll = 0
        var offers = 0
    }

    /// Whole histories, for a script to answer with.
    let histories = Mutex<[RunID: [HistoryEvent]]>([:])
    private let state: Mutex<State>

    init(_ configure: (inout Script) -> Void = { _ in }) {
        var initial = State()
        configure(&initial.script)
        state = Mutex(initial)
    }

    var capabilities: ServiceCapabilities { state.withLock { $0.script.capabilities } }
    /// How many polls that got a task came with an offer to run it.
    var offers: Int { state.withLock { $0.offers } }
    var calls: [Call] { state.withLock { $0.calls } }
    var waitingPolls: Int { state.withLock { $0.parked.count } }

    var queuedActivities: Int { state.withLock { $0.activityTasks.count } }

    /// Changes what is answered from now on.
    func change(_ change: (inout Script) -> Void) {
        state.withLock { change(&$0.script) }
    }

    /// Puts a workflow task into the queue.
    func add(_ task: WorkflowTask) {
        wakePolls { $0.workflowTasks.append(task) }
    }

    /// Puts an activity task into the queue.
    func add(_ task: ActivityTask) {
        wakePolls { $0.activityTasks.append(task) }
    }

    /// Waits until the calls satisfy a condition.
    @discardableResult
    func calls(when matches: @escaping @Sendable ([Call]) -> Bool) async -> [Call] {
        await withCheckedContinuation { continuation in
            let ready: [Call]? = state.withLock { state in
                if matches(state.calls) { return state.calls }
                state.watchers.append((matches, continuation))
                return nil
            }
            if let ready { continuation.resume(returning: ready) }
        }
    }

    /// Waits for the first call of a kind and gives what the pattern takes from it.
    func first<Value: Sendable>(_ pick: @escaping @Sendable (Call) -> Value?) async -> Value {
        await all(1, pick)[0]
    }

    /// Waits for so many calls of a kind.
    func all<Value: Sendable>(_ count: Int, _ pick: @escaping @Sendable (Call) -> Value?) async -> [Value] {
        await calls { $0.compactMap(pick).count >= count }.compactMap(pick)
    }

    func register(_ registration: WorkerRegistration) async throws -> WorkerIdentity {
        try state.withLock { $0.script }.register()
        note(.register(registration))
        return WorkerIdentity(identity: registration.worker.identity, session: 7)
    }

    func withdraw(_ registration: WorkerRegistration) async throws { note(.withdraw(registration)) }

    func pollWorkflowTask(_ request: PollTaskRequest) async throws -> WorkflowTask? {
        let task = try await poll { state in
            if state.script.isEndless { return state.workflowTasks.first }
            return state.workflowTasks.isEmpty ? nil : state.workflowTasks.removeFirst()
        }
        if let task, let offer = request.inlineTurn { await run(task, offer) }
        return task
    }

    private func run(_ task: WorkflowTask, _ offer: InlineTurn) async {
        let script = state.withLock { state in
            state.offers += 1
            return state.script
        }
        guard let end = script.inline, offer.take() else { return }
        guard script.waitsForInline else {
            offer.run(task) { _ in }
            return offer.settle(end(nil))
        }
        let answer = await withCheckedContinuation { continuation in
            offer.run(task) { continuation.resume(returning: $0) }
        }
        offer.settle(end(answer))
    }

    func pollActivityTask(_ request: PollTaskRequest) async throws -> ActivityTask? {
        try await poll { $0.activityTasks.isEmpty ? nil : $0.activityTasks.removeFirst() }
    }

    func completeWorkflowTask(_ request: CompleteWorkflowTaskRequest) async throws -> NextTasks {
        note(.completeWorkflow(request))
        return try await state.withLock { $0.script }.completeWorkflow(request)
    }

    func failWorkflowTask(_ request: FailWorkflowTaskRequest) async throws { note(.failWorkflow(request)) }

    func answerQueries(_ results: [String: QueryResult], token: TaskToken) async throws {
        note(.answer(results, token))
    }

    func history(of execution: WorkflowExecution, in namespace: Namespace, through eventID: Int64) async throws
        -> [HistoryEvent]
    {
        note(.history(execution, through: eventID))
        return try state.withLock { $0.script }.history(execution, eventID)
    }

    func completeActivityTask(_ request: CompleteActivityTaskRequest) async throws -> NextTasks {
        note(.completeActivity(request))
        return try await state.withLock { $0.script }.completeActivity(request)
    }

    func failActivityTask(_ request: FailActivityTaskRequest) async throws { note(.failActivity(request)) }

    func cancelActivityTask(_ request: CancelActivityTaskRequest) async throws { note(.cancelActivity(request)) }

    func heartbeat(_ request: HeartbeatRequest) async throws -> HeartbeatResponse {
        note(.heartbeat(request))
        return try state.withLock { $0.script }.heartbeat(request)
    }

    func release(_ token: TaskToken, worker: WorkerIdentity) async throws { note(.release(token)) }

    func reportCrash(of token: TaskToken, worker: WorkerIdentity, message: String) async throws {
        note(.crash(token, message: message))
    }

    private func note(_ call: Call) {
        let woken = state.withLock { state in
            state.calls.append(call)
            let calls = state.calls
            let woken = state.watchers.filter { $0.matches(calls) }.map(\.continuation)
            state.watchers.removeAll { $0.matches(calls) }
            return woken.map { ($0, calls) }
        }
        for (continuation, calls) in woken { continuation.resume(returning: calls) }
    }

    private func poll<Work>(_ take: @Sendable (inout State) -> Work?) async throws -> Work? {
        let error = state.withLock { $0.script.pollErrors.isEmpty ? nil : $0.script.pollErrors.removeFirst() }
        if let error {
            note(.pollFailed)
            throw error
        }
        while true {
            let (stream, continuation) = AsyncStream.makeStream(of: Void.self)
            let (work, id): (Work?, Int) = state.withLock { state in
                if let work = take(&state) { return (work, 0) }
                state.nextPoll += 1
                state.parked[state.nextPoll] = continuation
                return (nil, state.nextPoll)
            }
            if let work { return work }
            for await _ in stream {}
            state.withLock { _ = $0.parked.removeValue(forKey: id) }
            try Task.checkCancellation()
        }
    }

    private func wakePolls(_ change: (inout State) -> Void) {
        let parked = state.withLock { state in
            change(&state)
            defer { state.parked = [:] }
            return Array(state.parked.values)
        }
        for poll in parked { poll.finish() }
    }
}
