import History
import Testing
import WorkflowAPI
import WorkflowTesting

enum WorkflowTaskCases {
    static let all: [ConformanceCase] = [
        ConformanceCase("a completion is written with its task and metadata before the events of its commands") { h in
            try await h.start()
            let task = try await h.take()
            let metadata = HistoryEvent.SDKMetadata(langUsedFlags: [1], sdkName: "swift", sdkVersion: "1.0")
            try await h.complete(task, [.marker("a"), .timer(), .activity()]) { $0.sdkMetadata = metadata }
            #expect(try await h.types() == .turned + [.marker, .timerStarted, .activityScheduled])
            #expect(
                try await h.attributes(4)
                    == .workflowTaskCompleted(
                        .init(scheduledEventID: 2, startedEventID: 3, identity: "worker-a", sdkMetadata: metadata)
                    )
            )
            #expect(
                try await h.attributes(6)
                    == .timerStarted(
                        .init(timerID: "t1", startToFireTimeout: .seconds(60), workflowTaskCompletedEventID: 4)
                    )
            )
        },
        ConformanceCase("a task is handed to one worker only") { h in
            try await h.start()
            let first = try await h.poll(.a)
            let second = try await h.poll(.b)
            #expect(first != nil && second == nil)
        },
        ConformanceCase("tasks are handed out in the order in which they waited") { h in
            for id in ["order-3", "order-1", "order-2"] {
                try await h.start(WorkflowID(id))
                h.clock.advance(by: .milliseconds(1))
            }
            var taken: [WorkflowID] = []
            while let task = try await h.poll() { taken.append(task.execution.workflowID) }
            #expect(taken == ["order-3", "order-1", "order-2"])
        },
        ConformanceCase("a poll sees its own queue only") { h in
            try await h.start { $0.taskQueue = "other" }
            #expect(try await h.poll() == nil)
            #expect(try await h.poll(queue: "other") != nil)
        },
        ConformanceCase("a completion without commands leaves the run waiting for news") { h in
            try await h.start()
            try await h.turn()
            #expect(try await h.types() == .turned)
            #expect(try await h.poll() == nil)
            #expect(try await h.describe().workflowTask == nil)
        },
        ConformanceCase("a worker can ask for another task at once") { h in
            try await h.start()
            try await h.complete(try await h.take()) { $0.forceNewTask = true }
            #expect(try await h.types() == .turned + [.taskScheduled])
            let task = try await h.take()
            #expect(task.previousStartedEventID == 3 && task.startedEventID == 6)
        },
        ConformanceCase("completing the run closes it with its result") { h in
            try await h.start()
            h.clock.advance(by: .seconds(5))
            try await h.turn([.complete([.text("done")])])
            #expect(
                try await h.attributes(5)
                    == .workflowExecutionCompleted(.init(result: [.text("done")], workflowTaskCompletedEventID: 4))
            )
            let summary = try await h.describe().summary
            #expect(summary.status == .completed && summary.closeTime == h.now && summary.historyLength == 5)
        },
        ConformanceCase("failing the run closes it with its failure") { h in
            try await h.start()
            try await h.turn([.fail("no stock")])
            #expect(
                try await h.attributes(5)
                    == .workflowExecutionFailed(
                        .init(
                            failure: .application("no stock"),
                            retryState: .retryPolicyNotSet,
                            workflowTaskCompletedEventID: 4
                        )
                    )
            )
            #expect(try await h.describe().summary.status == .failed)
        },
        ConformanceCase("commands after the one that closes the run are dropped") { h in
            try await h.start()
            try await h.turn([.marker("a"), .complete(), .timer(), .fail("no")])
            #expect(try await h.types() == .turned + [.marker, .completed])
        },
        ConformanceCase("the first failure of a task is written with cause and worker") { h in
            try await h.start()
            try await h.fail(try await h.take(), cause: .nonDeterministicError)
            #expect(try await h.types() == .taken + [.taskFailed])
            #expect(
                try await h.attributes(4)
                    == .workflowTaskFailed(
                        .init(
                            scheduledEventID: 2,
                            startedEventID: 3,
                            cause: .nonDeterministicError,
                            failure: .application("bad code"),
                            identity: "worker-a"
                        )
                    )
            )
        },
        ConformanceCase("stale tokens of workflow tasks are refused in every verb and change nothing") { h in
            try await h.start()
            let task = try await h.take()
            try await h.complete(task)
            for _ in 0..<2 {
                await h.refused(.staleTask) { try await h.complete(task, [.complete()]) }
                await h.refused(.staleTask) { try await h.fail(task) }
                await h.refused(.staleTask) { try await h.service.release(task.token, worker: .a) }
                await h.refused(.staleTask) { try await h.service.answerQueries([:], token: task.token) }
            }
            #expect(try await h.types() == .turned)
            try await h.terminate()
            await h.refused(.staleTask) { try await h.complete(task, [.complete()]) }
            #expect(try await h.types() == .turned + [.terminated])
        },
        ConformanceCase("a token of another claim or attempt is refused though the task is taken") { h in
            try await h.start()
            let task = try await h.take()
            var forged = task
            forged.token.claim += 1
            await h.refused(.staleTask) { [forged] in try await h.complete(forged) }
            forged = task
            forged.token.attempt += 1
            await h.refused(.staleTask) { [forged] in try await h.complete(forged) }
            forged = task
            forged.token.startedEventID += 1
            await h.refused(.staleTask) { [forged] in try await h.complete(forged) }
            #expect(try await h.types() == .taken)
            try await h.complete(task)
        },
        ConformanceCase("a worker that lost its cache gets the history through its task") { h in
            let run = try await h.start().execution
            let task = try await h.take()
            try await h.signal("approve")
            let events = try await h.service.history(of: run, in: .default, through: task.startedEventID)
            #expect(events == task.history)
        },
    ]
}
