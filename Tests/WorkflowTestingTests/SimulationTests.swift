import Testing
import WorkflowAPI
import WorkflowRuntime
import WorkflowTesting

@Suite struct SimulationTests {
    private static func transfers(_ simulation: WorkflowSimulation, idempotent: Bool = true) async throws
        -> SimulationReport
    {
        try await simulation.run(
            workflows: [WorkflowRegistration(Transfer.self)],
            world: { _ in Bank(isIdempotent: idempotent) },
            activities: { [$0] },
            scenario: { simulation, _ in
                let order = TransferOrder(id: "1", amount: 30, waitsForRelease: simulation.random(in: 0...1) == 0)
                let handle = try await simulation.start(Transfer.self, id: "t", input: order)
                if order.waitsForRelease { try await handle.signal(\.release) }
                #expect(try await simulation.result(of: handle) == 30)
            },
            invariant: { _, bank in try bank.check(ordered: 30) },
            atEnd: { simulation, bank in
                guard bank.balances == (70, 30) else { throw Wrong(description: "it ended with \(bank.balances)") }
                guard try await simulation.status(of: "t") == .completed else { throw Wrong(description: "not closed") }
            }
        )
    }

    private static func localTransfers(_ simulation: WorkflowSimulation, idempotent: Bool = true) async throws
        -> SimulationReport
    {
        try await simulation.run(
            workflows: [WorkflowRegistration(LocalTransfer.self)],
            world: { _ in Bank(isIdempotent: idempotent) },
            activities: { [$0] },
            scenario: { simulation, _ in
                let order = TransferOrder(id: "1", amount: 30, waitsForRelease: simulation.random(in: 0...1) == 0)
                let handle = try await simulation.start(LocalTransfer.self, id: "t", input: order)
                if order.waitsForRelease { try await handle.signal(\.release) }
                #expect(try await simulation.result(of: handle) == 30)
            },
            invariant: { _, bank in try bank.check(ordered: 30) },
            atEnd: { _, bank in
                guard bank.balances == (70, 30) else { throw Wrong(description: "it ended with \(bank.balances)") }
            }
        )
    }

    private static func failure(_ body: () async throws -> Void) async throws -> SimulationFailure {
        do {
            try await body()
        } catch let failure as SimulationFailure {
            return failure
        }
        throw Wrong(description: "nothing was found")
    }

    @Test(arguments: [7, UInt64.random(in: 0..<1_000_000)])
    func `a correct workflow survives whatever happens, and nearly every place to die at is reached`(
        seed: UInt64
    ) async throws {
        let report = try await Self.transfers(WorkflowSimulation(seed: seed, schedules: 400))
        print(report)
        #expect(report.schedules == 400)
        #expect(report.transitions > 4000)
        #expect(Set(report.faults.keys) == Set(SimulatedFault.Kind.allCases), "seed \(seed)")
        #expect(report.crashPointsReached.isSubset(of: report.crashPointsSeen))
        #expect(Double(report.crashPointsReached.count) > 0.8 * Double(report.crashPointsSeen.count), "seed \(seed)")
    }

    @Test(arguments: [7, UInt64.random(in: 0..<1_000_000)])
    func `local activities come to the same, whatever happens`(seed: UInt64) async throws {
        let report = try await Self.localTransfers(WorkflowSimulation(seed: seed, schedules: 300))
        print(report)
        #expect(report.schedules == 300)
        #expect(report.transitions > 1000, "seed \(seed)")
    }

    @Test func `money moved twice by a local activity that a crash repeats is found`() async throws {
        let failure = try await Self.failure {
            _ = try await Self.localTransfers(WorkflowSimulation(seed: 1, schedules: 300), idempotent: false)
        }
        print(failure)
        #expect(failure.problem.kind == .invariant)
        #expect(failure.faults.count == 1)
    }

    @Test func `money moved twice by a repeated attempt is found, and one fault is enough to show it`() async throws {
        let failure = try await Self.failure {
            _ = try await Self.transfers(WorkflowSimulation(seed: 1, schedules: 300), idempotent: false)
        }
        print(failure)
        #expect(failure.problem.kind == .invariant)
        #expect(failure.faults.count == 1)
        #expect(failure.strikes.count == 1)
        #expect(failure.description.contains("seed 1, schedule \(failure.schedule); 1 of "))
        #expect(failure.story.contains { $0.contains("FAULT") })
        // The seed, the schedule and the list say all.
        let again = try await Self.failure {
            let simulation = WorkflowSimulation(seed: 1).repeating(failure.schedule, faults: failure.faults)
            _ = try await Self.transfers(simulation, idempotent: false)
        }
        #expect(again.problem == failure.problem)
        #expect(again.story == failure.story)
        #expect(again.faults == failure.faults)
    }

