import History
import Testing
import WorkflowAPI
import WorkflowTesting

/// Runs that are closed from outside: terminated, or out of time.
enum ClosingCases {
    static let all: [ConformanceCase] = [
        ConformanceCase("terminating closes the run at once, whatever it waits for") { h in
            try await h.start()
            try await h.turn([.timer(), .activity()])
            try await h.terminate(reason: "duplicate")
            #expect(try await h.types() == .turned + [.timerStarted, .activityScheduled, .terminated])
            #expect(
                try await h.attributes(7)
                    == .workflowExecutionTerminated(.init(reason: "duplicate", identity: "operator"))
            )
            let description = try await h.describe()
            #expect(description.summary.status == .terminated && description.summary.closeTime == h.now)
            #expect(description.pendingTimers.isEmpty && description.pendingActivities.isEmpty)
            #expect(description.workflowTask == nil)
            #expect(try await h.pollActivity() == nil)
        },
        ConformanceCase("terminating writes what was buffered first and fails the taken task") { h in
            try await h.start()
            let task = try await h.take()
            try await h.signal("one")
            try await h.signal("two")
            try await h.terminate()
            #expect(try await h.types() == .taken + [.taskFailed, .signaled, .signaled, .terminated])
            guard case .workflowTaskFailed(let failed) = try await h.attributes(4) else { throw UnexpectedEvent() }
            #expect(failed.cause == WorkflowTaskFailedCause(rawValue: 17))
            await h.refused(.staleTask) { try await h.complete(task, [.complete()]) }
        },
        ConformanceCase("terminating during a transient attempt writes no failure of it") { h in
            try await h.start()
            try await h.fail(try await h.take())
            try await h.advance(by: .seconds(1))
            _ = try await h.take()
            try await h.signal("one")
            try await h.terminate()
            #expect(try await h.types() == .taken + [.taskFailed, .signaled, .terminated])
        },
        ConformanceCase("terminating twice, or nobody, is refused") { h in
            try await h.start()
            try await h.terminate()
            await h.refused(.workflowClosed) { try await h.terminate() }
            await h.refused(.notFound) { try await h.terminate("order-2") }
            #expect(try await h.types() == .begun + [.terminated])
        },
        ConformanceCase("terminating writes a buffered activity closing last, with its start") { h in
            try await h.start()
            try await h.turn([.activity()])
            let activity = try await h.takeActivity()
            try await h.signal("go")
            _ = try await h.take()
            try await h.complete(activity)
            try await h.signal("one")
            try await h.terminate()
            let tail = try await h.types().suffix(5)
            #expect(Array(tail) == [.taskFailed, .activityStarted, .signaled, .activityCompleted, .terminated])
        },
        ConformanceCase("the run timeout closes the run") { h in
            try await h.start { $0.runTimeout = .seconds(60) }
            try await h.turn([.timer("t1", .seconds(600))])
            try await h.advance(by: .milliseconds(59_999))
            #expect(try await h.describe().summary.status == .running)
            try await h.advance(by: .milliseconds(1))
            #expect(try await h.types() == .turned + [.timerStarted, .timedOut])
            #expect(
                try await h.attributes(6) == .workflowExecutionTimedOut(.init(retryState: .retryPolicyNotSet))
            )
            #expect(try await h.describe().summary.status == .timedOut)
        },
        ConformanceCase("the execution timeout closes the run") { h in
            try await h.start {
                $0.executionTimeout = .seconds(30)
                $0.runTimeout = .seconds(60)
            }
            try await h.advance(by: .seconds(30))
            #expect(try await h.types() == .begun + [.timedOut])
            #expect(try await h.poll() == nil)
        },
        ConformanceCase("the run timeout keeps what was buffered while a task was taken") { h in
            try await h.start { $0.runTimeout = .seconds(5) }
            let task = try await h.take()
            try await h.signal("one")
            try await h.advance(by: .seconds(5))
            #expect(try await h.types() == .taken + [.taskFailed, .signaled, .timedOut])
            await h.refused(.staleTask) { try await h.complete(task) }
        },
        ConformanceCase("a run that closed in time is not timed out") { h in
            try await h.start { $0.runTimeout = .seconds(60) }
            try await h.turn([.complete()])
            try await h.advance(by: .seconds(600))
            #expect(try await h.types() == .turned + [.completed])
        },
        ConformanceCase("waiting for a closed run answers with its last event") { h in
            try await h.start()
            try await h.turn([.complete([.text("done")])])
            let events = try await h.service.history(
                GetHistoryRequest(workflowID: .order, waitForClose: .seconds(10))
            )
            #expect(events.map(\.type) == [.completed] && events.map(\.id) == [5])
        },
        ConformanceCase("waiting for a run to close ends when it closes") { h in
            try await h.start()
            async let closing = h.service.history(GetHistoryRequest(workflowID: .order, waitForClose: .seconds(10)))
            await h.clock.waitForSleepers()
            try await h.terminate()
            #expect(try await closing.map(\.type) == [.terminated])
        },
        ConformanceCase("waiting for a run to close ends when the wait was long enough") { h in
            let run = try await h.start().execution
            let closing = Task {
                try await h.service.history(GetHistoryRequest(workflowID: .order, waitForClose: .seconds(10)))
            }
            await h.clock.waitForSleepers()
            h.clock.advance(by: .seconds(10))
            let error = await h.refused(.timeout) { _ = try await closing.value }
            #expect(error?.execution == run)
        },
        ConformanceCase("history can be read from any event on") { h in
            try await h.start()
            try await h.turn([.marker("a"), .marker("b")])
            let tail = try await h.service.history(GetHistoryRequest(workflowID: .order, afterEventID: 4))
            #expect(tail.map(\.id) == [5, 6])
            let none = try await h.service.history(GetHistoryRequest(workflowID: .order, afterEventID: 6))
            #expect(none.isEmpty)
            await h.refused(.notFound) { _ = try await h.events("order-2") }
        },
    ]
}
