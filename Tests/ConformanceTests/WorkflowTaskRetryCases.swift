import History
import Testing
import WorkflowAPI
import WorkflowTesting

/// Failing and late workflow tasks: the first failure is written, later attempts are transient.
enum WorkflowTaskRetryCases {
    static let all: [ConformanceCase] = [
        ConformanceCase("a failed task is handed out again after a tenth of a second") { h in
            try await h.start()
            try await h.fail(try await h.take())
            #expect(try await h.poll() == nil)
            #expect(try await h.describe().workflowTask?.nextAttemptTime == h.now + .milliseconds(100))
            try await h.advance(by: .milliseconds(99))
            #expect(try await h.poll() == nil)
            try await h.advance(by: .milliseconds(1))
            #expect(try await h.take().attempt == 2)
        },
        ConformanceCase("the pause between attempts at a task doubles up to ten seconds") { h in
            try await h.start()
            var pauses: [Duration] = []
            for _ in 0..<10 {
                try await h.fail(try await h.take())
                let next = try #require(try await h.describe().workflowTask?.nextAttemptTime)
                pauses.append(next - h.now)
                try await h.advance(by: next - h.now)
            }
            let expected: [Duration] = [100, 200, 400, 800, 1600, 3200, 6400].map { .milliseconds($0) }
            #expect(pauses == expected + [.seconds(10), .seconds(10), .seconds(10)])
            #expect(try await h.types() == .taken + [.taskFailed])
        },
        ConformanceCase("a second failure appends nothing and a success writes its whole attempt") { h in
            try await h.start()
            try await h.fail(try await h.take(), message: "first")
            try await h.advance(by: .seconds(1))
            let second = try await h.take()
            #expect(second.attempt == 2)
            #expect(second.history.map(\.type) == .taken + [.taskFailed, .taskScheduled, .taskStarted])
            #expect(second.startedEventID == 6 && second.history.map(\.id) == [1, 2, 3, 4, 5, 6])
            #expect(try await h.types() == .taken + [.taskFailed])
            try await h.fail(second, message: "second")
            #expect(try await h.types() == .taken + [.taskFailed])
            #expect(try await h.describe().workflowTask?.lastFailure?.message == "second")
            try await h.advance(by: .seconds(1))
            let third = try await h.take()
            try await h.complete(third, [.timer()])
            #expect(try await h.types() == .taken + [.taskFailed] + .turn + [.timerStarted])
            let written = try await h.events()
            #expect(Array(written.prefix(6)) == third.history)
            #expect(
                written[4].attributes
                    == .workflowTaskScheduled(
                        .init(taskQueue: .main, startToCloseTimeout: .seconds(10), attempt: 3)
                    )
            )
            #expect(
                written[6].attributes
                    == .workflowTaskCompleted(
                        .init(scheduledEventID: 5, startedEventID: 6, identity: "worker-a")
                    )
            )
        },
        ConformanceCase("a signal between attempts is written at once and seen by the next attempt") { h in
            try await h.start()
            try await h.fail(try await h.take())
            try await h.signal("approve")
            #expect(try await h.types() == .taken + [.taskFailed, .signaled])
            try await h.advance(by: .seconds(1))
            let task = try await h.take()
            #expect(task.startedEventID == 7 && task.history.map(\.id) == [1, 2, 3, 4, 5, 6, 7])
            try await h.complete(task, [.complete()])
            #expect(try await h.types() == .taken + [.taskFailed, .signaled] + .turn + [.completed])
        },
        ConformanceCase("a signal during a transient attempt follows its completion") { h in
            try await h.start()
            try await h.fail(try await h.take())
            try await h.advance(by: .seconds(1))
            let task = try await h.take()
            try await h.signal("approve")
            #expect(try await h.types() == .taken + [.taskFailed])
            try await h.complete(task)
            #expect(try await h.types() == .taken + [.taskFailed] + .turn + [.signaled, .taskScheduled])
        },
        ConformanceCase("a failure of a transient attempt still writes what arrived during it") { h in
            try await h.start()
            try await h.fail(try await h.take())
            try await h.advance(by: .seconds(1))
            let task = try await h.take()
            try await h.signal("approve")
            try await h.fail(task)
            #expect(try await h.types() == .taken + [.taskFailed, .signaled])
            #expect(try await h.describe().workflowTask?.attempt == 3)
        },
        ConformanceCase("a task that is not answered in time ends with a timeout event and a next attempt") { h in
            try await h.start { $0.taskTimeout = .seconds(5) }
            let late = try await h.take()
            try await h.advance(by: .milliseconds(4999))
            #expect(try await h.types() == .taken)
            try await h.advance(by: .milliseconds(1))
            #expect(try await h.types() == .taken + [.taskTimedOut])
            #expect(
                try await h.attributes(4)
                    == .workflowTaskTimedOut(
                        .init(scheduledEventID: 2, startedEventID: 3, timeoutType: .startToClose)
                    )
            )
            await h.refused(.staleTask) { try await h.complete(late) }
            try await h.advance(by: .milliseconds(100))
            #expect(try await h.take().attempt == 2)
        },
        ConformanceCase("a second timeout in a row appends nothing") { h in
            try await h.start()
            for _ in 0..<3 {
                _ = try await h.take()
                try await h.advance(by: .seconds(10))
                try await h.advance(by: .seconds(1))
            }
            #expect(try await h.types() == .taken + [.taskTimedOut])
            #expect(try await h.take().attempt == 4)
        },
        ConformanceCase("what was buffered follows the timeout of the task") { h in
            try await h.start()
            _ = try await h.take()
            try await h.signal("approve")
            try await h.advance(by: .seconds(10))
            #expect(try await h.types() == .taken + [.taskTimedOut, .signaled])
        },
        ConformanceCase("from the fourth attempt on a task gets more time, up to ten minutes") { h in
            try await h.start()
            var limits: [Int] = []
            for _ in 1...13 {
                _ = try await h.take()
                let due = try #require(try await h.store.read(.current(.default, .order)).execution.due)
                limits.append(Int((due - h.now) / .seconds(1)))
                try await h.advance(by: due - h.now)
                try await h.advance(by: .seconds(10))
            }
            #expect(limits == [10, 10, 10, 15, 20, 30, 50, 90, 170, 330, 600, 600, 600])
        },
        ConformanceCase("a success makes the next task a first attempt again") { h in
            try await h.start()
            try await h.fail(try await h.take())
            try await h.advance(by: .seconds(1))
            try await h.turn()
            try await h.signal("approve")
            let task = try await h.take()
            #expect(task.attempt == 1 && task.previousStartedEventID == 6)
        },
        ConformanceCase("a task that a stopping worker hands back waits for the next one at once") { h in
            try await h.start()
            let task = try await h.take()
            try await h.signal("approve")
            try await h.service.release(task.token, worker: .a)
            #expect(try await h.types() == .taken + [.taskTimedOut, .signaled])
            let next = try await h.take(.b)
            #expect(next.token != task.token)
            #expect(try await h.describe().summary.problem == nil)
            await h.refused(.staleTask) { try await h.complete(task) }
            try await h.complete(next, [.complete()], by: .b)
        },
        ConformanceCase("handing a transient task back appends nothing and counts no attempt") { h in
            try await h.start()
            try await h.fail(try await h.take())
            try await h.advance(by: .seconds(1))
            let task = try await h.take()
            try await h.service.release(task.token, worker: .a)
            #expect(try await h.types() == .taken + [.taskFailed])
            #expect(try await h.take().attempt == task.attempt)
        },
    ]
}
