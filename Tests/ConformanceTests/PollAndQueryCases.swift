import History
import Synchronization
import Testing
import WorkflowAPI
import WorkflowTesting

/// Polls that wait, and questions to runs.
enum PollAndQueryCases {
    static let all: [ConformanceCase] = [
        ConformanceCase("a poll that waits is woken by a start") { h in
            async let task = h.waitForTask()
            await h.clock.waitForSleepers()
            let run = try await h.start().execution
            #expect(try await task?.execution == run)
        },
        ConformanceCase("a poll that waits is handed the task by the start, by a signal and by an activity") { h in
            async let first = h.waitForTask()
            await h.clock.waitForSleepers()
            let run = try await h.start().execution
            let begun = try #require(try await first)
            #expect(try await h.types() == .taken)
            #expect(begun.execution == run && begun.history.map(\.type) == .taken && begun.attempt == 1)
            try await h.complete(begun, [.activity()]) { $0.stickyQueue = .stickyA }

            async let second = h.waitForTask(sticky: .stickyA)
            await h.clock.waitForSleepers()
            try await h.signal("one")
            let signaled = try #require(try await second)
            #expect(signaled.isPartial && signaled.history.map(\.type).contains(.signaled))
            try await h.complete(signaled) { $0.stickyQueue = .stickyA }

            async let third = h.waitForTask(sticky: .stickyA)
            await h.clock.waitForSleepers()
            try await h.complete(try await h.takeActivity())
            let closed = try #require(try await third)
            #expect(closed.isPartial && closed.history.map(\.type).contains(.activityCompleted))
            try await h.complete(closed, [.complete()])
        },
        ConformanceCase("a poll that waits is handed nothing by a change that is refused, and sleeps on") { h in
            async let poll = h.waitForTask()
            await h.clock.waitForSleepers()
            try await h.start { $0.taskQueue = "other" }
            await h.refused(.alreadyStarted) { try await h.start() }
            await h.refused(.workflowClosed) {
                try await h.terminate()
                try await h.signal("late")
            }
            #expect(h.clock.sleeperCount == 1)
            let run = try await h.start("order-2").execution
            #expect(try await poll?.execution == run)
        },
        ConformanceCase("a poll of a worker that withdrew is handed nothing") { h in
            let gone = try await h.register("worker-c")
            let poll = Task { try await h.waitForTask(gone) }
            await h.clock.waitForSleepers()
            try await h.service.withdraw(
                WorkerRegistration(
                    namespace: .default,
                    taskQueue: .main,
                    worker: gone,
                    workflowTypes: [],
                    activityTypes: []
                )
            )
            try await h.start()
            #expect(try await h.types() == .begun)
            poll.cancel()
            _ = try? await poll.value
            #expect(try await h.poll() != nil)
        },
        ConformanceCase("a poll that waits is woken by a timer") { h in
            try await h.start()
            try await h.turn([.timer("t1", .seconds(5))])
            async let task = h.waitForTask()
            await h.clock.waitForSleepers()
            try await h.advance(by: .seconds(5))
            #expect(try await task?.history.map(\.type).contains(.timerFired) == true)
        },
        ConformanceCase("a poll that waits is woken when the cache did not take the task") { h in
            try await h.start()
            try await h.complete(try await h.take()) { $0.stickyQueue = .stickyA }
            try await h.signal("one")
            async let task = h.waitForTask()
            await h.clock.waitForSleepers()
            try await h.advance(by: .seconds(10))
            #expect(try await task?.isPartial == false)
        },
        ConformanceCase("a poll for activities that waits is woken by a command and by a retry") { h in
            try await h.start()
            async let first = h.waitForActivity()
            await h.clock.waitForSleepers()
            try await h.turn([.activity()])
            let task = try #require(try await first)
            try await h.fail(task)
            async let second = h.waitForActivity()
            await h.clock.waitForSleepers()
            try await h.advance(by: .seconds(1))
            #expect(try await second?.attempt == 2)
        },
        ConformanceCase("a poll ends without a task when the wait was long enough") { h in
            async let task = h.waitForTask()
            await h.clock.waitForSleepers()
            h.clock.advance(by: .seconds(60))
            let found = try await task
            #expect(found == nil)
        },
        ConformanceCase("a poll whose caller gives up ends at once and takes nothing") { h in
            let poll = Task { try await h.waitForTask() }
            await h.clock.waitForSleepers()
            poll.cancel()
            #expect(try await poll.value == nil)
            try await h.start()
            #expect(try await h.poll() != nil)
        },
        ConformanceCase("a poll of another queue sleeps on") { h in
            let poll = Task {
                try await h.service.pollWorkflowTask(
                    PollTaskRequest(namespace: .default, taskQueue: "other", worker: .b)
                )
            }
            await h.clock.waitForSleepers()
            try await h.start()
            await h.clock.waitForSleepers()
            poll.cancel()
            #expect(try await poll.value == nil)
            #expect(try await h.poll() != nil)
        },
        ConformanceCase("of two polls that wait one gets the task and the other waits on") { h in
            try await withThrowingTaskGroup { polls in
                for _ in 0..<2 { polls.addTask { try await h.waitForTask() } }
                await h.clock.waitForSleepers(2)
                try await h.start()
                // Time passes only when one of them has it: at their deadline both would give up.
                #expect(try await polls.next()??.attempt == 1)
                await h.clock.waitForSleepers()
                h.clock.advance(by: .seconds(60))
                #expect(try await polls.next() == .some(nil))
            }
        },
        ConformanceCase("a query is answered from the whole history and writes nothing") { h in
            let asked = Mutex<WorkflowTask?>(nil)
            h.service.answerQueries(of: "Order") { task in
                asked.withLock { $0 = task }
                return .answered([.text("waiting")])
            }
            let run = try await h.start().execution
            _ = try await h.take()
            try await h.signal("one")
            let answer = try await h.query("status")
            #expect(answer == [.text("waiting")])
            let task = try #require(asked.withLock { $0 })
            #expect(task.isQueryOnly && task.execution == run && task.queries.map(\.queryType) == ["status"])
            // The signal waits for its id while a worker has the workflow task; a query sees it all the same.
            #expect(task.history.map(\.type) == .taken + [.signaled])
            #expect(task.history.map(\.id) == [1, 2, 3, 4])
            #expect(try await h.types() == .taken)
        },
        ConformanceCase("a closed run can be queried") { h in
            h.service.answerQueries(of: "Order") { task in .answered([.text("\(task.history.count)")]) }
            try await h.start()
            try await h.turn([.complete()])
            let answer = try await h.query("status")
            #expect(answer == [.text("5")])
        },
        ConformanceCase("a query that fails is refused with the reason") { h in
            h.service.answerQueries(of: "Order") { _ in .failed(.application("there is no query 'stauts'")) }
            try await h.start()
            let error = await h.refused(.queryFailed) { _ = try await h.query("stauts") }
            #expect(error?.message == "there is no query 'stauts'")
        },
        ConformanceCase("a query to a type that nobody here can answer is refused at once") { h in
            let run = try await h.start().execution
            let error = await h.refused(.noWorker) { _ = try await h.query("status") }
            #expect(error?.execution == run && error?.message.contains("Order") == true)
            await h.refused(.notFound) { _ = try await h.query("status", "order-2") }
        },
    ]
}

extension ConformanceHarness {
    /// Waits up to a minute of the clock.
    fileprivate func waitForTask(_ worker: WorkerIdentity = .a, sticky: TaskQueue? = nil) async throws -> WorkflowTask?
    {
        try await service.pollWorkflowTask(
            PollTaskRequest(
                namespace: .default,
                taskQueue: .main,
                worker: worker,
                stickyQueue: sticky,
                timeout: .seconds(60)
            )
        )
    }

    fileprivate func waitForActivity() async throws -> ActivityTask? {
        try await service.pollActivityTask(
            PollTaskRequest(namespace: .default, taskQueue: .main, worker: .a, timeout: .seconds(60))
        )
    }

    fileprivate func query(_ type: String, _ id: WorkflowID = .order) async throws -> [Payload] {
        try await service.queryWorkflow(
            QueryWorkflowRequest(workflowID: id, query: WorkflowQuery(id: "q", queryType: type))
        )
    }
}
