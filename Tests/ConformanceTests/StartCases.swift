import Testing
import WorkflowAPI

enum StartCases {
    static let all: [ConformanceCase] = [
        ConformanceCase("a start writes the started event and schedules the first task") { h in
            let response = try await h.start {
                $0.input = [.text("10 crates")]
                $0.memo = ["note": .text("urgent")]
                $0.runTimeout = .seconds(3600)
            }
            #expect(response.started)
            let events = try await h.events()
            #expect(events.map(\.type) == .begun)
            #expect(events.map(\.time) == [h.now, h.now])
            #expect(
                events[0].attributes
                    == .workflowExecutionStarted(
                        .init(
                            workflowType: "Order",
                            taskQueue: .main,
                            input: [.text("10 crates")],
                            workflowRunTimeout: .seconds(3600),
                            workflowTaskTimeout: .seconds(10),
                            originalRunID: response.execution.runID,
                            firstRunID: response.execution.runID,
                            workflowID: .order,
                            identity: "client",
                            memo: ["note": .text("urgent")]
                        )
                    )
            )
            #expect(
                events[1].attributes
                    == .workflowTaskScheduled(.init(taskQueue: .main, startToCloseTimeout: .seconds(10)))
            )
        },
        ConformanceCase("the first task carries the whole history and an exact token") { h in
            let run = try await h.start().execution
            let task = try await h.take()
            #expect(task.execution == run)
            #expect(task.workflowType == "Order")
            #expect(try await h.events() == task.history)
            #expect(task.history.map(\.type) == .taken)
            #expect(task.startedEventID == 3 && task.previousStartedEventID == 0)
            #expect(task.attempt == 1 && !task.isPartial && !task.isQueryOnly)
            #expect(task.token.scheduledEventID == 2 && task.token.startedEventID == 3)
        },
        ConformanceCase("two runs have different run ids in the form of a UUIDv7") { h in
            let first = try await h.start("order-1").execution.runID.rawValue
            let second = try await h.start("order-2").execution.runID.rawValue
            #expect(first != second)
            for id in [first, second] {
                let parts = id.split(separator: "-")
                #expect(parts.map(\.count) == [8, 4, 4, 4, 12])
                #expect(parts[2].first == "7" && "89ab".contains(parts[3].first ?? "x"))
                #expect(id == id.lowercased())
            }
        },
        ConformanceCase("the execution timeout also limits the run") { h in
            try await h.start {
                $0.executionTimeout = .seconds(60)
                $0.runTimeout = .seconds(100)
            }
            let description = try await h.describe()
            #expect(description.executionTimeout == .seconds(60))
            #expect(description.runTimeout == .seconds(60))
        },
        ConformanceCase("a start without id, type, queue or request id is refused and leaves nothing") { h in
            await h.refused(.invalidArgument) { try await h.start("") }
            await h.refused(.invalidArgument) { try await h.start { $0.workflowType = "" } }
            await h.refused(.invalidArgument) { try await h.start { $0.taskQueue = "" } }
            await h.refused(.invalidArgument) { try await h.start { $0.requestID = "" } }
            let runs = try await h.list()
            #expect(runs.isEmpty)
        },
        ConformanceCase("ids may have a thousand bytes and no more") { h in
            let longest = WorkflowID(String(repeating: "x", count: 1000))
            let response = try await h.start(longest)
            #expect(response.started)
            await h.refused(.invalidArgument) { try await h.start(WorkflowID(longest.rawValue + "x")) }
            await h.refused(.invalidArgument) {
                try await h.start { $0.workflowType = String(repeating: "é", count: 501) }
            }
        },
        ConformanceCase("time limits of a start are checked") { h in
            await h.refused(.invalidArgument) { try await h.start { $0.taskTimeout = .zero } }
            await h.refused(.invalidArgument) { try await h.start { $0.taskTimeout = .seconds(121) } }
            await h.refused(.invalidArgument) { try await h.start { $0.runTimeout = .seconds(-1) } }
            await h.refused(.invalidArgument) { try await h.start { $0.executionTimeout = .seconds(-1) } }
            await h.refused(.invalidArgument) { try await h.start { $0.startDelay = .seconds(-1) } }
            let response = try await h.start { $0.taskTimeout = .seconds(120) }
            #expect(response.started)
        },
        ConformanceCase("an input over two mebibytes is refused") { h in
            let large = Payload(encoding: Payload.binaryEncoding, data: Array(repeating: 0, count: 2 * 1024 * 1024))
            await h.refused(.limitExceeded) { try await h.start { $0.input = [large] } }
            await h.refused(.limitExceeded) { try await h.start { $0.memo = ["note": .large] } }
            await h.refused(.limitExceeded) { try await h.start { $0.searchAttributes = ["note": .large] } }
            await h.refused(.limitExceeded) { try await h.start { $0.header = ["note": .large] } }
            await h.refused(.notFound) { _ = try await h.describe() }
        },
        ConformanceCase("a delayed start has no task until its time comes") { h in
            try await h.start { $0.startDelay = .seconds(30) }
            #expect(try await h.types() == [.started])
            #expect(try await h.poll() == nil)
            try await h.advance(by: .seconds(29))
            #expect(try await h.types() == [.started])
            try await h.advance(by: .seconds(1))
            #expect(try await h.types() == .begun)
            #expect(try await h.take().attempt == 1)
        },
        ConformanceCase("a signal ends the delay of a start") { h in
            try await h.start { $0.startDelay = .seconds(30) }
            try await h.signal("approve")
            #expect(try await h.types() == [.started, .signaled, .taskScheduled])
            try await h.turn()
            try await h.advance(by: .seconds(60))
            #expect(try await h.types() == [.started, .signaled] + .turn)
        },
        ConformanceCase("the run timeout counts from the end of the start delay") { h in
            try await h.start {
                $0.startDelay = .seconds(30)
                $0.runTimeout = .seconds(10)
            }
            try await h.advance(by: .seconds(39))
            #expect(try await h.describe().summary.status == .running)
            try await h.advance(by: .seconds(1))
            #expect(try await h.describe().summary.status == .timedOut)
        },
    ]
}
