package import WorkflowAPI

/// What a store has to do for the engine: run transitions, one workflow id a transaction, and answer questions.
///
/// Every `body` is synchronous and pure and may run more than once; it sees the rows that its read set names. Events and
/// rows come out of it in one transaction or not at all, and nobody is told before the commit. Every transition raises
/// the run's state version by one and fails if somebody else did so first. Errors: what the body throws; otherwise
/// ``WorkflowServiceError`` with `notFound`, `unavailable` or `outcomeUnknown`.
package protocol HistoryStore: HistoryAdministration {
    /// The store's clock: leases, deadlines and event times go by it.
    func now() -> Timestamp

    /// Called after each commit, on the thread that committed, with what it changed; and with
    /// ``CommitNotice/elsewhere`` when another process committed.
    func observe(_ observer: @escaping @Sendable (CommitNotice) -> Void)

    /// Runs `body` on the current run of a workflow id, or on none, and creates the run that it makes.
    func start<R: Sendable>(
        _ workflowID: WorkflowID,
        in namespace: Namespace,
        requestID: String,
        _ body: @escaping @Sendable (inout StartTransition) throws -> R
    ) async throws -> R

    /// Runs `body` on one run. Answers nil, without running it, when `request` was used before.
    func update<R: Sendable>(
        _ target: RunTarget,
        reading: ReadSet,
        unlessUsed request: RequestKey?,
        _ body: @escaping @Sendable (inout Transition) throws -> R
    ) async throws -> R?

    /// How long nobody need look for what others have committed, when nobody says that they have.
    var longestSilence: Duration { get }

    /// Whether steps of others can run inside of this store's transactions.
    var runsSteps: Bool { get }

    /// Whether workflow tasks can be run inside of this store's transactions (``OfferedTurn``).
    var runsInlineTurns: Bool { get }

    /// Runs `check` on a run, then a step of others in a savepoint of its own, then `body` with what came of the step, all
    /// in one transaction. What a step that failed has written is undone. Throws ``StoreError`` with `tooLong` when the
    /// step took so long that the whole transaction had to be undone.
    func update<R: Sendable>(
        _ target: RunTarget,
        reading: ReadSet,
        running step: @escaping StoreStep,
        after check: @escaping @Sendable (Transition) throws -> Void,
        _ body: @escaping @Sendable (inout Transition, StoreStepResult) throws -> R
    ) async throws -> R

    /// Turns what waits in `workflow_inbox` into transitions, at most `limit` rows, each deleted with its transition. A row
    /// that is refused keeps the reason.
    /// - Returns: how many rows were looked at.
    func deliverInbox(limit: Int, _ delivery: InboxDelivery) async throws -> Int

    /// The rows of a namespace that were refused.
    func refusedInboxRows(in namespace: Namespace) async throws -> [RefusedInboxRow]

    /// Lets a refused row be tried again, or forgets it; false when there is no such row.
    func settleInboxRow(_ requestID: String, in namespace: Namespace, retrying: Bool) async throws -> Bool

    /// Runs `body` on the run of the oldest task that waits in one of the queues, the first queue first; nil when none
    /// does. For an activity the second argument is its scheduled event. A caller who was told of a task says that it
    /// is expected: a store that would look first, so as not to commit nothing, need not. Throws `staleTask` when the
    /// taker's session, if it has one, is closed: what it took would be lost by nobody.
    func updateNextTask<R: Sendable>(
        _ kind: TaskWake.Kind,
        in namespace: Namespace,
        queues: [TaskQueue],
        isExpected: Bool,
        session: Int64,
        _ body: @escaping @Sendable (inout Transition, Int64) throws -> R
    ) async throws -> R?

    /// Does what is due by the store's clock, at most `limit` rows.
    func runDue(limit: Int) async throws -> DueRun

    /// A run with all its rows, as committed.
    func read(_ target: RunTarget) async throws -> MutableState

    /// The row of a run alone, as committed.
    func execution(_ target: RunTarget) async throws -> ExecutionRow

    /// The last event of a run that is closed; nil of one that is open.
    func closing(of target: RunTarget) async throws -> HistoryEvent?

    /// Events of a run in order, after one id up to another.
    func events(_ target: RunTarget, after: Int64, through: Int64) async throws -> [HistoryEvent]

    /// Executions, newest start first.
    func list(_ request: ListWorkflowsRequest) async throws -> [WorkflowSummary]

    /// How many executions there are in each status.
    func count(_ request: ListWorkflowsRequest) async throws -> [WorkflowStatus: Int]

    /// Waiting tasks of a queue: how many, and since when the oldest waits.
    func backlog(_ kind: TaskWake.Kind, of queue: TaskQueue, in namespace: Namespace) async throws -> Backlog

    /// Opens a session for a process; it ends with ``closeSession(_:)`` or with the process.
    func openSession(identity: String) async throws -> Int64

    /// Ends a session: what it had is lost from now on.
    func closeSession(_ session: Int64) async throws

    /// Ends the tasks of sessions that are no more. Answers how many it found.
    func reapSessions() async throws -> Int

    /// Publishes what a worker can run, for as long as its session lives.
    func publish(_ registration: WorkerRegistration) async throws

    /// Takes back what ``publish(_:)`` said.
    func withdraw(_ registration: WorkerRegistration) async throws

    /// What live workers can run.
    func registrations(in namespace: Namespace) async throws -> [WorkerRegistration]

    /// Makes a namespace; `alreadyStarted` if it exists.
    func createNamespace(_ namespace: Namespace, retention: Duration?) async throws

    /// Changes for how long closed runs of a namespace are kept; nil is for ever.
    func setRetention(of namespace: Namespace, to retention: Duration?) async throws

    /// All namespaces.
    func listNamespaces() async throws -> [NamespaceDescription]

    /// Deletes closed runs whose namespace's retention has passed since they closed, the earliest first: at most `limit`,
    /// and no more than ``RetentionLimits/batchBytes`` of history, but at least one. Open runs are never touched; runs that
    /// somebody works on are left for the next time. A workflow id that led to a deleted run leads to the newest that is left.
    /// - Returns: how many runs were deleted.
    func deleteExpired(limit: Int) async throws -> Int

    /// Lets go of everything; later calls throw `unavailable`.
    func close() async
}

