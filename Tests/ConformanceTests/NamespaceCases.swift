import History
import Testing
import WorkflowAPI
import WorkflowTesting

enum NamespaceCases {
    static let all: [ConformanceCase] = [
        ConformanceCase("every store has the namespace default") { h in
            let namespaces = try await h.service.listNamespaces()
            #expect(namespaces.map(\.namespace) == [.default])
        },
        ConformanceCase("a namespace is made once, with its retention") { h in
            h.clock.advance(by: .seconds(5))
            try await h.service.createNamespace("tenant-b", retention: .seconds(86_400))
            await h.refused(.alreadyStarted) {
                try await h.service.createNamespace("tenant-b", retention: nil)
            }
            let made = try await h.service.listNamespaces().first { $0.namespace == "tenant-b" }
            #expect(made?.retention == .seconds(86_400) && made?.createdTime == h.now)
        },
        ConformanceCase("a namespace needs a name that fits") { h in
            await h.refused(.invalidArgument) { try await h.service.createNamespace("", retention: nil) }
            let long = Namespace(String(repeating: "x", count: 1001))
            await h.refused(.invalidArgument) { try await h.service.createNamespace(long, retention: nil) }
        },
        ConformanceCase("a retention that keeps nothing is refused") { h in
            for retention in [Duration.zero, .seconds(-1)] {
                await h.refused(.invalidArgument) { try await h.service.createNamespace("b", retention: retention) }
            }
            let namespaces = try await h.service.listNamespaces()
            #expect(namespaces.map(\.namespace) == [.default])
        },
        ConformanceCase("names with control characters are refused without printing them") { h in
            try await h.start()
            for bad in ["a\nb", "a\u{1B}[2J", "a\u{0}", "a\u{85}", "a\u{2028}b", "\r", "\u{7F}"] {
                let refusals = [
                    await h.refused(.invalidArgument) {
                        try await h.service.createNamespace(Namespace(bad), retention: nil)
                    },
                    await h.refused(.invalidArgument) { try await h.start(WorkflowID(bad)) },
                    await h.refused(.invalidArgument) { try await h.start("x") { $0.requestID = bad } },
                    await h.refused(.invalidArgument) { try await h.start("x") { $0.taskQueue = TaskQueue(bad) } },
                    await h.refused(.invalidArgument) { try await h.start("x") { $0.workflowType = bad } },
                    await h.refused(.invalidArgument) { try await h.signal(bad) },
                    await h.refused(.invalidArgument) { try await h.signal("s", requestID: bad) },
                    await h.refused(.invalidArgument) { try await h.cancel(requestID: bad) },
                ]
                for refusal in refusals {
                    #expect(refusal?.message.contains("control character (U+") == true)
                    #expect(
                        refusal?.message.unicodeScalars.contains { $0.properties.generalCategory == .control } == false
                    )
                }
            }
            #expect(try await h.types() == .begun)
            #expect(try await h.list().count == 1)
            try await h.start("b\u{E9}n\u{B2} \u{1F44D}") { $0.taskQueue = "q\u{A0}q" }
        },
        ConformanceCase("nothing can be started or listed in a namespace that does not exist") { h in
            await h.refused(.notFound) { try await h.start { $0.namespace = "nowhere" } }
            await h.refused(.notFound) { _ = try await h.list { $0.namespace = "nowhere" } }
            await h.refused(.notFound) { _ = try await h.count { $0.namespace = "nowhere" } }
            let message = await h.refused(.notFound) { try await h.start { $0.namespace = "nowhere" } }?.message
            #expect(message?.contains("nowhere") == true)
        },
        ConformanceCase("runs and tasks of one namespace are invisible to another") { h in
            try await h.service.createNamespace("tenant-b", retention: nil)
            let there = try await h.start { $0.namespace = "tenant-b" }.execution
            #expect(try await h.list().isEmpty)
            #expect(try await h.poll() == nil)
            await h.refused(.notFound) { _ = try await h.describe() }
            await h.refused(.notFound) { try await h.signal("one", runID: there.runID) }
            let task = try await h.poll(namespace: "tenant-b")
            #expect(task?.execution == there && task?.namespace == "tenant-b")
        },
        ConformanceCase("a token of one namespace is no token in another") { h in
            try await h.service.createNamespace("tenant-b", retention: nil)
            try await h.start()
            var forged = try await h.take()
            forged.token.namespace = "tenant-b"
            await h.refused(.notFound) { [forged] in try await h.complete(forged) }
            #expect(try await h.types() == .taken)
        },
        ConformanceCase("registrations and backlogs belong to their namespace") { h in
            try await h.service.createNamespace("tenant-b", retention: nil)
            try await h.start()
            _ = try await h.register("worker-c")
            #expect(try await h.service.registrations(in: "tenant-b").isEmpty)
            let queue = try await h.service.describeTaskQueue(.main, in: "tenant-b")
            #expect(queue.workflowBacklog == 0 && queue.workflowPollers.isEmpty)
        },
    ]
}
