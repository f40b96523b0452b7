import History
import Testing
import WorkflowAPI
import WorkflowTesting

enum ActivityCases {
    static let all: [ConformanceCase] = [
        ConformanceCase("a scheduled activity is written with validated limits and the default retry policy") { h in
            try await h.start { $0.runTimeout = .seconds(60) }
            let timeouts = ActivityTimeouts(startToClose: .seconds(90), heartbeat: .seconds(80))
            try await h.turn([.activity("7", input: [.text("x")], timeouts: timeouts)])
            #expect(
                try await h.attributes(5)
                    == .activityTaskScheduled(
                        .init(
                            activityID: "7",
                            activityType: "Charge",
                            taskQueue: .main,
                            input: [.text("x")],
                            timeouts: ActivityTimeouts(
                                scheduleToClose: .seconds(60),
                                scheduleToStart: .seconds(60),
                                startToClose: .seconds(60),
                                heartbeat: .seconds(60)
                            ),
                            workflowTaskCompletedEventID: 4,
                            retryPolicy: RetryPolicy()
                        )
                    )
            )
        },
        ConformanceCase("an activity task carries everything its code needs") { h in
            let run = try await h.start().execution
            try await h.turn([.activity("7", input: [.text("x")])])
            let scheduled = h.now
            h.clock.advance(by: .seconds(3))
            let task = try await h.takeActivity()
            #expect(task.execution == run && task.workflowType == "Order")
            #expect(task.activityID == "7" && task.activityType == "Charge" && task.input == [.text("x")])
            #expect(task.attempt == 1 && task.heartbeatDetails.isEmpty)
            #expect(task.scheduledTime == scheduled && task.currentAttemptScheduledTime == scheduled)
            #expect(task.startedTime == h.now)
            #expect(task.timeouts.startToClose == .seconds(10))
        },
        ConformanceCase("taking an activity writes nothing") { h in
            try await h.start()
            try await h.turn([.activity()])
            let task = try await h.takeActivity()
            #expect(try await h.types() == .turned + [.activityScheduled])
            #expect(try await h.pollActivity() == nil)
            let pending = try #require(try await h.describe().pendingActivities.first)
            #expect(pending.state == .started && pending.worker == "worker-a")
            #expect(pending.startedTime == task.startedTime)
        },
        ConformanceCase("a result is written as a start and a completion, and schedules a task") { h in
            try await h.start()
            try await h.turn([.activity()])
            try await h.complete(try await h.takeActivity(), result: [.text("paid")])
            let types = try await h.types()
            #expect(
                types == .turned + [.activityScheduled, .activityStarted, .activityCompleted, .taskScheduled]
            )
            guard case .activityTaskStarted(let started) = try await h.attributes(6) else { throw UnexpectedEvent() }
            #expect(started.scheduledEventID == 5 && started.attempt == 1 && started.identity == "worker-a")
            #expect(started.lastFailure == nil)
            #expect(
                try await h.attributes(7)
                    == .activityTaskCompleted(
                        .init(
                            result: [.text("paid")],
                            scheduledEventID: 5,
                            startedEventID: 6,
                            identity: "worker-a"
                        )
                    )
            )
        },
        ConformanceCase("two activities that close while a task waits share that task") { h in
            try await h.start()
            try await h.turn([.activity("1"), .activity("2")])
            let first = try await h.takeActivity()
            let second = try await h.takeActivity()
            try await h.complete(second)
            try await h.complete(first)
            let tail = try await h.types().suffix(5)
            #expect(
                Array(tail) == [
                    .activityStarted, .activityCompleted, .taskScheduled, .activityStarted, .activityCompleted,
                ]
            )
        },
        ConformanceCase("an activity waits in the queue that its command names") { h in
            try await h.start()
            try await h.turn([.activity(queue: "cards")])
            #expect(try await h.pollActivity() == nil)
            let task = try await h.pollActivity(queue: "cards")
            #expect(task?.taskQueue == "cards")
        },
        ConformanceCase("activities are handed out in the order in which they were scheduled") { h in
            try await h.start()
            try await h.turn([.activity("1"), .activity("2"), .activity("3")])
            var ids: [String] = []
            while let task = try await h.pollActivity() { ids.append(task.activityID) }
            #expect(ids == ["1", "2", "3"])
        },
        ConformanceCase("stale tokens of activities are refused in every verb and change nothing") { h in
            try await h.start()
            try await h.turn([.activity()])
            let task = try await h.takeActivity()
            try await h.complete(task)
            let before = try await h.events()
            await h.refused(.staleTask) { try await h.complete(task) }
            await h.refused(.staleTask) { try await h.fail(task) }
            await h.refused(.staleTask) { try await h.cancel(task) }
            await h.refused(.staleTask) { try await h.heartbeat(task) }
            await h.refused(.staleTask) { try await h.service.release(task.token, worker: .a) }
            #expect(try await h.events() == before)
        },
        ConformanceCase("the answer of an earlier attempt is refused while the next one runs") { h in
            try await h.start()
            try await h.turn([.activity()])
            let first = try await h.takeActivity()
            try await h.fail(first)
            await h.refused(.staleTask) { try await h.complete(first) }
            try await h.advance(by: .seconds(1))
            let second = try await h.takeActivity()
            #expect(second.attempt == 2 && second.token != first.token)
            await h.refused(.staleTask) { try await h.complete(first) }
            await h.refused(.staleTask) { try await h.heartbeat(first) }
            try await h.complete(second)
        },
        ConformanceCase("the answer to an activity of a closed run is refused") { h in
            try await h.start()
            try await h.turn([.activity()])
            let task = try await h.takeActivity()
            try await h.terminate()
            await h.refused(.staleTask) { try await h.complete(task) }
            await h.refused(.staleTask) { try await h.heartbeat(task) }
            #expect(try await h.describe().pendingActivities.isEmpty)
        },
        ConformanceCase("a result that is too large is refused and the attempt goes on") { h in
            try await h.start()
            try await h.turn([.activity()])
            let task = try await h.takeActivity()
            let large = Payload(encoding: Payload.binaryEncoding, data: Array(repeating: 0, count: 2 * 1024 * 1024))
            await h.refused(.limitExceeded) { try await h.complete(task, result: [large]) }
            try await h.complete(task)
        },
        ConformanceCase("heartbeat details that are too large are refused and the earlier ones stay") { h in
            try await h.start()
            try await h.turn([.activity()])
            let task = try await h.takeActivity()
            try await h.heartbeat(task, details: [.json("1")])
            await h.refused(.limitExceeded) { try await h.heartbeat(task, details: [.large]) }
            try await h.fail(task, .application("again"))
            try await h.advance(by: .seconds(1))
            #expect(try await h.takeActivity().heartbeatDetails == [.json("1")])
        },
        ConformanceCase("a failure that is too large is cut to kind, type and the beginning of its message") { h in
            try await h.start()
            try await h.turn([.activity(retry: RetryPolicy(maximumAttempts: 2))])
            var failure = Failure.application(String(repeating: "é", count: 3000), type: "Huge")
            failure.cause = .application(String(repeating: "x", count: 3 * 1024 * 1024))
            try await h.fail(try await h.takeActivity(), failure)
            let kept = try #require(try await h.describe().pendingActivities.first?.lastFailure)
            #expect(kept.message.hasPrefix("éé") && kept.message.utf8.count < 4096 && kept.cause == nil)
            #expect(kept.info == failure.info)
            try await h.advance(by: .seconds(1))
            try await h.fail(try await h.takeActivity(), failure)
            let event = try #require(try await h.events().last { $0.type == .activityFailed })
            guard case .activityTaskFailed(let failed) = event.attributes else { throw UnexpectedEvent() }
            #expect(failed.failure.message.contains("[cut: over 2097152 bytes]") && failed.failure.info == failure.info)
        },
        ConformanceCase("an attempt that a stopping worker hands back is taken again and not counted") { h in
            try await h.start()
            try await h.turn([.activity()])
            let first = try await h.takeActivity()
            try await h.service.release(first.token, worker: .a)
            await h.refused(.staleTask) { try await h.complete(first) }
            let second = try await h.takeActivity(.b)
            #expect(second.attempt == 1 && second.token.claim != first.token.claim)
            try await h.complete(second)
        },
        ConformanceCase("an attempt that is handed back late has its time in the queue anew") { h in
            try await h.start()
            let timeouts = ActivityTimeouts(scheduleToStart: .seconds(5), startToClose: .seconds(60))
            try await h.turn([.activity(timeouts: timeouts)])
            let task = try await h.takeActivity()
            try await h.advance(by: .seconds(20))
            try await h.service.release(task.token, worker: .a)
            try await h.advance(by: .seconds(4))
            #expect(try await h.types() == .turned + [.activityScheduled])
            let again = try await h.takeActivity(.b)
            #expect(again.attempt == 1)
        },
    ]
}
