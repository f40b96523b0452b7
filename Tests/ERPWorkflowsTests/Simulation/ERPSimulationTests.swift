import Foundation
import Testing
import WorkflowAPI
import WorkflowRuntime
import WorkflowTesting

@testable import ERPWorkflows

/// The three workflows while processes die, answers come late or twice, steps fail and the clock leaps.
@Suite struct ERPSimulationTests {
    private static let people = ["jamal", "karim", "nasrin", "farida", "tariq", "rahim", "salma"]

    @Test(arguments: ERPSimulation.seeds)
    func `two orders for one budget: it is never spent twice, and each order ends in one state`(
        seed: UInt64
    ) async throws {
        let report = try await ERPSimulation.run(seed: seed, Self.tight(180_000)) { simulation in
            try await Self.carryOrders(simulation)
        }
        print("purchase orders:", report)
        #expect(report.schedules == ERPSimulation.schedules)
        ERPSimulation.checkCoverage(report)
    }

    private static func carryOrders(_ simulation: Simulation) async throws {
        var handles: [WorkflowHandle<PurchaseOrderApproval>] = []
        for index in 1...2 {
            let taka: Int32 = simulation.choose([20_000, 60_000, 120_000]) ?? 0
            let input = PurchaseOrderInput(
                id: "PO-\(index)",
                vendorId: "V-1",
                items: [PurchaseOrderItem(productId: "CEM", quantity: Quantity(1), unitPrice: Money(taka: taka))],
                requestedBy: "rahim",
                department: "operations"
            )
            handles.append(
                try await simulation.start(PurchaseOrderApproval.self, id: WorkflowID(input.id), input: input)
            )
        }
        for _ in 0..<simulation.random(in: 0...5) {
            try await simulation.steps(simulation.random(in: 0...25))
            guard let handle = simulation.choose(handles), let person = simulation.choose(people) else { return }
            try await decide(simulation, handle, person)
        }
        for handle in handles {
            try await ERPSimulation.ignoringTheEnd {
                try await handle.signal(\.provideInfo, InfoAnswerSignal(answer: "!"))
            }
            try await simulation.finish(handle)
        }
    }

    private static func decide(
        _ simulation: Simulation,
        _ handle: WorkflowHandle<PurchaseOrderApproval>,
        _ person: String
    ) async throws {
        try await ERPSimulation.ignoringTheEnd {
            switch simulation.random(in: 0...9) {
            case 0: try await handle.signal(\.reject, RejectionSignal(approver: person, reason: "no"))
            case 1: try await handle.cancel(reason: "not needed")
            case 2: try await handle.signal(\.requestInfo, InfoRequestSignal(requestedBy: person, question: "?"))
            default: try await handle.signal(\.approve, ApprovalSignal(approver: person))
            }
        }
    }

    @Test(arguments: ERPSimulation.seeds)
    func `two invoices, one of an order: paid at most once each, and the ledger balances`(seed: UInt64) async throws {
        let report = try await ERPSimulation.run(seed: seed, Self.tight(400_000)) { simulation in
            try await Self.carryInvoices(simulation)
        }
        print("invoices:", report)
        #expect(report.schedules == ERPSimulation.schedules)
        ERPSimulation.checkCoverage(report)
    }

    private static func carryInvoices(_ simulation: Simulation) async throws {
        var handles: [WorkflowHandle<InvoiceApproval>] = []
        for index in 1...2 {
            let taka: Int32 = simulation.choose([30_000, 90_000, 300_000]) ?? 0
            // Two invoices with one number are one invoice sent twice.
            let number = simulation.random(in: 0...3) == 0 ? "N" : "N-\(index)"
            let input = try Books.invoice("I\(index)", number: number, net: Money(taka: taka))
            handles.append(
                try await simulation.start(InvoiceApproval.self, id: WorkflowID(input.invoiceId), input: input)
            )
        }
        // Mostly the right people in the right order, so that something is paid.
        var approvers = ["jamal", "karim", "jamal", "karim"]
        for _ in 0..<simulation.random(in: 0...6) {
            try await simulation.steps(simulation.random(in: 0...25))
            guard let handle = simulation.choose(handles), let anybody = simulation.choose(people) else { return }
            let person = approvers.isEmpty || simulation.random(in: 0...3) == 0 ? anybody : approvers.removeFirst()
            try await ERPSimulation.ignoringTheEnd {
                switch simulation.random(in: 0...11) {
                case 0: try await handle.signal(\.reject, RejectionSignal(approver: person, reason: "no"))
                case 1: try await handle.cancel(reason: "not ours")
                case 2: try await handle.signal(\.requestInfo, InfoRequestSignal(requestedBy: person, question: "?"))
                default: try await handle.signal(\.approve, ApprovalSignal(approver: person))
                }
            }
        }
        for handle in handles {
            try await ERPSimulation.ignoringTheEnd {
                try await handle.signal(\.provideInfo, InfoAnswerSignal(answer: "!"))
            }
            try await simulation.finish(handle)
        }
    }

    @Test(arguments: ERPSimulation.seeds)
    func `two newcomers of one name: each is onboarded or has nothing of the company`(seed: UInt64) async throws {
        let people = SeedFile(namespaces: [SeedNamespace(name: "default", people: Company.people)])
        let report = try await ERPSimulation.run(seed: seed, Company.seed, people) { simulation in
            try await Self.carryNewcomers(simulation)
        }
        print("onboardings:", report)
        #expect(report.schedules == ERPSimulation.schedules)
        ERPSimulation.checkCoverage(report)
    }

    private static func carryNewcomers(_ simulation: Simulation) async throws {
        var handles: [WorkflowHandle<EmployeeOnboarding>] = []
        for index in 1...simulation.random(in: 1...2) {
            let start = simulation.choose(["2026-11-10", "2026-11-24", "2026-12-01"]) ?? ""
            let input = try Company.newcomer("E-\(index)", start: start)
            handles.append(
                try await simulation.start(EmployeeOnboarding.self, id: WorkflowID(input.employeeId), input: input)
            )
        }
        for _ in 0..<simulation.random(in: 0...5) {
            try await simulation.steps(simulation.random(in: 0...25))
            guard let handle = simulation.choose(handles),
                let task = simulation.choose(OnboardingTaskID.allCases)?.rawValue
            else { return }
            try await ERPSimulation.ignoringTheEnd {
                switch simulation.random(in: 0...9) {
                case 0: try await handle.cancel(reason: "they went elsewhere")
                case 1, 2: try await handle.signal(\.skipTask, TaskSkip(taskId: task, reason: "no", skippedBy: "salma"))
                case 3: try await handle.signal(\.reject, RejectionSignal(approver: "salma", reason: "no"))
                case 4, 5: try await handle.signal(\.approve, ApprovalSignal(approver: "salma"))
                default:
                    try await handle.signal(\.completeTask, TaskCompletion(taskId: task, completedBy: "salma"))
                }
            }
        }
        for handle in handles { try await simulation.finish(handle) }
    }

    /// The books with so much to spend, in taka.
    private static func tight(_ taka: Int32) -> SeedFile {
        var seed = Books.seed
        for index in seed.namespaces.indices {
            seed.namespaces[index].budgets?[0].allocated = Money(taka: taka)
        }
        return seed
    }
}
