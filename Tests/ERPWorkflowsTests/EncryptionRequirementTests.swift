import Foundation
import Testing
import WorkflowAPI
import WorkflowRuntime
import WorkflowTesting

@testable import ERPWorkflows

/// A tenant that wants the input of a workflow encrypted.
@Suite(.serialized, .onEveryDatabase) struct EncryptionRequirementTests {
    private func company(_ types: [String]) async throws -> Company {
        let company = try await Company.withPeople()
        var seed = SeedFile(namespaces: [SeedNamespace(name: "default")])
        seed.namespaces[0].requireEncryption = types
        try await SeedLoader(database: company.database).load(seed, at: Company.time)
        return company
    }

    private func client(_ company: Company, _ codecs: [any PayloadCodec]) -> WorkflowClient {
        let guarded = EncryptionGuard(company.environment.client.service, company.database)
        return WorkflowClient(
            service: PayloadCodecChain(codecs).around(guarded),
            identity: "test",
            makeID: { UUID().uuidString }
        )
    }

    @Test func `a client is refused what is in clear, before anything is written`() async throws {
        let company = try await company(["EmployeeOnboarding"])
        defer { company.close() }
        let keys = try PayloadKeys([(id: "k1", bytes: Array(repeating: 7, count: 32))])
        let (queue, input) = (company.environment.taskQueue, try Company.newcomer())
        let plain = client(company, [])
        await #expect {
            try await plain.start(EmployeeOnboarding.self, id: "E-1", taskQueue: queue, input: input)
        } throws: { error in
            guard let error = error as? WorkflowServiceError else { return false }
            return error.code == .invalidArgument && error.message.contains("--payload-keys FILE")
                && !error.message.contains("\n") && !error.message.contains("1234567890")
        }
        #expect(try await company.rows("SELECT count(*) FROM execution") == ["0"])
        _ = try await client(company, [PayloadEncryption(keys: keys)])
            .start(EmployeeOnboarding.self, id: "E-1", taskQueue: queue, input: input)
        #expect(try await company.rows("SELECT count(*) FROM execution") == ["1"])
        // Of other types, and other tenants, nothing is asked.
        _ = try await plain.start(
            PurchaseOrderApproval.self,
            id: "A",
            taskQueue: queue,
            input: company.order("A", taka: 1)
        )
        try await EncryptionRequirement.check(
            StartWorkflowRequest(
                namespace: "other",
                workflowID: "E",
                workflowType: "EmployeeOnboarding",
                taskQueue: queue,
                input: [.null],
                identity: "",
                requestID: "r"
            ),
            company.database
        )
    }

    @Test func `what came in clear by another way fails before anything else is stored of it`() async throws {
        let company = try await company(["EmployeeOnboarding", "PurchaseOrderApproval"])
        defer { company.close() }
        let run = try await company.onboard(try Company.newcomer())
        await #expect {
            try await company.environment.result(of: run)
        } throws: { error in
            "\(error)".contains("lets EmployeeOnboarding be started with encrypted input only")
        }
        #expect(try await run.query(\.status) == .error)
        for table in ["erp_employee", "erp_task", "erp_outbox", "erp_audit"] {
            #expect(try await company.rows("SELECT count(*) FROM \(table)") == ["0"], "\(table)")
        }
        let order = try await company.start(company.order("A", taka: 1))
        await #expect(throws: (any Error).self) { try await company.result(order) }
        #expect(try await company.budget.available == Money(taka: 500_000))
    }

    @Test func `a requirement that is loaded later does not end what had begun before`() async throws {
        let company = try await company([])
        defer { company.close() }
        let run = try await company.onboard(try Company.newcomer())
        company.environment.clock.advance(by: .seconds(1))
        var seed = SeedFile(namespaces: [SeedNamespace(name: "default")])
        seed.namespaces[0].requireEncryption = ["EmployeeOnboarding"]
        try await SeedLoader(database: company.database).load(seed, at: company.environment.clock.now().date)
        try await company.environment.settle()
        #expect(try await run.query(\.status) != .error)
        seed.namespaces[0].requireEncryption = ["Onboarding"]
        #expect(
            SeedCheck.problems(of: seed)[0].hasPrefix("requireEncryption: there is no workflow 'Onboarding'; known")
        )
    }
}