extension HistoryStore {
    /// That of ``read(_:)``.
    package func execution(_ target: RunTarget) async throws -> ExecutionRow { try await read(target).execution }

    /// Asks for the row, and then for the event.
    package func closing(of target: RunTarget) async throws -> HistoryEvent? {
        let row = try await execution(target)
        guard row.status.isClosed else { return nil }
        return try await events(target, after: row.nextEventID - 2, through: .max).last
    }

    /// A second.
    package var longestSilence: Duration { .seconds(1) }

    /// There is no inbox.
    package func deliverInbox(limit: Int, _ delivery: InboxDelivery) async throws -> Int { 0 }

    /// There is no inbox.
    package func refusedInboxRows(in namespace: Namespace) async throws -> [RefusedInboxRow] { [] }

    /// There is no inbox.
    package func settleInboxRow(_ requestID: String, in namespace: Namespace, retrying: Bool) async throws -> Bool {
        false
    }

    /// No.
    package var runsSteps: Bool { false }

    /// No.
    package var runsInlineTurns: Bool { false }

    /// Refuses.
    package func update<R: Sendable>(
        _ target: RunTarget,
        reading: ReadSet,
        running step: @escaping StoreStep,
        after check: @escaping @Sendable (Transition) throws -> Void,
        _ body: @escaping @Sendable (inout Transition, StoreStepResult) throws -> R
    ) async throws -> R {
        throw WorkflowServiceError(.unimplemented, "this store has no transactions for activities to take part in")
    }
}

/// Waiting tasks of a queue.
package struct Backlog: Hashable, Sendable {
    package var count: Int
    package var oldest: Timestamp?
}

/// What ``HistoryStore/runDue(limit:)`` did.
package struct DueRun: Hashable, Sendable {
    /// How many rows were due.
    package var handled: Int
    /// When the next row is due, if any is.
    package var next: Timestamp?
}

