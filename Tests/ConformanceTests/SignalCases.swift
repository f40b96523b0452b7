import History
import Testing
import WorkflowAPI

enum SignalCases {
    static let all: [ConformanceCase] = [
        ConformanceCase("a signal is written with all that was sent") { h in
            try await h.start()
            try await h.service.signalWorkflow(
                SignalWorkflowRequest(
                    workflowID: .order,
                    signalName: "approve",
                    input: [.text("by Rahim")],
                    identity: "manager",
                    requestID: "s",
                    header: ["trace": .text("1")]
                )
            )
            #expect(
                try await h.attributes(3)
                    == .workflowExecutionSignaled(
                        .init(
                            signalName: "approve",
                            input: [.text("by Rahim")],
                            identity: "manager",
                            header: ["trace": .text("1")],
                            requestID: "s"
                        )
                    )
            )
        },
        ConformanceCase("a signal to a waiting run schedules a task after itself") { h in
            try await h.start()
            try await h.turn([.timer()])
            try await h.signal("approve")
            #expect(try await h.types() == .turned + [.timerStarted, .signaled, .taskScheduled])
        },
        ConformanceCase("several signals share one task") { h in
            try await h.start()
            try await h.turn()
            for name in ["one", "two", "three"] { try await h.signal(name) }
            #expect(try await h.types() == .turned + [.signaled, .taskScheduled, .signaled, .signaled])
            let task = try await h.take()
            #expect(task.history.map(\.type).filter { $0 == .signaled }.count == 3)
        },
        ConformanceCase("a signal while a task is taken gets its id after the completion") { h in
            try await h.start()
            let task = try await h.take()
            try await h.signal("approve")
            #expect(try await h.types() == .taken)
            #expect(try await h.describe().bufferedEvents == 1)
            try await h.complete(task, [.timer()])
            #expect(try await h.types() == .turned + [.timerStarted, .signaled, .taskScheduled])
            #expect(try await h.describe().bufferedEvents == 0)
        },
        ConformanceCase("buffered signals keep their order of arrival") { h in
            try await h.start()
            let task = try await h.take()
            for name in ["one", "two", "three"] { try await h.signal(name) }
            try await h.complete(task)
            let names = try await h.events().compactMap { event -> String? in
                if case .workflowExecutionSignaled(let signal) = event.attributes { signal.signalName } else { nil }
            }
            #expect(names == ["one", "two", "three"])
        },
        ConformanceCase("a signal to a closed run is refused with its status") { h in
            let run = try await h.start().execution
            try await h.turn([.complete()])
            let error = await h.refused(.workflowClosed) { try await h.signal("approve") }
            #expect(error?.execution == run)
            #expect(error?.message.contains("completed") == true)
            #expect(try await h.types() == .turned + [.completed])
        },
        ConformanceCase("a signal to nobody is refused") { h in
            try await h.start()
            await h.refused(.notFound) { try await h.signal("approve", "order-2") }
            await h.refused(.notFound) { try await h.signal("approve", runID: "no-such-run") }
            #expect(try await h.types() == .begun)
        },
        ConformanceCase("a signal without a run id goes to the current run") { h in
            let first = try await h.start().execution.runID
            try await h.terminate()
            try await h.start()
            try await h.signal("approve")
            #expect(try await h.types() == .begun + [.signaled])
            #expect(try await h.types(runID: first) == .begun + [.terminated])
            await h.refused(.workflowClosed) { try await h.signal("approve", runID: first) }
        },
        ConformanceCase("a signal without a name or with too much in it is refused") { h in
            try await h.start()
            let large = Payload(encoding: Payload.binaryEncoding, data: Array(repeating: 0, count: 2 * 1024 * 1024))
            await h.refused(.invalidArgument) { try await h.signal("") }
            await h.refused(.invalidArgument) { try await h.signal(String(repeating: "x", count: 1001)) }
            await h.refused(.limitExceeded) { try await h.signal("approve", input: [large]) }
            #expect(try await h.types() == .begun)
        },
        ConformanceCase("a skipped signal leaves a marker that describe counts") { h in
            try await h.start()
            try await h.signal("aprove")
            try await h.turn([.marker("swift-workflow-skipped-signal"), .marker("else")])
            #expect(try await h.describe().skippedSignals == 1)
            #expect(try await h.types() == .begun + [.signaled, .taskStarted, .taskCompleted, .marker, .marker])
        },
    ]
}
