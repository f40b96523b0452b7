import Database
import ERPWorkflows
import Foundation
import History
import Testing
import WorkflowAPI
import WorkflowRuntime

/// What has to hold when everything is over, whatever was killed.
extension KilledCompany {
    private func rows(_ sql: String) async throws -> [StoreRow] {
        try await database.look { try $0.query(sql) }
    }

    /// Closed, in good order or by the cancellation that somebody asked for, and nothing waits for anybody.
    func expectEverythingFinished() async throws {
        #expect(try await running() == 0)
        let problems = try await rows(
            """
            SELECT workflow_id FROM execution WHERE problem IS NOT NULL
                OR status <> 2 AND NOT (status = 4 AND workflow_type = 'EmployeeOnboarding')
            """
        )
        #expect(problems.map { $0.text(0) } == [])
        #expect(try await rows("SELECT task_number FROM erp_task WHERE state = 'open'").isEmpty)
        #expect(try await rows("SELECT position FROM workflow_inbox").isEmpty)
    }

    /// Every order is completed or rejected, every invoice paid or not, and the database says the same.
    func expectBooksInOrder() async throws {
        let orders = try await results(of: PurchaseOrderApproval.self, open)
        let completed = orders.filter { $0.status == .completed }
        let bills = try await results(of: InvoiceApproval.self, invoices)
        let paid = bills.filter { $0.status == .approved }
        print(
            "kill test: \(completed.count) of \(orders.count) orders completed, \(paid.count) of \(bills.count) invoices paid"
        )
        try await expectOrders(completed)
        try await expectPayments(paid)
        try await expectBudget()
        let audit = SQLAuditService(database: database)
        #expect(try await audit.verify("default") == [])
        let keys = try await SQLNotificationService(database: database).outbox(of: "default").map(\.key)
        #expect(Set(keys).count == keys.count)
    }

    private func results<Definition: WorkflowDefinition>(
        of definition: Definition.Type,
        _ ids: [String]
    ) async throws -> [Definition.Output] where Definition.Output: Decodable {
        var results: [Definition.Output] = []
        for id in ids { results.append(try await client.handle(definition, id: WorkflowID(id)).result()) }
        return results
    }

    private func expectOrders(_ completed: [PurchaseOrderResult]) async throws {
        let orders = try await SQLPurchasingService(database: database).orders(of: "default")
        let year = FiscalYear(containing: Date())
        #expect(orders.map(\.number) == orders.indices.map { Self.number("PO-\(year)-", $0 + 1) })
        #expect(Set(orders.map(\.number)) == Set(completed.compactMap(\.poNumber)))
        #expect(orders.allSatisfy { $0.state == "created" })
    }

