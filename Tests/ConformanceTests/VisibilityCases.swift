import History
import Testing
import WorkflowAPI
import WorkflowTesting

/// Lists and counts.
enum VisibilityCases {
    static let all: [ConformanceCase] = [
        ConformanceCase("a list is ordered by start, newest first") { h in
            for id in ["b", "c", "a"] {
                try await h.start(WorkflowID(id))
                h.clock.advance(by: .seconds(1))
            }
            #expect(try await h.list().map(\.execution.workflowID) == ["a", "c", "b"])
        },
        ConformanceCase("runs that started at one moment are listed in the order in which they came") { h in
            for id in ["b", "c", "a"] { try await h.start(WorkflowID(id)) }
            #expect(try await h.list().map(\.execution.workflowID) == ["a", "c", "b"])
        },
        ConformanceCase("a list can be filtered by status") { h in
            try await h.startOneOfEach()
            let open = try await h.list { $0.statuses = [.running] }
            let ended = try await h.list { $0.statuses = [.failed, .terminated] }
            #expect(open.map(\.execution.workflowID) == ["running"])
            #expect(ended.map(\.execution.workflowID) == ["terminated", "failed"])
        },
        ConformanceCase("a list can be filtered by type and by id") { h in
            try await h.start("order-1")
            try await h.start("invoice-1") { $0.workflowType = "Invoice" }
            try await h.terminate("order-1")
            try await h.start("order-1")
            let invoices = try await h.list { $0.workflowType = "Invoice" }
            let orders = try await h.list { $0.workflowID = "order-1" }
            let both = try await h.list {
                $0.workflowID = "order-1"
                $0.workflowType = "Invoice"
            }
            #expect(invoices.map(\.execution.workflowID) == ["invoice-1"])
            #expect(orders.map(\.status) == [.running, .terminated])
            #expect(both.isEmpty)
        },
        ConformanceCase("pages follow each other without gap or repeat") { h in
            for number in 1...7 { try await h.start(WorkflowID("order-\(number)")) }
            var pages: [[String]] = []
            var after: Int64?
            while true {
                let page = try await h.list {
                    $0.limit = 3
                    $0.after = after
                }
                guard let last = page.last else { break }
                pages.append(page.map(\.execution.workflowID.rawValue))
                after = last.pageKey
            }
            let expected = [["order-7", "order-6", "order-5"], ["order-4", "order-3", "order-2"], ["order-1"]]
            #expect(pages == expected)
        },
        ConformanceCase("a page goes on at its place though runs start and close meanwhile") { h in
            for number in 1...4 { try await h.start(WorkflowID("order-\(number)")) }
            let first = try await h.list { $0.limit = 2 }
            try await h.start("order-5")
            try await h.terminate("order-1")
            let second = try await h.list {
                $0.limit = 2
                $0.after = first.last?.pageKey
            }
            #expect(second.map(\.execution.workflowID) == ["order-2", "order-1"])
            #expect(second.map(\.status) == [.running, .terminated])
        },
        ConformanceCase("pages of a filtered list hold matching runs only") { h in
            for number in 1...6 {
                try await h.start(WorkflowID("order-\(number)"))
                if number.isMultiple(of: 2) { try await h.terminate(WorkflowID("order-\(number)")) }
            }
            let first = try await h.list {
                $0.statuses = [.terminated]
                $0.limit = 2
            }
            let second = try await h.list {
                $0.statuses = [.terminated]
                $0.limit = 2
                $0.after = first.last?.pageKey
            }
            #expect(first.map(\.execution.workflowID) == ["order-6", "order-4"])
            #expect(second.map(\.execution.workflowID) == ["order-2"])
        },
        ConformanceCase("the limit of a list is one to a thousand") { h in
            try await h.start()
            await h.refused(.invalidArgument) { _ = try await h.list { $0.limit = 0 } }
            await h.refused(.invalidArgument) { _ = try await h.list { $0.limit = 1001 } }
            #expect(try await h.list { $0.limit = 1000 }.count == 1)
        },
        ConformanceCase("runs are counted by status, with the same filters as a list") { h in
            try await h.startOneOfEach()
            #expect(
                try await h.count() == [
                    .running: 1, .completed: 1, .failed: 1, .canceled: 1, .terminated: 1, .timedOut: 1,
                ]
            )
            #expect(try await h.count { $0.statuses = [.failed] } == [.failed: 1])
            #expect(try await h.count { $0.workflowType = "Invoice" } == [:])
        },
        ConformanceCase("a line of a list agrees with the description of its run") { h in
            try await h.start { $0.workflowType = "Invoice" }
            try await h.turn([.timer()])
            let line = try #require(try await h.list().first)
            #expect(try await h.describe().summary == line)
            #expect(line.workflowType == "Invoice" && line.taskQueue == .main && line.historyLength == 5)
            #expect(line.closeTime == nil)
        },
        ConformanceCase("the problems of one run do not show on another") { h in
            try await h.start("order-1")
            try await h.fail(try await h.take(), cause: .nonDeterministicError)
            try await h.start("order-2")
            let problems = try await h.list { $0.onlyProblems = true }
            #expect(problems.map(\.execution.workflowID) == ["order-1"])
            try await h.terminate("order-1")
            #expect(try await h.list { $0.onlyProblems = true }.isEmpty)
        },
    ]
}

extension ConformanceHarness {
    /// A run in each status that a run can have, named by it.
    fileprivate func startOneOfEach() async throws {
        try await start("completed")
        try await turn([.complete()])
        try await start("failed")
        try await turn([.fail("no")])
        try await start("canceled")
        try await cancel("canceled")
        try await turn([.cancelled])
        try await start("terminated")
        try await terminate("terminated")
        try await start("timedOut") { $0.runTimeout = .seconds(1) }
        try await advance(by: .seconds(1))
        try await start("running")
    }
}
