import History
import WorkflowAPI

extension RandomSequence {
    mutating func start() async throws {
        let id = pick(RandomSequence.ids)
        let reuse = pick(WorkflowIDReusePolicy.allCases)
        let conflict: WorkflowIDConflictPolicy = oneIn(8) ? .terminateExisting : pick([.fail, .useExisting])
        let delay = oneIn(6) ? Duration.seconds(roll(5)) : .zero
        let runTimeout = oneIn(8) ? Duration.seconds(1 + roll(120)) : nil
        log.append("start \(id) \(reuse) \(conflict) delay \(delay) run timeout \(runTimeout ?? .zero)")
        try await harness.start(id) {
            $0.reusePolicy = reuse
            $0.conflictPolicy = conflict
            $0.startDelay = delay
            $0.runTimeout = runTimeout
        }
    }

    mutating func signal() async throws {
        let id = pick(RandomSequence.ids)
        let request = oneIn(5) ? acknowledged[id]?.sorted().first : nil
        let requestID = request ?? harness.newRequestID()
        log.append("signal \(id) \(requestID)")
        try await harness.signal("news", id, requestID: requestID)
        acknowledged[id, default: []].insert(requestID)
    }

    mutating func requestCancel() async throws {
        let id = pick(RandomSequence.ids)
        log.append("cancel \(id)")
        try await harness.cancel(id)
    }

    mutating func terminate() async throws {
        let id = pick(RandomSequence.ids)
        log.append("terminate \(id)")
        try await harness.terminate(id)
    }

    mutating func pollWorkflowTask() async throws {
        let worker = pick(workers)
        let task = try await harness.poll(worker, sticky: oneIn(2) ? .stickyA : nil)
        log.append("\(worker.identity) polls: \(task.map { "\($0.token)" } ?? "nothing")")
        if let task { workflowTasks.append(task) }
    }

    mutating func pollActivityTask() async throws {
        let worker = pick(workers)
        let task = try await harness.pollActivity(worker)
        log.append("\(worker.identity) polls activities: \(task.map { "\($0.token)" } ?? "nothing")")
        if let task { activityTasks.append(task) }
    }

    mutating func answerWorkflowTask() async throws {
        guard !workflowTasks.isEmpty else { return }
        let index = oneIn(4) ? roll(workflowTasks.count) : workflowTasks.count - 1
        let task = workflowTasks[index]
        if !oneIn(6) { workflowTasks.remove(at: index) }
        switch roll(16) {
        case 0:
            log.append("fail \(task.token)")
            try await harness.fail(task, cause: oneIn(2) ? .nonDeterministicError : .workflowWorkerUnhandledFailure)
        case 1:
            log.append("release \(task.token)")
            try await harness.service.release(task.token, worker: .a)
        default:
            let commands = try await commands(for: task)
            log.append("complete \(task.token) with \(commands)")
            let sticky: TaskQueue? = oneIn(2) ? .stickyA : nil
            let (force, wants, wanted) = (oneIn(8), oneIn(3), roll(3))
            let worker = pick(workers)
            let next = try await harness.complete(task, commands, by: worker) {
                $0.stickyQueue = sticky
                $0.forceNewTask = force
                $0.wantsWorkflowTask = wants
                $0.wantedActivityTasks = wanted
            }
            if let task = next.workflowTask { workflowTasks.append(task) }
            activityTasks += next.activityTasks
        }
    }

    /// Commands that mostly make sense.
    private mutating func commands(for task: WorkflowTask) async throws -> [Command] {
        let state = try await harness.store.read(RunTarget(task.token))
        var commands: [Command] = []
        var timers = state.timers.loaded.map(\.timerID)
        for case .timerFired(let fired) in state.buffered.map(\.attributes) { timers.append(fired.timerID) }
        var activities = state.activities.loaded.map(\.scheduledEventID)
        for number in 0..<(1 + roll(4)) {
            let name = "\(task.startedEventID)-\(number)"
            switch roll(12) {
            case 0...3: commands.append(activity(name))
            case 4...6: commands.append(.timer(name, .seconds(roll(8))))
            case 7, 8:
                guard !timers.isEmpty else { continue }
                commands.append(.cancelTimer(timers.remove(at: roll(timers.count))))
            case 9, 10:
                guard !activities.isEmpty else { continue }
                commands.append(.cancelActivity(activities.remove(at: roll(activities.count))))
            default:
                let senseless: [Command] = [.cancelTimer("none"), .cancelActivity(1), .timer("")]
                commands.append(oneIn(4) ? pick(senseless) : .marker("swift-workflow-skipped-signal"))
            }
        }
        if oneIn(10) { commands.append(pick([.complete(), .fail("no"), .cancelled])) }
        return commands
    }

    private mutating func activity(_ id: String) -> Command {
        let timeouts = pick([
            ActivityTimeouts(startToClose: .seconds(10)),
            ActivityTimeouts(scheduleToClose: .seconds(30)),
            ActivityTimeouts(scheduleToStart: .seconds(5), startToClose: .seconds(20)),
            ActivityTimeouts(startToClose: .seconds(60), heartbeat: .seconds(3)),
        ])
        return .activity(id, timeouts: timeouts, retry: RetryPolicy(maximumAttempts: roll(4)), eager: !oneIn(3))
    }

    mutating func answerActivityTask() async throws {
        guard !activityTasks.isEmpty else { return }
        let index = oneIn(4) ? roll(activityTasks.count) : activityTasks.count - 1
        let task = activityTasks[index]
        let kind = roll(8)
        if kind > 1, !oneIn(6) { activityTasks.remove(at: index) }
        log.append("answer \(kind) to activity \(task.token)")
        switch kind {
        case 0, 1: try await harness.heartbeat(task, details: [.text("\(roll(100))")])
        case 2, 3:
            let next = try await harness.complete(task, wantsWorkflowTask: oneIn(2))
            if let task = next.workflowTask { workflowTasks.append(task) }
        case 4: try await harness.fail(task, .application("no", nonRetryable: oneIn(3)))
        case 5: try await harness.cancel(task)
        case 6: try await harness.service.release(task.token, worker: .a)
        default: try await harness.fail(task, .application("later", nextRetryDelay: .seconds(roll(40))))
        }
    }

    mutating func blame() async throws {
        let token: TaskToken
        if oneIn(2), !workflowTasks.isEmpty {
            token = pick(workflowTasks).token
        } else if !activityTasks.isEmpty {
            token = pick(activityTasks).token
        } else {
            return
        }
        log.append("blame \(token)")
        try await harness.service.reportCrash(of: token, worker: .a, message: "the worker process died")
    }

    mutating func operate() async throws {
        let id = pick(RandomSequence.ids)
        let description = try await harness.describe(id)
        let pending = description.pendingActivities.map(\.activityID)
        if oneIn(2), !pending.isEmpty {
            let activityID = pick(pending)
            log.append("resolve \(activityID) of \(id)")
            try await harness.service.resolveActivity(
                AdministerTaskRequest(workflowID: id, activityID: activityID, identity: "operator"),
                as: oneIn(2) ? .completed([]) : .failed(.application("written off"))
            )
        } else {
            log.append("retry \(id)")
            _ = try await harness.service.retryTasks(AdministerTaskRequest(workflowID: id, identity: "operator"))
        }
    }
}
