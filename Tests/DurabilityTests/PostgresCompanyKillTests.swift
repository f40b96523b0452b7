#if PostgreSQL
import Database
import Foundation
import History
import PostgresServer
import Testing
import WorkflowAPI

/// The company of ``KillTests`` on PostgreSQL, with three workers: they are killed, connections are cut, the server is
/// restarted as after a power cut, two of these at once.
@Suite(.enabled(if: PostgresServer.isAvailable, "\(PostgresServer.unavailable)"), .serialized)
struct PostgresCompanyKillTests {
    private static let orders = 24
    private static let invoices = 14
    private static let newcomers = 5
    private static let rounds = 8

    @Test(.timeLimit(.minutes(5)))
    func `the books of a company balance, whatever dies under its three workers`() async throws {
        let seed = ProcessInfo.processInfo.environment["SEED"].flatMap { UInt64($0) } ?? .random(in: 0 ... .max)
        print("PostgreSQL company: seed \(seed)")
        let server = try PostgresServer()
        let name = try server.makeDatabase(ownedBy: "engine")
        let company = try await KilledCompany(seed: seed, postgres: server.connectionString(name, as: "engine"))
        defer { company.remove() }
        try await company.startOrders(Self.orders)
        try await company.startInvoices(Self.invoices)
        try await company.startOnboardings(Self.newcomers)
        let troubles = try await company.work(on: server, through: Self.rounds)
        print("PostgreSQL company: \(troubles), \(company.acknowledged.count) signals acknowledged")
        try await company.expectEverythingFinished()
        try await company.expectBooksInOrder(scarce: false)
        try await company.expectPeopleInOrder()
        try await company.expectEverySignalOnce()
        try await company.expectHistoriesReplay()
        await company.engine.close()
        server.remove()
    }
}

extension KilledCompany {
    /// Two troubles at once in each round, while people decide and what was ordered is billed; then the workers finish the rest.
    fileprivate func work(on server: PostgresServer, through rounds: Int) async throws -> [String: Int] {
        var count = 0
        func start() throws -> WorkerProcess {
            count += 1
            return try WorkerProcess(store: store, log: "\(log)-\(count)")
        }
        var workers = try (0..<3).map { _ in try start() }
        var troubles: [String: Int] = [:]
        for pair in Trouble.pairs(for: rounds, using: &random) {
            troubles["\(pair.0) and \(pair.1)", default: 0] += 1
            let victims = Trouble.victims(using: &random)
            try Trouble.befall(pair, server) { workers[victims[$0]].killNow() }
            for victim in victims where !workers[victim].isRunning { workers[victim] = try start() }
            for _ in 0..<8 { try await insist { try await self.sayOne() } }
            try await insist { try await self.billOrders() }
            await withdrawOne()
        }
        let end = ContinuousClock.now + .seconds(180)
        var wereRestarted = 0
        repeat {
            // One that began while the server was away has ended, as it should: whoever keeps it running starts another.
            for index in workers.indices where !workers[index].isRunning {
                wereRestarted += 1
                #expect(!workers[index].said.contains("polls"), "a worker at work has ended: \(workers[index].said)")
                workers[index] = try start()
            }
            try await insist { try await self.billOrders() }
            while !undecided.isEmpty { try await insist { try await self.sayOne() } }
            try await Task.sleep(for: .milliseconds(100))
        } while try await insist({ try await self.running() }) > 0 && ContinuousClock.now < end
        for worker in workers { #expect(worker.stop() == 0) }
        print("PostgreSQL company: \(wereRestarted) workers had found no server at their start")
        return troubles
    }

    /// Repeats what the store was not there for.
    private func insist<R>(_ body: () async throws -> R) async throws -> R {
        let end = ContinuousClock.now + .seconds(60)
        while true {
            do {
                return try await body()
            } catch let error where ContinuousClock.now < end && Self.isPassing(error) {
                try await Task.sleep(for: .milliseconds(50))
            }
        }
    }

    private static func isPassing(_ error: any Error) -> Bool {
        switch error {
        case let error as WorkflowServiceError: [.unavailable, .outcomeUnknown].contains(error.code)
        case let error as DatabaseError: error.isWorthRetrying || error.code == .outcomeUnknown
        case is StoreError: true
        default: false
        }
    }
}
#endif
