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
