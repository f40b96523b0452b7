import Database
import Foundation
import Testing
import WorkflowAPI

@testable import ERPWorkflows

@Suite(.onEveryDatabase) struct ServiceTests {
    @Test func `the schema by its steps is the whole schema`() throws {
        for component in [
            ERPSchema.component, ERPSchema.finance, ERPSchema.tasks, ERPSchema.people,
        ] {
            #expect(try SchemaListing.steps(component) == SchemaListing.whole(component))
            // Both databases have the same version of the tables.
            #expect(component.onPostgres.version == component.version)
        }
    }

    @Test func `the database holds the budget even against code that forgets to ask`() async throws {
        let company = try await Company()
        defer { company.close() }
        for sql in [
            "UPDATE erp_budget SET reserved = allocated + 1", "UPDATE erp_budget SET reserved = -1",
            "UPDATE erp_budget SET spent = allocated + 1", "UPDATE erp_budget SET spent = -1",
            """
            INSERT INTO erp_budget_reservation
            (tenant, order_id, run_id, workflow_id, department, fiscal_year, amount, state, changed_time)
            VALUES ('default', 'X', 'r', 'w', 'operations', 2026, 50000001, 'reserved', 0)
            """,
        ] {
            let error = await #expect(throws: StoreError.self) { try await company.home.sql(sql) }
            #expect(error?.code == .constraint)
        }
        #expect(try await company.budget.available == Money(taka: 500_000))
    }

