import History
import Testing
import WorkflowAPI
import WorkflowTesting

enum RetentionCases {
    static let all: [ConformanceCase] = [
        ConformanceCase("a closed run is deleted once its retention has passed, and no trace of it is left") { h in
            try await h.store.setRetention(of: .default, to: .seconds(100))
            let gone = try await h.start { $0.requestID = "the-start" }.execution
            try await h.signal("one", requestID: "the-signal")
            try await h.turn([.activity()])
            try await h.complete(try await h.takeActivity())
            try await h.turn([.complete()])
            h.clock.advance(by: .seconds(99))
            #expect(try await h.store.deleteExpired(limit: 10) == 0)
            #expect(try await h.list().count == 1)
            h.clock.advance(by: .seconds(1))
            #expect(try await h.store.deleteExpired(limit: 10) == 1)
            #expect(try await h.store.deleteExpired(limit: 10) == 0)
            #expect(try await h.list().isEmpty)
            await h.refused(.notFound) { _ = try await h.describe() }
            await h.refused(.notFound) { _ = try await h.events(runID: gone.runID) }
            await h.refused(.notFound) { try await h.signal("two") }
            #expect(try await h.store.structuralProblems().isEmpty)
            // What was remembered of it is gone with it: the same request starts a run.
            #expect(try await h.start { $0.requestID = "the-start" }.execution.runID != gone.runID)
            #expect(try await h.types() == .begun)
            try await h.signal("one", requestID: "the-signal")
            #expect(try await h.types() == .begun + [.signaled])
        },
        ConformanceCase("open runs are never deleted, however old") { h in
            try await h.store.setRetention(of: .default, to: .seconds(1))
            try await h.start()
            try await h.turn([.timer("t", .seconds(1_000_000))])
            h.clock.advance(by: .seconds(900_000))
            #expect(try await h.store.deleteExpired(limit: 10) == 0)
            try await h.advance(by: .seconds(200_000))
            try await h.turn([.complete()])
            #expect(try await h.store.deleteExpired(limit: 10) == 0)
            h.clock.advance(by: .seconds(1))
            #expect(try await h.store.deleteExpired(limit: 10) == 1)
        },
        ConformanceCase("a namespace without a retention keeps everything, and each goes by its own") { h in
            try await h.service.createNamespace("short", retention: .seconds(10))
            try await h.service.createNamespace("long", retention: .seconds(1000))
            for namespace in [Namespace.default, "short", "long"] {
                try await h.start { $0.namespace = namespace }
                let task = try #require(try await h.poll(namespace: namespace))
                try await h.complete(task, [.complete()])
            }
            h.clock.advance(by: .seconds(500))
            #expect(try await h.store.deleteExpired(limit: 10) == 1)
            #expect(try await h.list { $0.namespace = "short" }.isEmpty)
            #expect(try await h.list { $0.namespace = "long" }.count == 1)
            h.clock.advance(by: .seconds(500))
            #expect(try await h.store.deleteExpired(limit: 10) == 1)
            h.clock.advance(by: .seconds(1_000_000))
            #expect(try await h.store.deleteExpired(limit: 10) == 0)
            #expect(try await h.list().count == 1)
        },
        ConformanceCase("the earliest closed are deleted first, no more at once than asked for") { h in
            try await h.store.setRetention(of: .default, to: .seconds(10))
            for index in 0..<5 {
                try await h.start(WorkflowID("order-\(index)"))
                try await h.turn([.complete()])
                h.clock.advance(by: .seconds(1))
            }
            h.clock.advance(by: .seconds(100))
            #expect(try await h.store.deleteExpired(limit: 2) == 2)
            #expect(try await h.list().map(\.execution.workflowID) == ["order-4", "order-3", "order-2"])
            #expect(try await h.store.deleteExpired(limit: 2) == 2)
            #expect(try await h.store.deleteExpired(limit: 2) == 1)
            #expect(try await h.list().isEmpty)
        },
        ConformanceCase("a workflow id leads to its newest run when older ones are deleted") { h in
            try await h.store.setRetention(of: .default, to: .seconds(100))
            try await h.start()
            try await h.turn([.complete()])
            h.clock.advance(by: .seconds(60))
            let second = try await h.start().execution
            try await h.turn([.complete()])
            h.clock.advance(by: .seconds(60))
            #expect(try await h.store.deleteExpired(limit: 10) == 1)
            #expect(try await h.describe().summary.execution == second)
            #expect(try await h.list().map(\.execution) == [second])
            let third = try await h.start().execution
            h.clock.advance(by: .seconds(1000))
            #expect(try await h.store.deleteExpired(limit: 10) == 1)
            #expect(try await h.list().map(\.execution) == [third])
            #expect(try await h.describe().summary.execution == third)
            #expect(try await h.store.structuralProblems().isEmpty)
        },
        ConformanceCase("a retention is changed and taken back") { h in
            try await h.start()
            try await h.turn([.complete()])
            h.clock.advance(by: .seconds(1000))
            #expect(try await h.store.deleteExpired(limit: 10) == 0)
            try await h.store.setRetention(of: .default, to: .seconds(5000))
            #expect(try await h.service.listNamespaces().first?.retention == .seconds(5000))
            #expect(try await h.store.deleteExpired(limit: 10) == 0)
            try await h.store.setRetention(of: .default, to: nil)
            #expect(try await h.service.listNamespaces().first?.retention == nil)
            await h.refused(.invalidArgument) { try await h.store.setRetention(of: .default, to: .zero) }
            await h.refused(.notFound) { try await h.store.setRetention(of: "nowhere", to: .seconds(1)) }
            try await h.store.setRetention(of: .default, to: .seconds(1000))
            #expect(try await h.store.deleteExpired(limit: 10) == 1)
        },
        ConformanceCase("several that delete at once delete each run once") { h in
            try await h.store.setRetention(of: .default, to: .seconds(10))
            for index in 0..<30 {
                try await h.start(WorkflowID("order-\(index)"))
                try await h.turn([.complete()])
            }
            try await h.start("open")
            h.clock.advance(by: .seconds(100))
            var deleted = 0
            // Who passes a run by because another has it may find nothing.
            for _ in 0..<30 where deleted < 30 {
                deleted += try await withThrowingTaskGroup(of: Int.self) { group in
                    for _ in 0..<4 { group.addTask { try await h.store.deleteExpired(limit: 5) } }
                    return try await group.reduce(0, +)
                }
            }
            #expect(deleted == 30)
            #expect(try await h.list().map(\.execution.workflowID) == ["open"])
            #expect(try await h.store.structuralProblems().isEmpty)
        },
    ]
}
