import History
import Testing
import WorkflowAPI
import WorkflowTesting

/// Tasks that an operator retries now or closes by hand.
enum ResolveCases {
    static let all: [ConformanceCase] = [
        ConformanceCase("an activity that waits for its next attempt can be tried now") { h in
            try await h.start()
            try await h.turn([.activity(retry: RetryPolicy(initialInterval: .seconds(3600)))])
            try await h.fail(try await h.takeActivity())
            #expect(try await h.pollActivity() == nil)
            let released = try await h.retry()
            #expect(released.count == 1 && released.first?.contains("Charge") == true)
            let task = try await h.takeActivity()
            #expect(task.attempt == 2)
        },
        ConformanceCase("a workflow task that waits for its next attempt can be tried now") { h in
            try await h.start()
            try await h.fail(try await h.take())
            #expect(try await h.retry().count == 1)
            #expect(try await h.take().attempt == 2)
        },
        ConformanceCase("there is nothing to retry in a run that waits for nothing") { h in
            try await h.start()
            try await h.turn([.activity(), .timer()])
            #expect(try await h.retry().isEmpty)
            try await h.terminate()
            await h.refused(.workflowClosed) { _ = try await h.retry() }
        },
        ConformanceCase("a taken activity can be completed by hand and its worker is then late") { h in
            try await h.start()
            try await h.turn([.activity()])
            let task = try await h.takeActivity()
            try await h.resolve("1", as: .completed([.text("paid in cash")]))
            let types = try await h.types()
            #expect(types == .turned + [.activityScheduled, .activityStarted, .activityCompleted, .taskScheduled])
            #expect(
                try await h.attributes(7)
                    == .activityTaskCompleted(
                        .init(
                            result: [.text("paid in cash")],
                            scheduledEventID: 5,
                            startedEventID: 6,
                            identity: "operator"
                        )
                    )
            )
            await h.refused(.staleTask) { try await h.complete(task) }
        },
        ConformanceCase("an activity that nobody has can be failed by hand") { h in
            try await h.start()
            try await h.turn([.activity()])
            try await h.resolve("1", as: .failed(.application("written off")))
            guard case .activityTaskFailed(let failed) = try await h.attributes(7) else { throw UnexpectedEvent() }
            #expect(failed.failure.message == "written off" && failed.retryState == .nonRetryableFailure)
            #expect(try await h.pollActivity() == nil)
            #expect(try await h.types().last == .taskScheduled)
        },
        ConformanceCase("an activity that is closed by hand while a task is taken is buffered") { h in
            try await h.start()
            try await h.turn([.activity()])
            try await h.signal("go")
            let task = try await h.take()
            try await h.resolve("1", as: .completed([]))
            #expect(try await h.describe().bufferedEvents == 2)
            try await h.complete(task)
            let tail = try await h.types().suffix(4)
            #expect(Array(tail) == [.taskCompleted, .activityStarted, .activityCompleted, .taskScheduled])
        },
        ConformanceCase("closing by hand needs the id of a pending activity of an open run") { h in
            try await h.start()
            try await h.turn([.activity()])
            await h.refused(.invalidArgument) { try await h.resolve(nil, as: .completed([])) }
            await h.refused(.notFound) { try await h.resolve("9", as: .completed([])) }
            try await h.resolve("1", as: .completed([]))
            await h.refused(.notFound) { try await h.resolve("1", as: .completed([])) }
            try await h.terminate()
            await h.refused(.workflowClosed) { try await h.resolve("1", as: .completed([])) }
        },
    ]
}