    /// One payment, one balanced entry and one certificate for each invoice that was approved, and none for another.
    private func expectPayments(_ paid: [InvoiceResult]) async throws {
        let payments = try await rows(
            "SELECT payment_id, invoice_id, net, vat, withheld, payable FROM erp_payment ORDER BY payment_id"
        )
        let year = FiscalYear(containing: Date())
        #expect(payments.map { $0.text(0) } == payments.indices.map { Self.number("PAY-\(year)-", $0 + 1) })
        #expect(Set(payments.map { $0.text(0) }) == Set(paid.compactMap(\.paymentId)))
        #expect(Set(payments.map { $0.text(1) }).count == payments.count)
        #expect(payments.allSatisfy { $0.integer(5) == $0.integer(2) + $0.integer(3) - $0.integer(4) })
        let sums = try await rows("SELECT sum(debit), sum(credit) FROM erp_journal_line")[0]
        let gross = payments.map { $0.integer(2) + $0.integer(3) }.reduce(0, +)
        #expect(sums.integer(0) == sums.integer(1) && sums.integer(0) == gross)
        #expect(
            try await rows("SELECT entry_id FROM erp_journal_line GROUP BY entry_id HAVING sum(debit) <> sum(credit)")
                .isEmpty
        )
        #expect(try await rows("SELECT count(*) FROM erp_journal")[0].integer(0) == Int64(payments.count))
        let certificates = try await rows(
            "SELECT count(DISTINCT payment_id), count(*) FROM erp_withholding_certificate"
        )[0]
        #expect(certificates.integer(0) == Int64(payments.count) && certificates.integer(1) == Int64(payments.count))
        let states = try await rows("SELECT state, count(*) FROM erp_invoice GROUP BY state")
        #expect(states.first { $0.text(0) == "approved" }?.integer(1) ?? 0 == Int64(payments.count))
        #expect(!states.contains { $0.text(0) == "open" })
    }

    /// What is committed was ordered and not billed; what is spent was paid; nothing is held for what is over.
    private func expectBudget() async throws {
        let budget = try await SQLBudgetService(database: database).budgets(of: "default")[0]
        #expect(budget.reserved == .zero)
        let spent = try await rows("SELECT sum(net) FROM erp_payment")[0].integer(0)
        #expect(budget.spent.poisha == spent)
        let unbilled = try await rows(
            """
            SELECT sum(amount) FROM erp_purchase_order o WHERE state = 'created' AND NOT EXISTS (
                SELECT 1 FROM erp_invoice i WHERE i.tenant = o.tenant AND i.po_number = o.number AND i.state = 'approved')
            """
        )[0].integer(0)
        #expect(budget.committed.poisha == unbilled)
    }

    /// Everybody who stays has one of everything at most; who does not has nothing.
    func expectPeopleInOrder() async throws {
        var ends: [String: Int] = [:]
        var gone: [String] = []
        for id in newcomers {
            let handle = client.handle(EmployeeOnboarding.self, id: WorkflowID(id))
            if try await handle.describe().summary.status == .canceled {
                ends["withdrawn", default: 0] += 1
                gone.append(id)
            } else {
                ends[try await handle.result().status.rawValue, default: 0] += 1
            }
        }
        print("kill test: onboardings \(ends)")
        #expect(Set(ends.keys).isSubset(of: ["completed", "partial", "withdrawn"]))
        let twice = try await rows(
            "SELECT asset_tag FROM erp_workstation_assignment WHERE state = 'assigned' GROUP BY asset_tag HAVING count(*) > 1"
        )
        #expect(twice.isEmpty)
        let given = [
            ("erp_user_account", "active"), ("erp_mailbox", "active"), ("erp_workstation_assignment", "assigned"),
            ("erp_badge", "active"), ("erp_benefit_enrolment", "enrolled"), ("erp_orientation", "booked"),
            ("erp_mentorship", "active"),
        ]
        for (table, state) in given {
            let held = try await rows("SELECT employee_id FROM \(table) WHERE state = '\(state)'").map { $0.text(0) }
            #expect(held.filter(gone.contains).isEmpty, "\(table)")
        }
        let states = try await rows("SELECT employee_id, state FROM erp_employee")
        #expect(
            states.allSatisfy { $0.text(1) == (gone.contains($0.text(0)) ? "withdrawn" : "active") },
            "\(states.map(\.values))"
        )
    }

    private static func number(_ prefix: String, _ sequence: Int) -> String {
        let digits = String(sequence)
        return prefix + String(repeating: "0", count: 5 - digits.count) + digits
    }

    /// Every acknowledged signal stands in a history exactly once, and a completed workflow task came after it.
    func expectEverySignalOnce() async throws {
        for (workflow, words) in acknowledged {
            let events = try await engine.service.history(
                GetHistoryRequest(namespace: .default, workflowID: WorkflowID(workflow))
            )
            let signals = events.filter { event in
                guard case .workflowExecutionSignaled(let signal) = event.attributes else { return false }
                return signal.input.contains { String(decoding: $0.data, as: UTF8.self).contains("\"\(words)\"") }
            }
            #expect(signals.count == 1, "\(words)")
            let lastCompleted = events.last { $0.type == .workflowTaskCompleted }
            #expect((lastCompleted?.id ?? 0) > (signals.first?.id ?? .max), "\(words) was never delivered")
        }
    }
}
