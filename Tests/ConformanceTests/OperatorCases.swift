import History
import Testing
import WorkflowAPI
import WorkflowTesting

/// Problems, quarantine, and what an operator can do about them.
enum OperatorCases {
    static let all: [ConformanceCase] = [
        ConformanceCase("a task that fails three times in a row is a problem until it succeeds") { h in
            try await h.start()
            var problems: [WorkflowProblem?] = []
            for _ in 1...2 {
                try await h.fail(try await h.take())
                problems.append(try await h.describe().summary.problem)
                try await h.advance(by: .seconds(10))
            }
            #expect(problems == [nil, .workflowTaskFailing])
            try await h.turn()
            #expect(try await h.describe().summary.problem == nil)
        },
        ConformanceCase("a task that is not answered in time twice in a row is a problem of its own") { h in
            try await h.start { $0.taskTimeout = .seconds(5) }
            var problems: [WorkflowProblem?] = []
            for _ in 1...2 {
                _ = try await h.take()
                try await h.advance(by: .seconds(5))
                problems.append(try await h.describe().summary.problem)
                try await h.advance(by: .seconds(10))
            }
            #expect(problems == [nil, .workflowTaskTimingOut])
            #expect(try await h.list { $0.onlyProblems = true }.map(\.problem) == [.workflowTaskTimingOut])
            try await h.turn()
            #expect(try await h.list { $0.onlyProblems = true }.isEmpty)
        },
        ConformanceCase("nondeterminism is a problem from its first failure on") { h in
            try await h.start()
            try await h.fail(try await h.take(), cause: .nonDeterministicError)
            #expect(try await h.describe().summary.problem == .nondeterminism)
            #expect(try await h.list { $0.onlyProblems = true }.map(\.problem) == [.nondeterminism])
        },
        ConformanceCase("an activity that fails twice in a row is a problem of its run") { h in
            try await h.start()
            try await h.turn([.activity()])
            try await h.fail(try await h.takeActivity())
            #expect(try await h.describe().summary.problem == nil)
            try await h.advance(by: .seconds(1))
            try await h.fail(try await h.takeActivity())
            #expect(try await h.describe().summary.problem == .activityFailing)
            #expect(try await h.list { $0.onlyProblems = true }.count == 1)
            try await h.advance(by: .seconds(2))
            try await h.complete(try await h.takeActivity())
            #expect(try await h.list { $0.onlyProblems = true }.isEmpty)
        },
        ConformanceCase("a workflow task whose process died three times is quarantined and released by hand") { h in
            try await h.start()
            for death in 1...3 {
                let task = try await h.take()
                try await h.service.reportCrash(of: task.token, worker: .a, message: "the worker process died")
                #expect(try await h.describe().workflowTask?.quarantined == (death == 3))
                try await h.advance(by: .seconds(10))
            }
            #expect(try await h.poll() == nil)
            #expect(try await h.describe().summary.problem == .quarantined)
            #expect(try await h.describe().workflowTask?.lastFailure?.message == "the worker process died")
            #expect(try await h.types() == .taken + [.taskFailed])
            try await h.signal("one")
            #expect(try await h.poll() == nil)
            let released = try await h.retry()
            #expect(released.count == 1 && released.first?.contains("quarantine") == true)
            try await h.turn([.complete()])
            #expect(try await h.describe().summary.status == .completed)
        },
        ConformanceCase("deaths count over tasks that are followed by another because their sender asks for it") { h in
            for (id, forces) in [("forced", true), ("done", false)] {
                try await h.start(WorkflowID(id))
                for death in 1...3 {
                    let task = try await h.take()
                    #expect(task.execution.workflowID.rawValue == id)
                    try await h.complete(task, [.marker("step")]) { $0.forceNewTask = forces }
                    if !forces { try await h.signal("more", WorkflowID(id)) }
                    let next = try await h.take()
                    try await h.service.reportCrash(of: next.token, worker: .a, message: "the worker process died")
                    let isQuarantined = try await h.describe(WorkflowID(id)).workflowTask?.quarantined
                    #expect(isQuarantined == (death == 3 && forces), "\(id), death \(death)")
                    try await h.advance(by: .seconds(10))
                }
            }
        },
        ConformanceCase("a crash counts an attempt and is written as the failure of the task") { h in
            try await h.start()
            let task = try await h.take()
            try await h.service.reportCrash(of: task.token, worker: .a, message: "the worker process died")
            #expect(try await h.types() == .taken + [.taskFailed])
            guard case .workflowTaskFailed(let failed) = try await h.attributes(4) else { throw UnexpectedEvent() }
            #expect(failed.cause == .workflowWorkerUnhandledFailure)
            await h.refused(.staleTask) { try await h.complete(task) }
            #expect(try await h.describe().workflowTask?.attempt == 2)
        },
        ConformanceCase("a crash that is reported again is blamed once") { h in
            try await h.start()
            for _ in 1...2 {
                let task = try await h.take()
                for _ in 1...3 {
                    try await h.service.reportCrash(of: task.token, worker: .a, message: "died")
                }
                try await h.advance(by: .seconds(10))
            }
            #expect(try await h.describe().workflowTask?.quarantined == false)
            #expect(try await h.take().attempt == 3)
        },
        ConformanceCase("a crash after the session was lost does not count a second attempt") { h in
            try await h.start()
            let worker = try await h.register("worker-c")
            let task = try await h.take(worker)
            try await h.store.closeSession(worker.session)
            try await h.service.reportCrash(of: task.token, worker: worker, message: "died")
            #expect(try await h.describe().workflowTask?.attempt == 2)
            #expect(try await h.types() == .taken + [.taskTimedOut])
        },
        ConformanceCase("a crash after the completion was recorded is not blamed on the next task") { h in
            try await h.start()
            let done = try await h.take()
            try await h.complete(done) { $0.forceNewTask = true }
            for _ in 1...3 {
                try await h.service.reportCrash(of: done.token, worker: .a, message: "died")
            }
            let pending = try #require(try await h.describe().workflowTask)
            #expect(pending.lastFailure == nil && pending.attempt == 1)
            #expect(try await h.take().attempt == 1)
        },
        ConformanceCase("a late blame does not take the task from the worker that has it") { h in
            try await h.start()
            var lost: [WorkflowTask] = []
            for _ in 1...3 {
                let worker = try await h.register("worker-c")
                lost.append(try await h.take(worker))
                try await h.store.closeSession(worker.session)
                try await h.advance(by: .seconds(10))
            }
            let task = try await h.take()
            try await h.signal("one")
            for dead in lost { try await h.service.reportCrash(of: dead.token, worker: .a, message: "died") }
            try await h.complete(task)
            #expect(try await h.types().suffix(3) == [.taskCompleted, .signaled, .taskScheduled])
        },
        ConformanceCase("a late blame quarantines the task once its worker fails it") { h in
            try await h.start()
            var lost: [WorkflowTask] = []
            for _ in 1...3 {
                let worker = try await h.register("worker-c")
                lost.append(try await h.take(worker))
                try await h.store.closeSession(worker.session)
                try await h.advance(by: .seconds(10))
            }
            let task = try await h.take()
            for dead in lost { try await h.service.reportCrash(of: dead.token, worker: .a, message: "died") }
            try await h.fail(task)
            #expect(try await h.describe().workflowTask?.quarantined == true)
            #expect(try await h.retry().count == 1)
            #expect(try await h.take().attempt == 5)
        },
        ConformanceCase("an activity whose process died three times is quarantined and released by hand") { h in
            try await h.start()
            try await h.turn([.activity()])
            for _ in 1...3 {
                let task = try await h.takeActivity()
                try await h.service.reportCrash(of: task.token, worker: .a, message: "the worker process died")
                try await h.advance(by: .seconds(10))
            }
            #expect(try await h.pollActivity() == nil)
            let pending = try #require(try await h.describe().pendingActivities.first)
            #expect(pending.quarantined && pending.attempt == 4)
            #expect(try await h.describe().summary.problem == .quarantined)
            #expect(try await h.retry(activityID: "2").isEmpty)
            #expect(try await h.retry(activityID: "1").count == 1)
            let released = try await h.takeActivity()
            #expect(released.attempt == 4)
            try await h.complete(released)
        },
        ConformanceCase("a late blame does not take an activity from the worker that has it") { h in
            try await h.start()
            try await h.turn([.activity()])
            var lost: [ActivityTask] = []
            for _ in 1...3 {
                let worker = try await h.register("worker-c")
                lost.append(try await h.takeActivity(worker))
                try await h.store.closeSession(worker.session)
                try await h.advance(by: .seconds(10))
            }
            let task = try await h.takeActivity()
            for dead in lost { try await h.service.reportCrash(of: dead.token, worker: .a, message: "died") }
            try await h.complete(task)
            #expect(try await h.types().suffix(3) == [.activityStarted, .activityCompleted, .taskScheduled])
        },
    ]
}

extension ConformanceHarness {
    func retry(activityID: String? = nil) async throws -> [String] {
        try await service.retryTasks(
            AdministerTaskRequest(workflowID: .order, activityID: activityID, identity: "operator")
        )
    }

    func resolve(_ activityID: String?, as resolution: ActivityResolution) async throws {
        try await service.resolveActivity(
            AdministerTaskRequest(workflowID: .order, activityID: activityID, identity: "operator"),
            as: resolution
        )
    }
}
