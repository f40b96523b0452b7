import Foundation
import Testing
import WorkflowAPI
import WorkflowRuntime
import WorkflowTesting

@testable import ERPWorkflows

/// The company in simulations: its tables in a SQLite file of each schedule, and what must hold in them.
enum ERPSimulation {
    /// How many schedules each workflow goes through with each seed, so many that all together take about three minutes of
    /// one core in a debug build; ERP_SIMULATED_SCHEDULES sets another number.
    static let schedules = ProcessInfo.processInfo.environment["ERP_SIMULATED_SCHEDULES"].flatMap { Int($0) } ?? 250

    /// The seed that is always tried, and a fresh one, which the report prints.
    static let seeds: [UInt64] = [2026, .random(in: 0..<1_000_000_000)]

    /// Runs a scenario through the schedules of a seed, in companies that are loaded from these files.
    static func run(
        seed: UInt64,
        _ files: SeedFile...,
        scenario: @escaping @Sendable (Simulation) async throws -> Void
    ) async throws -> SimulationReport {
        let simulation = WorkflowSimulation(
            seed: seed,
            schedules: schedules,
            storage: .file { database in
                try await ERPPack.prepare(database.tables)
                for file in files { try await SeedLoader(database: database.tables).load(file, at: Books.time) }
            },
            startTime: Timestamp(nanoseconds: Int64(Books.time.timeIntervalSince1970) * 1_000_000_000)
        )
        return try await simulation.run(
            workflows: ERPPack.workflows,
            world: { simulation in
                guard let database = simulation.database else { throw BooksError(description: "there is no database") }
                return database
            },
            activities: { database in ERPPack.activities(database.tables) },
            scenario: { simulation, _ in try await scenario(simulation) },
            invariant: { _, database in try await check(database, rules) },
            atEnd: { simulation, database in try await checkEnd(simulation, database) }
        )
    }

    /// What must hold after every step: of each rule the words for its breach, and a number that is 0 while it holds.
    static let rules: [(breach: String, query: String)] = [
        ("the ledger does not balance", "SELECT coalesce(sum(debit) - sum(credit), 0) FROM erp_journal_line"),
        (
            "an entry does not balance",
            """
            SELECT count(*) FROM (SELECT 1 FROM erp_journal_line GROUP BY tenant, entry_id
            HAVING sum(debit) <> sum(credit)) wrong
            """
        ),
        ("a draft is left", "SELECT count(*) FROM erp_journal_draft"),
        ("a payable is wrong", "SELECT count(*) FROM erp_payment WHERE payable <> net + vat - withheld"),
        (
            "an invoice is paid twice",
            "SELECT count(*) - count(DISTINCT tenant || '/' || invoice_id) FROM erp_payment"
        ),
        (
            "approved invoices and payments differ",
            """
            SELECT count(*) FROM erp_invoice i LEFT JOIN erp_payment p USING (tenant, invoice_id, run_id)
            WHERE (i.state = 'approved') <> (p.invoice_id IS NOT NULL)
            """
        ),
        (
            "a payment has no certificate",
            "SELECT (SELECT count(*) FROM erp_payment) - (SELECT count(*) FROM erp_withholding_certificate)"
        ),
        (
            "a budget is overdrawn",
            """
            SELECT count(*) FROM erp_budget
            WHERE reserved < 0 OR committed < 0 OR spent < 0 OR reserved + committed + spent > allocated
            """
        ),
        (
            "what is spent is not what was paid",
            "SELECT (SELECT coalesce(sum(spent), 0) FROM erp_budget) - (SELECT coalesce(sum(net), 0) FROM erp_payment)"
        ),
        (
            "what is reserved does not follow",
            """
            SELECT (SELECT coalesce(sum(reserved), 0) FROM erp_budget)
            - (SELECT coalesce(sum(amount), 0) FROM erp_budget_reservation WHERE state = 'reserved')
            - (SELECT coalesce(sum(amount), 0) FROM erp_budget_charge WHERE state = 'reserved')
            """
        ),
        (
            "what is committed does not follow",
            """
            SELECT (SELECT coalesce(sum(committed), 0) FROM erp_budget)
            - (SELECT coalesce(sum(amount - consumed - freed), 0) FROM erp_budget_reservation
            WHERE state = 'committed')
            """
        ),
        (
            "an order stands without its budget",
            """
            SELECT count(*) FROM erp_purchase_order o LEFT JOIN erp_budget_reservation r USING (tenant, order_id, run_id)
            WHERE o.state = 'created' AND r.state IS NOT 'committed'
            """
        ),
    ]