    @Test func `an allocation below what is bound is refused, and the whole file with it`() async throws {
        let company = try await Company()
        defer { company.close() }
        _ = try await company.result(try await company.start(company.order("A", taka: 50_000)))
        var seed = Company.seed
        seed.namespaces[0].users?[0].name = "changed"
        seed.namespaces[0].budgets?[0].allocated = Money(taka: 49_999)
        let error = await #expect(throws: WorkflowServiceError.self) {
            try await SeedLoader(database: company.database).load(seed, at: Company.time)
        }
        #expect(
            error?.message
                == "the budget of 'operations' for FY2026-27, BDT 49,999.00, would be less than what is already "
                + "reserved and committed (BDT 0.00 reserved, BDT 50,000.00 committed)"
        )
        let user = try await SQLDirectoryService(database: company.database).user("rahim", in: "default")
        #expect(user?.name == "rahim")
    }

    @Test func `a seed file names every problem before anything is written`() throws {
        var seed = Company.seed
        seed.namespaces[0].vendors?[0].tin = "12"
        seed.namespaces[0].vendors?[0].mobile = "999"
        seed.namespaces[0].users?.append(SeedUser(id: "rahim", name: "r", email: "r@x", department: "x"))
        let problems = SeedCheck.problems(of: seed)
        #expect(problems.count == 3)
        #expect(problems.contains { $0.contains("TIN of 'V-1'") })
        #expect(problems.contains { $0.contains("'rahim' stands twice") })
    }

    @Test func `two people cannot have one login, and a level cannot escalate to a role that is none`() throws {
        var seed = Company.seed
        seed.namespaces[0].users?[0].login = "karim"
        let escalation = ApprovalEscalation(role: "boss")
        seed.namespaces[0].purchaseOrderPolicy = ApprovalPolicy(finance: ApprovalLevelPolicy(escalation: escalation))
        #expect(
            SeedCheck.problems(of: seed) == [
                "users: the login 'karim' belongs to two in 'default'",
                "purchaseOrderPolicy: there is no role 'boss'",
            ]
        )
        func problem(_ json: String) -> String? {
            let text = #"{"namespaces": [{"name": "d", "purchaseOrderPolicy": \#(json)}]}"#
            let error = #expect(throws: WorkflowServiceError.self) {
                try SeedFile(json: Data(text.utf8), name: "f")
            }
            return error?.message
        }
        let place = "f: 'namespaces[0].purchaseOrderPolicy"
        #expect(problem(#"{"finance": {"quorum": 0}}"#) == "\(place).finance.quorum': must be 1 to 20")
        #expect(
            problem(#"{"finance": {"escalation": {"role": "cfo", "afterPercent": 100}}}"#)
                == "\(place).finance.escalation.afterPercent': must be 1 to 99"
        )
        #expect(problem(#"{"finance": {"day": 1}}"#)?.contains("the key") == true)
    }

    @Test func `roles that decide nothing and addresses that reach nobody are refused with their place`() throws {
        var seed = Company.seed
        seed.namespaces[0].users?[0].roles = ["boss"]
        seed.namespaces[0].users?[1].roles = ["departmant_head", "finance"]
        seed.namespaces[0].users?[2].email = "nasrin.example.com"
        seed.namespaces[0].vendors?[0].email = "a b@example.com"
        let problems = SeedCheck.problems(of: seed)
        let known = "known are: \(SeedCheck.knownRoles.joined(separator: ", "))"
        #expect(
            problems == [
                "users: 'rahim' of 'default': there is no role 'boss'; \(known)",
                "users: 'karim' of 'default': there is no role 'departmant_head'; \(known); did you mean "
                    + "'department_head'?",
                "users: 'nasrin' of 'default': the email 'nasrin.example.com' is not of the form name@domain",
                "vendors: 'V-1' of 'default': the email 'a b@example.com' is not of the form name@domain",
            ]
        )
        for address in ["a@b", "rahim+po@mail.example.com.bd", "রহিম@উদাহরণ.বাংলা"] {
            #expect(Identifiers.isMailAddress(address), "\(address)")
        }
        for address in ["", "@", "a@", "@b", "a@b@c", "a@b..c", "a@b.", "a@b\n", "<a@b>", "a@b,c@d"] {
            #expect(!Identifiers.isMailAddress(address), "\(address)")
        }
    }

    @Test func `a department that no budget names is told with who belongs to it`() async throws {
        let company = try await Company()
        defer { company.close() }
        let loader = SeedLoader(database: company.database)
        var seed = SeedFile(namespaces: [SeedNamespace(name: "default", users: Company.seed.namespaces[0].users)])
        seed.namespaces[0].users?[0].department = "operation"
        #expect(
            try await loader.departmentsWithoutBudget(seed) == [
                "default: no budget names the department 'finance' (users: nasrin)",
                "default: no budget names the department 'hr' (users: salma)",
                "default: no budget names the department 'operation' (users: rahim); did you mean 'operations'?",
            ]
        )
    }

    @Test func `order numbers have no gaps, count per year, and survive a cancellation`() async throws {
        let company = try await Company()
        defer { company.close() }
        let purchasing = SQLPurchasingService(database: company.database)
        func create(_ id: String, year: Int = 2026) async throws -> String {
            try await purchasing.create(
                PurchaseOrderRequest(
                    order: OrderKey(tenant: "default", orderId: id, workflowId: id, runId: id),
                    fiscalYear: FiscalYear(startYear: year),
                    vendorId: "V-1",
                    department: "operations",
                    requestedBy: "rahim",
                    items: company.order(id, taka: 5).items,
                    amount: Money(taka: 5),
                    time: Company.time
                )
            )
        }
        #expect(try await create("A") == "PO-FY2026-27-00001")
        #expect(try await create("A") == "PO-FY2026-27-00001")
        let key = OrderKey(tenant: "default", orderId: "A", workflowId: "A", runId: "A")
        #expect(try await purchasing.cancel(key, at: Company.time) == "PO-FY2026-27-00001")
        #expect(try await create("B") == "PO-FY2026-27-00002")
        #expect(try await create("C", year: 2027) == "PO-FY2027-28-00001")
        #expect(try await company.orders.map(\.state) == ["cancelled", "created", "created"])
    }

    @Test func `a changed, a removed and a cut-off audit entry are found`() async throws {
        let company = try await Company()
        defer { company.close() }
        let audit = SQLAuditService(database: company.database)
        for number in 1...5 {
            let entry = AuditEntry(
                tenant: "default",
                key: "k\(number)",
                time: Company.time,
                entity: "purchase_order",
                entityId: "\(number)",
                action: "completed",
                actor: "rahim",
                details: "d"
            )
            try await audit.record(entry)
            try await audit.record(entry)
        }
        #expect(try await audit.verify("default") == [])
        let refused = await #expect(throws: StoreError.self) {
            try await company.home.sql("UPDATE erp_audit SET details = 'x' WHERE sequence = 2")
        }
        #expect(refused?.message.contains("only ever added to") == true)
        try await company.home.dropTriggers(of: "erp_audit")
        try await company.home.sql("UPDATE erp_audit SET details = 'x' WHERE sequence = 2")
        #expect(try await audit.verify("default") == ["entry 2 was changed"])
        try await company.home.sql("DELETE FROM erp_audit WHERE sequence = 3")
        #expect(try await audit.verify("default") == ["entry 2 was changed", "entry 3 is missing"])
        try await company.home.sql("DELETE FROM erp_audit WHERE sequence = 5")
        #expect(try await audit.verify("default").contains("entries 5 to 5 are missing"))
    }
}