/// Names a run to a store.
package enum RunTarget: Hashable, Sendable {
    /// The run that a workflow id has now, or had last.
    case current(Namespace, WorkflowID)
    /// One run.
    case run(Namespace, WorkflowExecution)

    /// A run if given, otherwise the current one.
    package init(_ namespace: Namespace, _ workflowID: WorkflowID, _ runID: RunID?) {
        self =
            runID.map { .run(namespace, WorkflowExecution(workflowID: workflowID, runID: $0)) }
            ?? .current(namespace, workflowID)
    }

    /// The run of a task.
    package init(_ token: TaskToken) { self = .run(token.namespace, token.execution) }

    /// The tenant.
    package var namespace: Namespace {
        switch self {
        case .current(let namespace, _), .run(let namespace, _): namespace
        }
    }

    /// The execution.
    package var workflowID: WorkflowID {
        switch self {
        case .current(_, let workflowID): workflowID
        case .run(_, let execution): execution.workflowID
        }
    }

    /// Nothing has this name.
    package var notFound: WorkflowServiceError {
        switch self {
        case .current(let namespace, let id):
            WorkflowServiceError(.notFound, "no workflow with id '\(id)' in namespace '\(namespace)'")
        case .run(let namespace, let execution):
            WorkflowServiceError(
                .notFound,
                "workflow '\(execution.workflowID)' has no run \(execution.runID) in namespace '\(namespace)'"
            )
        }
    }
}

/// Which rows beside the execution row a transition reads.
package struct ReadSet: Hashable, Sendable {
    /// Rows of one kind.
    package enum Rows: Hashable, Sendable {
        case none
        case one(Int64)
        /// Those that have one of these ids of the run's own making, to refuse an id that is taken.
        case named(Set<String>)
        case all
    }

    package var activities: Rows
    package var timers: Rows

    package init(activities: Rows = .none, timers: Rows = .none) {
        self.activities = activities
        self.timers = timers
    }

    /// What the commands of a workflow task need: what they cancel, and whether an id is taken.
    package init(of commands: [Command]) {
        var activities: Set<String> = []
        var timers: Set<String> = []
        self = .execution
        for command in commands {
            switch command {
            case .cancelTimer, .requestCancelActivity:
                self = .all
                return
            case .scheduleActivity(let command): activities.insert(command.activityID)
            case .startTimer(let command): timers.insert(command.timerID)
            default: break
            }
        }
        if !activities.isEmpty { self.activities = .named(activities) }
        if !timers.isEmpty { self.timers = .named(timers) }
    }

    /// The execution row alone (and what is buffered, when the row says that something is).
    package static let execution = ReadSet()
    /// Everything.
    package static let all = ReadSet(activities: .all, timers: .all)
}

/// The refusal of a poll by a worker whose session is over.
func closedSession(_ session: Int64) -> WorkflowServiceError {
    WorkflowServiceError(.staleTask, "session \(session) is closed; register again before polling")
}

/// What a commit changed, for those who wait.
package struct CommitNotice: Sendable {
    /// Whom to wake, and how many changes made a task there.
    package var wakes: [TaskWake: Int] = [:]
    /// Runs that closed.
    package var closed: [RunID] = []
    /// The last events of those that closed in this process.
    package var lastEvents: [RunID: HistoryEvent] = [:]
    /// Something may have become due earlier than was thought.
    package var earliestDue: Timestamp?
    /// Another process committed: anything may have changed.
    package var isElsewhere = false
    /// Code of others has written, perhaps to the inbox.
    package var mayFillInbox = false
    /// What to do now that it is committed.
    package var afterCommit: [@Sendable () -> Void] = []

    package init() {}

    /// Another process committed.
    package static var elsewhere: CommitNotice {
        var notice = CommitNotice()
        notice.isElsewhere = true
        return notice
    }

    /// Adds what a transition changed.
    package mutating func add(_ transition: Transition) {
        for key in transition.wakes { wakes[key, default: 0] += 1 }
        afterCommit += transition.afterCommit
        if transition.closedRun {
            let run = transition.state.execution.execution.runID
            closed.append(run)
            lastEvents[run] = transition.events.last
        }
        consider(transition.state.execution.due)
        for activity in transition.state.activities.loaded { consider(activity.due) }
        for timer in transition.state.timers.loaded { consider(timer.fireTime) }
    }

    private mutating func consider(_ due: Timestamp?) {
        guard let due else { return }
        earliestDue = min(earliestDue ?? due, due)
    }
}

/// A change that may create a run.
package struct StartTransition: Sendable {
    /// The store's clock.
    package let now: Timestamp
    /// The run that the workflow id has now, or had last.
    package var current: Transition?
    /// The run that this request id started before.
    package let repeated: WorkflowExecution?
    /// The run to create.
    package var new: Transition?

    package init(now: Timestamp, current: Transition?, repeated: WorkflowExecution?) {
        self.now = now
        self.current = current
        self.repeated = repeated
    }
}
