import History
import Testing
import WorkflowAPI

enum IDPolicyCases {
    static let all: [ConformanceCase] = [
        ConformanceCase("a second start of an open id is refused and names the open run") { h in
            let open = try await h.start().execution
            let error = await h.refused(.alreadyStarted) { try await h.start() }
            #expect(error?.execution == open)
            #expect(try await h.list().map(\.execution) == [open])
        },
        ConformanceCase("use-existing answers the open run and writes nothing") { h in
            let open = try await h.start().execution
            let response = try await h.start { $0.conflictPolicy = .useExisting }
            #expect(response.execution == open && !response.started)
            #expect(try await h.types() == .begun)
        },
        ConformanceCase("use-existing starts a run when none is open") { h in
            try await h.start()
            try await h.turn([.complete()])
            let response = try await h.start { $0.conflictPolicy = .useExisting }
            #expect(response.started)
            #expect(try await h.types(runID: response.execution.runID) == .begun)
        },
        ConformanceCase("terminate-existing closes the open run and starts another") { h in
            let old = try await h.start().execution
            let new = try await h.start { $0.conflictPolicy = .terminateExisting }
            #expect(new.started && new.execution.runID != old.runID)
            #expect(try await h.types(runID: old.runID) == .begun + [.terminated])
            #expect(try await h.types() == .begun)
            #expect(try await h.describe().summary.execution == new.execution)
            #expect(try await h.count() == [.terminated: 1, .running: 1])
        },
        ConformanceCase("terminate-existing that cannot start the new run leaves the old one open") { h in
            let old = try await h.start().execution
            await h.refused(.invalidArgument) {
                try await h.start {
                    $0.conflictPolicy = .terminateExisting
                    $0.workflowType = ""
                }
            }
            let description = try await h.describe()
            #expect(description.summary.execution == old && description.summary.status == .running)
            #expect(try await h.types() == .begun)
        },
        ConformanceCase("terminate-existing keeps a signal that was buffered in the old run") { h in
            let old = try await h.start().execution
            _ = try await h.take()
            try await h.signal("approve")
            try await h.start { $0.conflictPolicy = .terminateExisting }
            #expect(try await h.types(runID: old.runID) == .taken + [.taskFailed, .signaled, .terminated])
        },
        ConformanceCase("allow-duplicate starts after any closing") { h in
            try await h.start()
            try await h.turn([.complete()])
            let response = try await h.start { $0.reusePolicy = .allowDuplicate }
            #expect(response.started)
            let runs = try await h.list().map(\.status)
            #expect(runs == [.running, .completed])
        },
        ConformanceCase("allow-duplicate-failed-only refuses after completion") { h in
            let first = try await h.start().execution
            try await h.turn([.complete()])
            let error = await h.refused(.alreadyStarted) {
                try await h.start { $0.reusePolicy = .allowDuplicateFailedOnly }
            }
            #expect(error?.execution == first)
        },
        ConformanceCase("allow-duplicate-failed-only starts after every other closing") { h in
            func again() async throws -> Bool {
                let response = try await h.start {
                    $0.reusePolicy = .allowDuplicateFailedOnly
                    $0.runTimeout = .seconds(60)
                }
                return response.started
            }
            let first = try await again()
            try await h.turn([.fail("no")])
            let afterFailure = try await again()
            try await h.cancel()
            try await h.turn([.cancelled])
            let afterCancellation = try await again()
            try await h.terminate()
            let afterTermination = try await again()
            try await h.advance(by: .seconds(60))
            let afterTimeout = try await again()
            #expect([first, afterFailure, afterCancellation, afterTermination, afterTimeout].allSatisfy { $0 })
            let statuses = try await h.list().map(\.status)
            #expect(statuses == [.running, .timedOut, .terminated, .canceled, .failed])
        },
        ConformanceCase("reject-duplicate refuses after any closing") { h in
            try await h.start()
            try await h.terminate()
            await h.refused(.alreadyStarted) { try await h.start { $0.reusePolicy = .rejectDuplicate } }
            let response = try await h.start("order-2") { $0.reusePolicy = .rejectDuplicate }
            #expect(response.started)
        },
        ConformanceCase("an id is free again in another namespace") { h in
            try await h.service.createNamespace("tenant-b", retention: nil)
            let here = try await h.start()
            let there = try await h.start { $0.namespace = "tenant-b" }
            #expect(here.started && there.started && here.execution.runID != there.execution.runID)
        },
    ]
}
