#if PostgreSQL
import Database
import WorkflowAPI

/// Workflow tasks that are run inside of the transaction that hands them out (``OfferedTurn``): what their code asks for is
/// recorded at once, so that a task costs one transaction instead of two.
///
/// The runs stay locked meanwhile, for as long as the slowest of the batch takes and at most ``turnLimit``. Whoever is not
/// done by then is handed out as ever, and completes by itself.
extension TransitionBatch {
    /// How long a transaction waits for workflow code.
    static let turnLimit = Duration.milliseconds(20)

    /// Turns that were begun, and how they have ended.
    struct Turns {
        fileprivate var begun: [(runKey: Int64, offer: OfferedTurn)] = []
        fileprivate var recorded: [Int64: NextTasks] = [:]

        /// To be told once the transaction is committed, or undone.
        func settle(isCommitted: Bool) {
            for (key, offer) in begun {
                guard isCommitted else {
                    offer.turn.settle(.undone)
                    continue
                }
                offer.turn.settle(recorded[key].map { .recorded($0) } ?? .handedOut)
            }
        }
    }

    /// Runs the code of all tasks whose takers have offered that, and records what it asks for. Throws ``DatabaseError``.
    mutating func runTurns(on connection: PostgresConnection) async throws {
        let offered: [(run: StagedRun, offer: OfferedTurn)] = answers.runs.values.compactMap { run in
            guard let offer = run.offeredTurn, run.has(offer.taken.task.token) else { return nil }
            return (run, offer)
        }
        // An answer that cannot be given again must not be lost with the code of others.
        guard !offered.isEmpty, !answers.runs.values.contains(where: \.waitsForNothing) else { return }
        try await readEvents(of: offered, on: connection)
        var tasks: [(key: Int64, task: WorkflowTask, turn: InlineTurn)] = []
        for (run, offer) in offered {
            guard let events = offer.taken.fetch.events, offer.turn.take() else { continue }
            var task = offer.taken.task
            task.history = events
            turns.begun.append((run.key, offer))
            tasks.append((run.key, task, offer.turn))
        }
        guard !tasks.isEmpty else { return }
        let answers = TurnAnswers(expecting: tasks.count)
        for (key, task, turn) in tasks { turn.run(task) { answers.give($0, of: key) } }
        for (key, request) in await answers.wait(atMost: TransitionBatch.turnLimit) { record(request, of: key) }
    }

    private func readEvents(
        of offered: [(run: StagedRun, offer: OfferedTurn)],
        on connection: PostgresConnection
    ) async throws {
        for (run, _) in offered { run.fill(from: context.recent) }
        let reads = EventReads(
            offered.filter { $0.offer.taken.fetch.events == nil }.map { ($0.run, $0.offer.taken.fetch) }
        )
        guard !reads.statements.isEmpty else { return }
        reads.fill(from: try await connection.pipeline(reads.statements)[...], addingNew: true)
    }

    /// What cannot be recorded here is sent by the worker as ever, and refused or accepted then.
    private mutating func record(_ request: CompleteWorkflowTaskRequest, of key: Int64) {
        guard answers.runs[key]?.hasRows(for: request.commands) == true else { return }
        var answer = request
        // It would have to be read first.
        answer.wantsWorkflowTask = false
        var next = TakenTasks()
        do {
            try perform(key) { run in
                try run.completeWorkflowTask(answer)
                next = try run.takeNextTasks(answer)
            }
            turns.recorded[key] = NextTasks(
                activityTasks: next.activityTasks,
                areCommandsRefused: next.areCommandsRefused
            )
        } catch {}
    }
}

extension StagedRun {
    /// The workflow task of a token is in work.
    fileprivate func has(_ token: TaskToken) -> Bool {
        guard state.execution.status == .running, let task = state.execution.workflowTask else { return false }
        return task.phase == .started && task.claim.number == token.claim
    }

    /// Every row that commands need was read.
    fileprivate func hasRows(for commands: [Command]) -> Bool {
        let wanted = ReadSet(of: commands)
        func has<Row>(_ rows: RowSet<Row>, _ wanted: ReadSet.Rows, of count: Int64) -> Bool {
            switch wanted {
            case .none: true
            case .one, .named: rows.isWhole || Int64(rows.loaded.count) == count
            case .all: rows.isWhole
            }
        }
        return has(state.activities, wanted.activities, of: state.execution.pendingActivityCount)
            && has(state.timers, wanted.timers, of: state.execution.pendingTimerCount)
    }
}
#endif