    @Test func `a signal that is lost is found, and one hesitation is enough to show it`() async throws {
        let failure = try await Self.failure {
            try await WorkflowSimulation(seed: 3, schedules: 300).run(
                workflows: [WorkflowRegistration(DeafTransfer.self)],
                world: { _ in Bank() },
                activities: { [$0] },
                scenario: { simulation, _ in
                    let input = TransferOrder(id: "1", amount: 30)
                    let handle = try await simulation.start(DeafTransfer.self, id: "t", input: input)
                    // By now the money has been taken, unless something went wrong.
                    try await simulation.steps(3)
                    try await handle.signal(\.release)
                    try await simulation.result(of: handle)
                }
            )
        }
        print(failure)
        #expect(failure.problem.kind == .stuck)
        #expect(failure.problem.message == "workflow 't' waits for something that will not come")
        #expect(failure.faults.count == 1)
    }

    @Test func `the same seed gives the same schedules, another seed others`() async throws {
        func report(_ seed: UInt64) async throws -> SimulationReport {
            try await Self.transfers(WorkflowSimulation(seed: seed, schedules: 40))
        }
        let (first, second, other) = (try await report(5), try await report(5), try await report(6))
        #expect(first.steps == second.steps)
        #expect(first.transitions == second.transitions)
        #expect(first.faults == second.faults)
        #expect(first.crashPointsReached == second.crashPointsReached)
        #expect(first.steps != other.steps || first.faults != other.faults)
    }

    @Test func `what a scenario swallows is found all the same`() async throws {
        let failure = try await Self.failure {
            try await WorkflowSimulation(seed: 1, schedules: 1).run(
                workflows: [WorkflowRegistration(Transfer.self)],
                world: { _ in Bank() },
                activities: { [$0] },
                scenario: { simulation, _ in
                    let input = TransferOrder(id: "1", amount: 30, waitsForRelease: true)
                    _ = try? await simulation.run(Transfer.self, id: "t", input: input)
                }
            )
        }
        #expect(failure.problem.kind == .stuck)
        #expect(failure.faults.isEmpty)
        #expect(failure.description.contains("nothing has to go wrong for it"))
    }

    @Test func `steps that write in the store's transactions are done exactly once on a file`() async throws {
        let report = try await WorkflowSimulation(seed: 11, schedules: 60, storage: Ledger.storage).run(
            workflows: [WorkflowRegistration(Transfer.self)],
            world: { simulation in try #require(simulation.database) },
            activities: { _ in [Ledger()] },
            scenario: { simulation, _ in
                try await simulation.run(Transfer.self, id: "t", input: TransferOrder(id: "1", amount: 30))
            },
            invariant: { _, database in
                let sums = try await Ledger.sums(database)
                guard sums.entries <= 2, sums.total == 0 || sums.entries == 1 else {
                    throw Wrong(description: "\(sums)")
                }
            },
            atEnd: { _, database in
                let sums = try await Ledger.sums(database)
                guard sums == (2, 0) else { throw Wrong(description: "\(sums)") }
            }
        )
        print(report)
        #expect(
            report.crashPointsReached.contains("answer for activity withdraw, after the store's update with a step")
        )
    }
}

/// The transfer as entries in a table, without any care for being run twice.
struct Ledger: ActivityContainer {
    static let storage = SimulationStorage.file { database in
        try await database.prepareTables(
            named: "ledger",
            steps: ["CREATE TABLE ledger_entry (id INTEGER PRIMARY KEY, amount INTEGER NOT NULL) STRICT"]
        )
    }

    var activities: [ActivityRegistration] {
        [
            ActivityRegistration(Bank.withdraw) { (order, transaction) in
                _ = try transaction.execute(
                    "INSERT INTO ledger_entry (amount) VALUES (?)",
                    [.integer(-Int64(order.amount))]
                )
                return order.amount
            },
            ActivityRegistration(Bank.deposit) { (order, transaction) in
                _ = try transaction.execute(
                    "INSERT INTO ledger_entry (amount) VALUES (?)",
                    [.integer(Int64(order.amount))]
                )
                return order.amount
            },
        ]
    }

    static func sums(_ database: SimulationDatabase) async throws -> (entries: Int64, total: Int64) {
        try await database.look { transaction in
            let row = try transaction.query("SELECT count(*), coalesce(sum(amount), 0) FROM ledger_entry", []).first
            return (row?.integer(0) ?? -1, row?.integer(1) ?? -1)
        }
    }
}