    /// What must hold as well when all runs have ended: every document is in one final state.
    static let finalRules: [(breach: String, query: String)] =
        [
            ("budget is still reserved", "SELECT coalesce(sum(reserved), 0) FROM erp_budget"),
            ("an invoice is open", "SELECT count(*) FROM erp_invoice WHERE state = 'open'"),
            (
                "committed budget is of no order",
                """
                SELECT count(*) FROM erp_budget_reservation r LEFT JOIN erp_purchase_order o USING (tenant, order_id, run_id)
                WHERE r.state = 'committed' AND o.state IS NOT 'created'
                """
            ),
            ("a task is open", "SELECT count(*) FROM erp_task WHERE state = 'open'"),
            ("somebody is still being onboarded", "SELECT count(*) FROM erp_employee WHERE state = 'onboarding'"),
        ] + ["user_account", "mailbox", "badge", "mentorship"].map { kept("erp_\($0)", "active") } + [
            kept("erp_workstation_assignment", "assigned"), kept("erp_orientation", "booked"),
            kept("erp_benefit_enrolment", "enrolled"),
        ]

    /// Who was withdrawn has nothing of the company any more.
    private static func kept(_ table: String, _ state: String) -> (breach: String, query: String) {
        (
            "who was withdrawn still has a row in \(table)",
            """
            SELECT count(*) FROM \(table) t JOIN erp_employee e USING (tenant, employee_id, run_id)
            WHERE t.state = '\(state)' AND e.state = 'withdrawn'
            """
        )
    }

    /// Throws when a rule is broken.
    static func check(_ database: SimulationDatabase, _ rules: [(breach: String, query: String)]) async throws {
        let all = rules.enumerated().map { "SELECT \($0.offset) WHERE (\($0.element.query)) <> 0" }
        let question = all.joined(separator: " UNION ALL ")
        let broken = try await database.look { transaction in
            try transaction.query(question).map { Int($0.integer(0)) }
        }
        guard broken.isEmpty else {
            throw BooksError(description: broken.map { rules[$0].breach }.joined(separator: "; "))
        }
    }

    /// Throws when a rule for the end is broken, a run is open, or the trail of the auditors is no chain.
    static func checkEnd(_ simulation: Simulation, _ database: SimulationDatabase) async throws {
        try await check(database, rules + finalRules)
        let open = try await simulation.client.service.countWorkflows(ListWorkflowsRequest(namespace: .default))
        guard open[.running, default: 0] == 0 else { throw BooksError(description: "a run is open") }
        let problems = try await SQLAuditService(database: database.tables).verify("default")
        guard problems.isEmpty else { throw BooksError(description: "the audit trail is broken: \(problems)") }
    }

    /// Half of the schedules look for places to die at; how many they reach depends on how many they are.
    static func checkCoverage(_ report: SimulationReport) {
        let (reached, seen) = (report.crashPointsReached.count, report.crashPointsSeen.count)
        #expect(reached >= min(seen / 2, schedules / 5), "\(reached) of \(seen) with seed \(report.seed)")
    }

    /// A message to a run that may be closed.
    static func ignoringTheEnd(_ body: () async throws -> Void) async throws {
        do {
            try await body()
        } catch let error as WorkflowServiceError where error.code == .workflowClosed {}
    }
}
