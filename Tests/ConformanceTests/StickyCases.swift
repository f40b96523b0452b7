import History
import Testing
import WorkflowAPI
import WorkflowTesting

/// Runs that a worker keeps in its cache.
enum StickyCases {
    static let all: [ConformanceCase] = [
        ConformanceCase("the next task of a cached run waits in the sticky queue and carries only what is new") { h in
            try await h.start()
            try await h.completeSticky()
            try await h.signal("one")
            #expect(try await h.poll(.b) == nil)
            let task = try await h.take(sticky: .stickyA)
            #expect(task.isPartial && task.previousStartedEventID == 3)
            #expect(task.history.map(\.id) == [4, 5, 6, 7])
            #expect(task.history.map(\.type) == [.taskCompleted, .signaled, .taskScheduled, .taskStarted])
        },
        ConformanceCase("a poll looks into the sticky queue first") { h in
            try await h.start("order-1")
            try await h.completeSticky()
            h.clock.advance(by: .seconds(1))
            try await h.start("order-2")
            h.clock.advance(by: .seconds(1))
            try await h.signal("one", "order-1")
            let first = try await h.take(sticky: .stickyA)
            let second = try await h.take(sticky: .stickyA)
            #expect(first.execution.workflowID == "order-1" && first.isPartial)
            #expect(second.execution.workflowID == "order-2" && !second.isPartial)
        },
        ConformanceCase("a task that the cache does not take in time goes to the normal queue whole") { h in
            try await h.start()
            try await h.completeSticky()
            try await h.signal("one")
            try await h.advance(by: .milliseconds(9999))
            #expect(try await h.poll(.b) == nil)
            try await h.advance(by: .milliseconds(1))
            #expect(try await h.types() == .turned + [.signaled, .taskScheduled])
            #expect(try await h.poll(.a, queue: "none", sticky: .stickyA) == nil)
            let task = try await h.take(.b)
            #expect(!task.isPartial && task.attempt == 1)
            #expect(task.history.map(\.id) == [1, 2, 3, 4, 5, 6, 7])
        },
        ConformanceCase("the wait in the sticky queue is what the worker said") { h in
            try await h.start()
            try await h.complete(try await h.take()) {
                $0.stickyQueue = .stickyA
                $0.stickyScheduleToStart = .seconds(3)
            }
            try await h.signal("one")
            try await h.advance(by: .seconds(3))
            #expect(try await h.poll(.b) != nil)
        },
        ConformanceCase("a failed task forgets the cache") { h in
            try await h.start()
            try await h.completeSticky()
            try await h.signal("one")
            try await h.fail(try await h.take(sticky: .stickyA))
            try await h.advance(by: .milliseconds(100))
            let task = try await h.take(.b)
            #expect(!task.isPartial && task.attempt == 2 && task.history.first?.id == 1)
        },
        ConformanceCase("a timed-out task forgets the cache") { h in
            try await h.start()
            try await h.completeSticky()
            try await h.signal("one")
            _ = try await h.take(sticky: .stickyA)
            try await h.advance(by: .seconds(10))
            try await h.advance(by: .milliseconds(100))
            #expect(try await h.take(.b).isPartial == false)
        },
        ConformanceCase("a completion without a sticky queue ends stickiness") { h in
            try await h.start()
            try await h.completeSticky()
            try await h.signal("one")
            try await h.complete(try await h.take(sticky: .stickyA))
            try await h.signal("two")
            #expect(try await h.take(.b).isPartial == false)
        },
        ConformanceCase("the backlog of a task queue is counted where tasks wait") { h in
            try await h.start("order-1")
            try await h.completeSticky([.activity()])
            try await h.signal("one", "order-1")
            let since = h.now
            try await h.start("order-2")
            let normal = try await h.service.describeTaskQueue(.main, in: .default)
            let sticky = try await h.service.describeTaskQueue(.stickyA, in: .default)
            #expect(normal.workflowBacklog == 1 && normal.activityBacklog == 1)
            #expect(normal.oldestWorkflowTask == since && normal.oldestActivityTask == since)
            #expect(sticky.workflowBacklog == 1 && sticky.activityBacklog == 0)
        },
        ConformanceCase("a task queue knows the workers that poll it") { h in
            let both = try await h.register("worker-c")
            let other = try await h.register("worker-d", workflowTypes: [])
            _ = try await h.register("worker-e", queue: "other")
            let queue = try await h.service.describeTaskQueue(.main, in: .default)
            #expect(queue.workflowPollers == [both.identity])
            #expect(queue.activityPollers == [both.identity, other.identity])
        },
    ]
}

extension ConformanceHarness {
    /// Takes the first task and answers it as a worker that keeps the run in its cache.
    fileprivate func completeSticky(_ commands: [Command] = []) async throws {
        try await complete(try await take(), commands) { $0.stickyQueue = .stickyA }
    }
}
