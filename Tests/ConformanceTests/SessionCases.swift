import History
import Testing
import WorkflowAPI
import WorkflowTesting

/// Workers that die: their session ends and with it, at once, what they had.
enum SessionCases {
    static let all: [ConformanceCase] = [
        ConformanceCase("a lost session ends its activity attempts at once with a heartbeat timeout") { h in
            try await h.start()
            try await h.turn([.activity(retry: RetryPolicy(maximumAttempts: 1))])
            let worker = try await h.register("worker-c")
            let task = try await h.takeActivity(worker)
            try await h.heartbeat(task, details: [.text("page 3")])
            try await h.store.closeSession(worker.session)
            let types = try await h.types()
            #expect(types == .turned + [.activityScheduled, .activityStarted, .activityTimedOut, .taskScheduled])
            let closing = try await h.timedOut(7)
            #expect(closing.failure.info == .timeout(type: .heartbeat, lastHeartbeatDetails: [.text("page 3")]))
            #expect(closing.failure.message.contains("worker lost"))
            #expect(closing.retryState == .maximumAttemptsReached)
        },
        ConformanceCase("an attempt lost with its worker counts and is retried after the usual pause") { h in
            try await h.start()
            try await h.turn([.activity()])
            let worker = try await h.register("worker-c")
            let lost = try await h.takeActivity(worker)
            try await h.store.closeSession(worker.session)
            await h.refused(.staleTask) { try await h.complete(lost) }
            let pending = try #require(try await h.describe().pendingActivities.first)
            #expect(pending.attempt == 2 && pending.nextAttemptTime == h.now + .seconds(1))
            try await h.advance(by: .seconds(1))
            let next = try await h.takeActivity()
            #expect(next.attempt == 2)
        },
        ConformanceCase("a lost session ends its workflow task at once") { h in
            try await h.start()
            let worker = try await h.register("worker-c")
            let lost = try await h.take(worker)
            try await h.signal("one")
            try await h.store.closeSession(worker.session)
            #expect(try await h.types() == .taken + [.taskTimedOut, .signaled])
            await h.refused(.staleTask) { try await h.complete(lost) }
            try await h.advance(by: .milliseconds(100))
            #expect(try await h.take().attempt == 2)
        },
        ConformanceCase("a lost session leaves the tasks of others alone") { h in
            try await h.start("order-1")
            try await h.start("order-2")
            let dead = try await h.register("worker-c")
            let living = try await h.register("worker-d")
            let lost = try await h.take(dead)
            let kept = try await h.take(living)
            try await h.store.closeSession(dead.session)
            await h.refused(.staleTask) { try await h.complete(lost) }
            try await h.complete(kept, [.complete()], by: living)
        },
        ConformanceCase("a worker whose session is closed takes nothing until it registers again") { h in
            try await h.start()
            let gone = try await h.register("worker-c")
            try await h.store.closeSession(gone.session)
            await h.refused(.staleTask) { _ = try await h.take(gone) }
            await h.refused(.staleTask) { _ = try await h.pollActivity(gone) }
            try await h.complete(try await h.take(try await h.register("worker-c")))
        },
        ConformanceCase("tasks of workers without a session are not lost") { h in
            try await h.start()
            let task = try await h.take(.a)
            let worker = try await h.register("worker-c")
            try await h.store.closeSession(worker.session)
            let lost = try await h.store.reapSessions()
            #expect(lost == 0)
            try await h.complete(task)
        },
        ConformanceCase("reaping again finds nothing") { h in
            try await h.start()
            let worker = try await h.register("worker-c")
            _ = try await h.take(worker)
            try await h.store.closeSession(worker.session)
            let before = try await h.types()
            let lost = try await h.store.reapSessions()
            #expect(lost == 0)
            #expect(try await h.types() == before)
        },
        ConformanceCase("the runs that a lost worker cached go to the normal queue") { h in
            try await h.start()
            let worker = try await h.register("worker-c")
            let task = try await h.take(worker)
            try await h.complete(task, by: worker) { $0.stickyQueue = .stickyA }
            try await h.signal("one")
            #expect(try await h.poll() == nil)
            try await h.store.closeSession(worker.session)
            let next = try #require(try await h.poll())
            #expect(!next.isPartial && next.history.first?.type == .started && next.attempt == 1)
        },
        ConformanceCase("a run cached by a lost worker gets its next task on the normal queue") { h in
            try await h.start()
            let worker = try await h.register("worker-c")
            try await h.complete(try await h.take(worker), by: worker) { $0.stickyQueue = .stickyA }
            try await h.store.closeSession(worker.session)
            try await h.signal("one")
            let next = try await h.poll()
            #expect(next?.isPartial == false)
        },
        ConformanceCase("a registration lives as long as its session") { h in
            let worker = try await h.register("worker-c")
            #expect(worker.session != 0)
            let live = try await h.service.registrations(in: .default)
            #expect(live.map(\.worker) == [worker])
            #expect(live.first?.workflowTypes.map(\.name) == ["Order"])
            try await h.store.closeSession(worker.session)
            #expect(try await h.service.registrations(in: .default).isEmpty)
        },
        ConformanceCase("withdrawing takes back the registration and hands over the cached runs") { h in
            try await h.start()
            let worker = try await h.register("worker-c")
            try await h.complete(try await h.take(worker), by: worker) { $0.stickyQueue = .stickyA }
            try await h.signal("one")
            let registration = try #require(try await h.service.registrations(in: .default).first)
            try await h.service.withdraw(registration)
            #expect(try await h.service.registrations(in: .default).isEmpty)
            #expect(try await h.poll() != nil)
        },
        ConformanceCase("a closing that a lost session causes is buffered while a task is taken") { h in
            try await h.start()
            try await h.turn([.activity(retry: RetryPolicy(maximumAttempts: 1))])
            let worker = try await h.register("worker-c")
            _ = try await h.takeActivity(worker)
            try await h.signal("go")
            let task = try await h.take()
            try await h.store.closeSession(worker.session)
            #expect(try await h.describe().bufferedEvents == 2)
            try await h.complete(task)
            let tail = try await h.types().suffix(4)
            #expect(Array(tail) == [.taskCompleted, .activityStarted, .activityTimedOut, .taskScheduled])
        },
    ]
}
