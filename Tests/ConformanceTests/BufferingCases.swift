import History
import Testing
import WorkflowAPI

/// What arrives while a task is taken.
enum BufferingCases {
    static let all: [ConformanceCase] = [
        ConformanceCase("closings of activities are moved behind signals and timers that came later") { h in
            try await h.start()
            try await h.turn([.activity(), .timer("t1", .seconds(5))])
            let activity = try await h.takeActivity()
            try await h.signal("one")
            let task = try await h.take()
            try await h.complete(activity, result: [.text("paid")])
            try await h.signal("two")
            try await h.advance(by: .seconds(5))
            try await h.complete(task)
            let types = try await h.types()
            #expect(
                types == .turned + [.activityScheduled, .timerStarted, .signaled] + .turn
                    + [.activityStarted, .signaled, .timerFired, .activityCompleted, .taskScheduled]
            )
            #expect(
                try await h.attributes(14)
                    == .activityTaskCompleted(
                        .init(
                            result: [.text("paid")],
                            scheduledEventID: 5,
                            startedEventID: 11,
                            identity: "worker-a"
                        )
                    )
            )
        },
        ConformanceCase("two buffered closings keep their order and name their own starts") { h in
            try await h.start()
            try await h.turn([.activity("1"), .activity("2")])
            let first = try await h.takeActivity()
            let second = try await h.takeActivity()
            try await h.signal("go")
            let task = try await h.take()
            try await h.complete(second)
            try await h.fail(first, .application("no", nonRetryable: true))
            try await h.complete(task)
            let tail = try await h.events().suffix(5)
            #expect(
                tail.map(\.type) == [
                    .activityStarted, .activityStarted, .activityCompleted, .activityFailed, .taskScheduled,
                ]
            )
            guard case .activityTaskCompleted(let completed) = tail[tail.startIndex + 2].attributes,
                case .activityTaskFailed(let failed) = tail[tail.startIndex + 3].attributes
            else { throw UnexpectedEvent() }
            #expect(completed.scheduledEventID == 6 && completed.startedEventID == tail[tail.startIndex].id)
            #expect(failed.scheduledEventID == 5 && failed.startedEventID == tail[tail.startIndex + 1].id)
        },
        ConformanceCase("an activity whose closing is buffered is no longer pending and takes no second answer") { h in
            try await h.start()
            try await h.turn([.activity()])
            let activity = try await h.takeActivity()
            try await h.signal("go")
            _ = try await h.take()
            try await h.complete(activity)
            #expect(try await h.describe().pendingActivities.isEmpty)
            #expect(try await h.describe().bufferedEvents == 2)
            await h.refused(.staleTask) { try await h.complete(activity) }
            await h.refused(.staleTask) { try await h.heartbeat(activity) }
        },
        ConformanceCase("closing the run over an unseen signal fails the task with unhandled command") { h in
            try await h.start()
            let task = try await h.take()
            try await h.signal("approve")
            try await h.complete(task, [.marker("a"), .complete()])
            #expect(try await h.types() == .taken + [.taskFailed, .signaled, .taskScheduled])
            guard case .workflowTaskFailed(let failed) = try await h.attributes(4) else { throw UnexpectedEvent() }
            #expect(failed.cause == .unhandledCommand)
            let next = try await h.take()
            #expect(next.attempt == 1 && next.history.map(\.type).contains(.signaled))
            try await h.complete(next, [.complete()])
            #expect(try await h.describe().summary.status == .completed)
        },
        ConformanceCase("failing and cancelling over an unseen signal are unhandled commands too") { h in
            for (id, command) in [("order-1", Command.fail("no")), ("order-2", .cancelled)] {
                try await h.start(WorkflowID(id))
                let task = try await h.take()
                try await h.signal("approve", WorkflowID(id))
                try await h.complete(task, [command])
                let types = try await h.types(WorkflowID(id))
                #expect(types == .taken + [.taskFailed, .signaled, .taskScheduled])
                try await h.turn([command])
                #expect(try await h.describe(WorkflowID(id)).summary.status.isClosed)
            }
        },
        ConformanceCase("an unhandled command of a transient attempt is written with its attempt") { h in
            try await h.start()
            try await h.fail(try await h.take())
            try await h.advance(by: .seconds(1))
            let task = try await h.take()
            try await h.signal("approve")
            try await h.complete(task, [.complete()])
            let types = try await h.types()
            #expect(
                types == .taken
                    + [.taskFailed, .taskScheduled, .taskStarted, .taskFailed, .signaled, .taskScheduled]
            )
            #expect(try await h.take().attempt == 1)
        },
        ConformanceCase("a buffered cancel request is an unhandled command for a completion") { h in
            try await h.start()
            let task = try await h.take()
            try await h.cancel()
            try await h.complete(task, [.complete()])
            #expect(try await h.types() == .taken + [.taskFailed, .cancelRequested, .taskScheduled])
        },
        ConformanceCase("cancelling a timer takes back its buffered firing") { h in
            try await h.start()
            try await h.turn([.timer("t1", .seconds(5))])
            try await h.signal("go")
            let task = try await h.take()
            try await h.advance(by: .seconds(5))
            #expect(try await h.describe().bufferedEvents == 1)
            try await h.complete(task, [.cancelTimer("t1")])
            #expect(try await h.types() == .turned + [.timerStarted, .signaled] + .turn + [.timerCanceled])
            #expect(
                try await h.attributes(10)
                    == .timerCanceled(
                        .init(timerID: "t1", startedEventID: 5, workflowTaskCompletedEventID: 9)
                    )
            )
            #expect(try await h.poll() == nil)
        },
        ConformanceCase("a run may close when the only buffered event was the firing that it cancels") { h in
            try await h.start()
            try await h.turn([.timer("t1", .seconds(5))])
            try await h.signal("go")
            let task = try await h.take()
            try await h.advance(by: .seconds(5))
            try await h.complete(task, [.cancelTimer("t1"), .complete()])
            let types = try await h.types()
            #expect(types == .turned + [.timerStarted, .signaled] + .turn + [.timerCanceled, .completed])
        },
        ConformanceCase("cancelling one timer leaves the buffered firing of another") { h in
            try await h.start()
            try await h.turn([.timer("t1", .seconds(5)), .timer("t2", .seconds(5))])
            try await h.signal("go")
            let task = try await h.take()
            try await h.advance(by: .seconds(5))
            try await h.complete(task, [.cancelTimer("t1")])
            let tail = try await h.types().suffix(3)
            #expect(Array(tail) == [.timerCanceled, .timerFired, .taskScheduled])
        },
        ConformanceCase("asking for the cancellation of an activity whose closing is buffered is accepted") { h in
            try await h.start()
            try await h.turn([.activity()])
            let activity = try await h.takeActivity()
            try await h.signal("go")
            let task = try await h.take()
            try await h.complete(activity)
            try await h.complete(task, [.cancelActivity(5)])
            let tail = try await h.types().suffix(4)
            #expect(
                Array(tail) == [.activityCancelRequested, .activityStarted, .activityCompleted, .taskScheduled]
            )
        },
    ]
}
