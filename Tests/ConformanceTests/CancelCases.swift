import History
import Testing
import WorkflowAPI
import WorkflowTesting

/// Cancelling activities and runs.
enum CancelCases {
    static let all: [ConformanceCase] = [
        ConformanceCase("an activity that nobody has taken is cancelled at once and the run is told") { h in
            try await h.start()
            try await h.turn([.activity()])
            try await h.signal("go")
            try await h.turn([.cancelActivity(5), .marker("after")])
            let types = try await h.types()
            #expect(
                types == .turned + [.activityScheduled, .signaled] + .turn
                    + [.activityCancelRequested, .marker, .activityCanceled, .taskScheduled]
            )
            #expect(
                try await h.attributes(12)
                    == .activityTaskCanceled(
                        .init(latestCancelRequestedEventID: 10, scheduledEventID: 5, startedEventID: 0)
                    )
            )
            #expect(try await h.pollActivity() == nil)
            #expect(try await h.describe().pendingActivities.isEmpty)
        },
        ConformanceCase("an activity that waits for its next attempt is cancelled at once") { h in
            try await h.start()
            try await h.turn([.activity()])
            try await h.fail(try await h.takeActivity())
            try await h.signal("go")
            try await h.turn([.cancelActivity(5)])
            let tail = try await h.types().suffix(3)
            #expect(Array(tail) == [.activityCancelRequested, .activityCanceled, .taskScheduled])
            try await h.advance(by: .seconds(60))
            #expect(try await h.pollActivity() == nil)
        },
        ConformanceCase("a run may cancel a waiting activity and close in one turn") { h in
            try await h.start()
            try await h.turn([.activity()])
            try await h.signal("go")
            try await h.turn([.cancelActivity(5), .complete()])
            let tail = try await h.types().suffix(2)
            #expect(Array(tail) == [.activityCancelRequested, .completed])
        },
        ConformanceCase("an activity can be scheduled and cancelled in one turn") { h in
            try await h.start()
            try await h.turn([.activity(), .cancelActivity(5)])
            let types = try await h.types()
            #expect(
                types == .turned + [
                    .activityScheduled, .activityCancelRequested, .activityCanceled, .taskScheduled,
                ]
            )
        },
        ConformanceCase("a taken activity learns of its cancellation by heartbeat") { h in
            try await h.start()
            try await h.turn([.activity()])
            let task = try await h.takeActivity()
            let before = try await h.heartbeat(task)
            try await h.signal("go")
            try await h.turn([.cancelActivity(5)])
            let after = try await h.heartbeat(task)
            #expect(!before.cancelRequested && after.cancelRequested)
            #expect(try await h.describe().pendingActivities.first?.state == .cancelRequested)
            #expect(try await h.types().last == .activityCancelRequested)
            try await h.cancel(task, details: [.text("stopped at 3")])
            let tail = try await h.types().suffix(3)
            #expect(Array(tail) == [.activityStarted, .activityCanceled, .taskScheduled])
            #expect(
                try await h.attributes(12)
                    == .activityTaskCanceled(
                        .init(
                            details: [.text("stopped at 3")],
                            latestCancelRequestedEventID: 10,
                            scheduledEventID: 5,
                            startedEventID: 11,
                            identity: "worker-a"
                        )
                    )
            )
        },
        ConformanceCase("a worker may not cancel an activity that nobody asked to cancel") { h in
            try await h.start()
            try await h.turn([.activity()])
            let task = try await h.takeActivity()
            await h.refused(.invalidArgument) { try await h.cancel(task) }
            try await h.complete(task)
        },
        ConformanceCase("an activity that completes in spite of its cancellation is completed") { h in
            try await h.start()
            try await h.turn([.activity()])
            let task = try await h.takeActivity()
            try await h.signal("go")
            try await h.turn([.cancelActivity(5)])
            try await h.complete(task)
            let tail = try await h.types().suffix(3)
            #expect(Array(tail) == [.activityStarted, .activityCompleted, .taskScheduled])
        },
        ConformanceCase("an activity that fails after its cancellation was asked for is not retried") { h in
            try await h.start()
            try await h.turn([.activity()])
            let task = try await h.takeActivity()
            try await h.signal("go")
            try await h.turn([.cancelActivity(5)])
            try await h.fail(task)
            guard case .activityTaskFailed(let failed) = try await h.attributes(12) else { throw UnexpectedEvent() }
            #expect(failed.retryState == .cancelRequested)
        },
        ConformanceCase("an activity that times out after its cancellation was asked for is not retried") { h in
            try await h.start()
            try await h.turn([.activity()])
            _ = try await h.takeActivity()
            try await h.signal("go")
            try await h.turn([.cancelActivity(5)])
            try await h.advance(by: .seconds(10))
            let closing = try await h.timedOut(12)
            #expect(closing.retryState == .cancelRequested && closing.timeoutType == .startToClose)
        },
        ConformanceCase("a cancel request to a run is written once and gives it a turn") { h in
            try await h.start()
            try await h.turn()
            try await h.cancel(reason: "budget cut")
            try await h.cancel(reason: "again")
            #expect(try await h.types() == .turned + [.cancelRequested, .taskScheduled])
            #expect(
                try await h.attributes(5)
                    == .workflowExecutionCancelRequested(.init(cause: "budget cut", identity: "client"))
            )
            #expect(try await h.describe().cancelRequested)
            try await h.turn([.cancelled])
            #expect(try await h.describe().summary.status == .canceled)
        },
        ConformanceCase("a second cancel request while the first is buffered adds nothing") { h in
            try await h.start()
            let task = try await h.take()
            try await h.cancel()
            try await h.cancel()
            #expect(try await h.describe().bufferedEvents == 1)
            try await h.complete(task)
            #expect(try await h.types() == .turned + [.cancelRequested, .taskScheduled])
        },
        ConformanceCase("a run may ignore a cancel request and complete") { h in
            try await h.start()
            try await h.cancel()
            try await h.turn([.complete()])
            #expect(try await h.describe().summary.status == .completed)
        },
        ConformanceCase("a cancel request to a closed run or to nobody is refused") { h in
            try await h.start()
            try await h.terminate()
            await h.refused(.workflowClosed) { try await h.cancel() }
            await h.refused(.notFound) { try await h.cancel("order-2") }
        },
    ]
}
