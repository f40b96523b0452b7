#if PostgreSQL
import Database
import History
import PostgresServer
import TestDatabases
import Testing
import WorkflowAPI
import WorkflowTesting

/// What several engines see to on one database at the same moment happens once.
@Suite(.enabled(if: PostgresServer.isAvailable, Comment(rawValue: PostgresServer.unavailable)))
struct PostgresTwoEnginesTests {
    private static let runs = 40

    private func withTwo(
        _ body: (ConformanceHarness, [any HistoryStore], ManualEngineClock) async throws -> Void
    ) async throws {
        let server = try PostgresServer.shared
        let name = try await PostgresStores.borrow(server)
        let clock = ManualEngineClock()
        let first = try await PostgresStores.open(server, name, clock: clock)
        let second = try await PostgresStores.open(server, name, clock: clock)
        let harness = ConformanceHarness(over: first, clock: clock)
        try await body(harness, [first, second], clock)
        await second.close()
        await harness.close()
        PostgresStores.giveBack(server, name)
    }

    /// All do it, again and again, until so much is done; how much each has done.
    private func together(
        _ stores: [any HistoryStore],
        until total: Int,
        _ work: @escaping @Sendable (any HistoryStore) async throws -> Int
    ) async throws -> [Int] {
        var done = stores.map { _ in 0 }
        // What one has locked the other passes by, so that "nothing" is no end before everything was counted.
        while done.reduce(0, +) < total {
            let round = try await withThrowingTaskGroup(of: (Int, Int).self) { group in
                for (index, store) in stores.enumerated() { group.addTask { (index, try await work(store)) } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            for (index, count) in round { done[index] += count }
            try Task.checkCancellation()
        }
        return done
    }

    @Test(.timeLimit(.minutes(5))) func `a timer fires once, whichever engine fires it`() async throws {
        try await withTwo { h, stores, clock in
            let ids = (0..<Self.runs).map { WorkflowID("order-\($0)") }
            for id in ids {
                try await h.start(id)
                try await h.turn([.timer("t", .seconds(60)), .timer("u", .seconds(60))])
            }
            clock.advance(by: .seconds(60))
            // Of each pair that is due one transition sees to both.
            var rounds = 0
            while try await stores[0].runDue(limit: 1).next.map({ $0 <= clock.now() }) ?? false, rounds < 1_000 {
                rounds += 1
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for store in stores { group.addTask { _ = try await store.runDue(limit: 7) } }
                    try await group.waitForAll()
                }
            }
            for id in ids {
                let fired = try await h.events(id).filter { $0.type == .timerFired }
                #expect(fired.count == 2, "\(id)")
            }
            #expect(try await h.store.structuralProblems().isEmpty)
        }
    }

    @Test(.timeLimit(.minutes(5))) func `a closed run is deleted once, whichever engine deletes it`() async throws {
        try await withTwo { h, stores, clock in
            try await h.store.setRetention(of: .default, to: .seconds(10))
            for number in 0..<Self.runs {
                try await h.start(WorkflowID("order-\(number)"))
                try await h.turn([.complete()])
            }
            try await h.start("open")
            clock.advance(by: .seconds(11))
            let done = try await together(stores, until: Self.runs) { try await $0.deleteExpired(limit: 3) }
            #expect(done.reduce(0, +) == Self.runs, "\(done)")
            for store in stores { #expect(try await store.deleteExpired(limit: 3) == 0) }
            #expect(try await h.list().map(\.execution.workflowID) == ["open"])
            #expect(try await h.store.structuralProblems().isEmpty)
        }
    }
}
#endif
