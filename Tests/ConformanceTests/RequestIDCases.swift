import History
import Testing
import WorkflowAPI

enum RequestIDCases {
    static let all: [ConformanceCase] = [
        ConformanceCase("a repeated start answers the same run and starts nothing") { h in
            let first = try await h.start { $0.requestID = "r" }
            let second = try await h.start { $0.requestID = "r" }
            #expect(first.started && !second.started)
            #expect(first.execution == second.execution)
            #expect(try await h.types() == .begun)
        },
        ConformanceCase("a repeated start answers its run even after that run closed") { h in
            let first = try await h.start { $0.requestID = "r" }
            try await h.turn([.complete()])
            let second = try await h.start { $0.requestID = "r" }
            #expect(second.execution == first.execution && !second.started)
            #expect(try await h.count() == [.completed: 1])
        },
        ConformanceCase("a repeated terminate-existing start terminates nothing more") { h in
            try await h.start()
            let first = try await h.start {
                $0.requestID = "r"
                $0.conflictPolicy = .terminateExisting
            }
            let second = try await h.start {
                $0.requestID = "r"
                $0.conflictPolicy = .terminateExisting
            }
            #expect(first.execution == second.execution && !second.started)
            #expect(try await h.count() == [.running: 1, .terminated: 1])
        },
        ConformanceCase("the request id of a start is free for another workflow id") { h in
            let first = try await h.start("order-1") { $0.requestID = "r" }
            let second = try await h.start("order-2") { $0.requestID = "r" }
            #expect(first.started && second.started)
        },
        ConformanceCase("a refused start does not use up its request id") { h in
            try await h.start()
            await h.refused(.alreadyStarted) { try await h.start { $0.requestID = "r" } }
            try await h.terminate()
            let response = try await h.start { $0.requestID = "r" }
            #expect(response.started)
        },
        ConformanceCase("a repeated signal is delivered once") { h in
            try await h.start()
            try await h.signal("approve", requestID: "s")
            try await h.signal("approve", requestID: "s")
            try await h.signal("approve", requestID: "s2")
            #expect(try await h.types() == .begun + [.signaled, .signaled])
        },
        ConformanceCase("a repeated signal is known while the first is still buffered") { h in
            try await h.start()
            let task = try await h.take()
            try await h.signal("approve", requestID: "s")
            try await h.signal("approve", requestID: "s")
            #expect(try await h.describe().bufferedEvents == 1)
            try await h.complete(task)
            #expect(try await h.types() == .turned + [.signaled, .taskScheduled])
        },
        ConformanceCase("a repeated signal to a run that closed since is not an error") { h in
            try await h.start()
            try await h.signal("approve", requestID: "s")
            try await h.terminate()
            try await h.signal("approve", requestID: "s")
            #expect(try await h.types() == .begun + [.signaled, .terminated])
        },
        ConformanceCase("what a run has used is free for the next run, and known for the first") { h in
            let first = try await h.start().execution.runID
            try await h.signal("approve", requestID: "s")
            try await h.cancel(requestID: "c")
            try await h.terminate()
            try await h.start()
            try await h.signal("approve", requestID: "s")
            try await h.cancel(requestID: "c")
            try await h.signal("approve", requestID: "s")
            #expect(try await h.types() == .begun + [.signaled, .cancelRequested])
            try await h.service.signalWorkflow(
                SignalWorkflowRequest(workflowID: .order, runID: first, signalName: "approve", requestID: "s")
            )
        },
        ConformanceCase("a repeated cancel request changes nothing") { h in
            try await h.start()
            try await h.cancel(requestID: "c")
            try await h.cancel(requestID: "c")
            #expect(try await h.types() == .begun + [.cancelRequested])
        },
        ConformanceCase("a start, a signal and a cancel request may share an id") { h in
            try await h.start { $0.requestID = "r" }
            try await h.signal("approve", requestID: "r")
            try await h.cancel(requestID: "r")
            #expect(try await h.types() == .begun + [.signaled, .cancelRequested])
        },
        ConformanceCase("a signal or a cancel request without a request id is refused") { h in
            try await h.start()
            await h.refused(.invalidArgument) { try await h.signal("approve", requestID: "") }
            await h.refused(.invalidArgument) { try await h.cancel(requestID: "") }
            #expect(try await h.types() == .begun)
        },
    ]
}
