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
        if let first = problems.first?.text(0) {
            // The store is gone with the test: what the run waits for, and what the workers complained of, has to be told now.
            Issue.record("\(problems.count) are not finished, such as \(try await circumstances(of: first))")
        }
        #expect(try await rows("SELECT task_number FROM erp_task WHERE state = 'open'").isEmpty)
        #expect(try await rows("SELECT position FROM workflow_inbox").isEmpty)
    }

    /// What a run waits for, with the end of its history and of the workers' logs.
    private func circumstances(of id: String) async throws -> String {
        let run = try await rows(
            """
            SELECT status, problem, task_phase, task_attempt, task_visible_time, task_session, sticky_queue, dispatch_queue,
                due, pending_activities, pending_timers, next_event_id, run_key FROM execution WHERE workflow_id = '\(id)'
            """
        )[0]
        let activities = try await rows(
            """
            SELECT activity_type, phase, attempt, session, visible_time, due, problem FROM activity
            WHERE run_key = \(run.integer(12))
            """
        )
        let sessions = try await rows("SELECT session_id, identity FROM session")
        let events = try await engine.service.history(
            GetHistoryRequest(namespace: .default, workflowID: WorkflowID(id))
        )
        let last = events.suffix(60).map { "\($0.id) \($0.type) \($0.time)" }
        let words = acknowledged.filter { $0.order == id }.map(\.words)
        let used = try await rows("SELECT kind, request_id, run_key FROM request WHERE workflow_id = '\(id)'")
        let heard = try? await client.handle(PurchaseOrderApproval.self, id: WorkflowID(id)).query(\.approvalHistory)
        return """
            '\(id)' beside \(invoices.count) invoices, \(acknowledged.count) signals acknowledged, \(undecided.count) not, \
            now \(Date().timeIntervalSince1970) (the clock was set by \(clockChange)), run \(run.values) activities \(activities.map(\.values)) \
            sessions \(sessions.map(\.values)) acknowledged words \(words) used requests \(used.map(\.values)) heard \
            \(heard.map { String(describing: $0) } ?? "not known") events \(last) logs \(endOfLogs())
            """
    }

    /// What was run by so many processes, none of which saw the whole, is what one that sees it all would do.
    func expectHistoriesReplay() async throws {
        let replayer = WorkflowReplayer(ERPPack.workflows)
        var replayed = 0
        var last: Int64?
        repeat {
            let page = try await engine.service.listWorkflows(ListWorkflowsRequest(limit: 1000, after: last))
            for run in page {
                let history = try await engine.service.history(
                    GetHistoryRequest(workflowID: run.execution.workflowID, runID: run.execution.runID)
                )
                let outcome = try await replayer.outcome(
                    ofEncoded: history,
                    execution: run.execution,
                    turnByTurn: true
                )
                #expect(outcome == .fits, "\(run.execution)")
                replayed += 1
            }
            last = page.count == 1000 ? page.last?.pageKey : nil
        } while last != nil
        #expect(replayed >= open.count + invoices.count + newcomers.count)
    }

    /// Every order is completed or rejected, every invoice paid or not, and the database says the same.
    /// `scarce`: there was too little money for everything.
    func expectBooksInOrder(scarce: Bool = true) async throws {
        let orders = try await results(of: PurchaseOrderApproval.self, open)
        let completed = orders.filter { $0.status == .completed }
        let bills = try await results(of: InvoiceApproval.self, invoices)
        let paid = bills.filter { $0.status == .approved }
        print(
            "kill test: \(completed.count) of \(orders.count) orders completed, \(paid.count) of \(bills.count) invoices paid"
        )
        // The budget is too small for everything: some went without, and only for want of it or since somebody said no.
        let reasons =
            (orders.filter { $0.status == .rejected }.map(\.reason)
            + bills.filter { $0.status == .rejected }.map(\.reason))
            .map { $0 ?? "" }
        let refused = reasons.filter { $0.contains("budget") }.count
        print("kill test: \(refused) refused for want of budget, \(reasons.count - refused) rejected by people")
        if scarce { #expect(refused > 0) }
        try await expectOrders(completed)
        try await expectPayments(paid)
        try await expectBudget()
        let audit = SQLAuditService(database: database)
        #expect(try await audit.verify("default") == [])
        #expect(try await SQLBudgetService(database: database).verify("default") == [])
    }

    /// Of each document its end stands in the audit trail once, and those whom it concerns were told of it once: by the
    /// document, not by the keys, which the database keeps apart anyway.
    func expectEveryEndToldOnce() async throws {
        let entries = try await rows("SELECT entity, entity_id, action FROM erp_audit WHERE entity <> 'user'")
        var ends: [String: [String]] = [:]
        for row in entries { ends["\(row.text(0)) \(row.text(1))", default: []].append(row.text(2)) }
        let known = Set(entries.map { $0.text(0) })
        #expect(ends.count == open.count + invoices.count + newcomers.count, "\(known)")
        #expect(ends.filter { $0.value.count != 1 } == [:])
        // By the run: who was told how it ended, and how often.
        let messages = try await rows("SELECT notification_key, kind, recipient FROM erp_outbox")
        var told: [String: [String]] = [:]
        var asked: [String: Int] = [:]
        for row in messages {
            let run = String(row.text(0).prefix { $0 != "/" })
            if row.text(1) == "approval_requested" { asked[run, default: 0] += 1 }
            guard ["order_", "invoice_"].contains(where: row.text(1).hasPrefix) else { continue }
            told[run, default: []].append("\(row.text(1)) \(row.text(2))")
        }
        for row in try await rows("SELECT workflow_id, run_id, workflow_type FROM execution") {
            let (id, run) = (row.text(0), row.text(1))
            let tasks = try await rows(
                "SELECT count(*) FROM erp_task WHERE run_id = '\(run)' AND kind = 'approval' AND task_key LIKE 'approval/%'"
            )[0].integer(0)
            // Each level has one person here.
            if row.text(2) != EmployeeOnboarding.workflowName { #expect(asked[run] ?? 0 == tasks, "\(id)") }
            let words = (told[run] ?? []).sorted()
            switch row.text(2) {
            case PurchaseOrderApproval.workflowName:
                let good = [["order_completed rahim", "order_placed V-1"], ["order_rejected rahim"]]
                #expect(good.contains(words), "\(id): \(words)")
            case InvoiceApproval.workflowName:
                let good = [["invoice_approved jamal", "invoice_approved rahim"], ["invoice_rejected rahim"]]
                #expect(good.contains(words), "\(id): \(words)")
            default: break
            }
        }
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
        #expect(budget.allocated.poisha == spent + unbilled + budget.available.poisha)
        #expect(budget.available >= .zero)
    }

    /// Everybody who stays has exactly what the system says it gave; who does not has nothing.
    func expectPeopleInOrder() async throws {
        var ends: [String: Int] = [:]
        var gone: [String] = []
        var done: [OnboardingTaskID: Set<String>] = [:]
        for id in newcomers {
            let handle = client.handle(EmployeeOnboarding.self, id: WorkflowID(id))
            if try await handle.describe().summary.status == .canceled {
                ends["withdrawn", default: 0] += 1
                gone.append(id)
            } else {
                let result = try await handle.result()
                ends[result.status.rawValue, default: 0] += 1
                for task in result.tasks where task.state == .done && task.by == "system" {
                    done[task.taskId, default: []].insert(id)
                }
            }
        }
        print("kill test: onboardings \(ends)")
        #expect(Set(ends.keys).isSubset(of: ["completed", "partial", "withdrawn"]))
        let twice = try await rows(
            "SELECT asset_tag FROM erp_workstation_assignment WHERE state = 'assigned' GROUP BY asset_tag HAVING count(*) > 1"
        )
        #expect(twice.isEmpty)
        let given: [(String, String, OnboardingTaskID)] = [
            ("erp_user_account", "active", .createUserAccount), ("erp_mailbox", "active", .createEmail),
            ("erp_workstation_assignment", "assigned", .assignWorkstation), ("erp_badge", "active", .createBadge),
            ("erp_orientation", "booked", .scheduleOrientation), ("erp_mentorship", "active", .assignMentor),
        ]
        for (table, state, task) in given {
            let held = try await rows("SELECT employee_id FROM \(table) WHERE state = '\(state)'").map { $0.text(0) }
            #expect(held.sorted() == (done[task] ?? []).sorted(), "\(table)")
            #expect(held.filter(gone.contains).isEmpty, "\(table)")
        }
        // Nobody gets these from a person here: all who stay have one.
        for task in [OnboardingTaskID.createUserAccount, .createEmail, .scheduleOrientation, .assignMentor] {
            #expect(done[task]?.count == newcomers.count - gone.count, "\(task)")
        }
        let enrolled = try await rows("SELECT employee_id FROM erp_benefit_enrolment WHERE state = 'enrolled'")
        #expect(Set(enrolled.map { $0.text(0) }).count == enrolled.count)
        #expect(enrolled.filter { gone.contains($0.text(0)) }.isEmpty)
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
