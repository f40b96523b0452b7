#if PostgreSQL
import ChildProcesses
import Foundation
import PostgresServer
import Testing

/// A company through the real program on PostgreSQL: everything that it prints is what it prints on a file.
@Suite(.serialized, .enabled(if: PostgresServer.isAvailable, Comment(rawValue: PostgresServer.unavailable)))
struct PostgresCompanyTests {
    @Test func `an order, its invoice and a new colleague go on PostgreSQL as they go on a file`() throws {
        let server = try PostgresServer.shared
        let name = try server.makeDatabase(ownedBy: "engine")
        defer { _ = try? server.run("DROP DATABASE \(name) WITH (FORCE)") }
        let onFile = try Company("sqlite:workflow.db")
        let onServer = try Company("postgres:" + server.connectionString(name, as: "engine"))
        defer { for company in [onFile, onServer] { company.program.remove() } }
        let (expected, found) = (try onFile.story(), try onServer.story())
        try onServer.program.replayHistories(of: onServer.store)
        #expect(expected.count == found.count)
        for (file, server) in zip(expected, found) where file != server {
            Issue.record("on the file: \(file)\non PostgreSQL: \(server)")
        }
        let told = found.joined(separator: "\n")
        for text in [
            "PO-FY", "PAY-FY", "WHT-FY", "is already closed", "withdrawn", "nothing is wrong",
            "none changed, none missing",
        ] {
            #expect(told.contains(text), "\(text)")
        }
        #expect(!told.contains("error: never"))
    }
}

/// A program with a store of its own.
private struct Company {
    let program: Program
    let store: String

    init(_ store: String) throws {
        program = try Program("workflowctl")
        self.store = store
    }

    /// What a command says, without what differs from day to day.
    private func say(_ arguments: String...) throws -> String { try answer(arguments) }

    private func answer(_ arguments: [String]) throws -> String {
        let outcome = try program.run(arguments + ["--store", store])
        let text =
            "$ \(arguments.prefix(3).joined(separator: " "))\n\(outcome.output)\n\(outcome.errors)\n\(outcome.status)"
        return text.replacing(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/, with: "ID")
            .replacing(/[0-9a-f]{64}/, with: "HASH")
            .replacing(/2[0-9]{3}-[0-9]{2}-[0-9]{2}[T ][0-9:.]+( \+06:00|Z)?/, with: "TIME")
            // How many events a run has depends on how many a worker was told of at once.
            .replacing(/TIME  [0-9]+/, with: "TIME  COUNT")
    }

    /// Asks until the answer holds; two minutes at most.
    private func wait(for expected: String, _ arguments: String...) throws -> String {
        let end = ContinuousClock.now + .seconds(120)
        while ContinuousClock.now < end {
            let last = try answer(arguments)
            if last.contains(expected) { return last }
        }
        return "error: never '\(expected)'"
    }

    private func invoice(_ id: String, order: String) -> String {
        let order = order.isEmpty ? "" : #""poNumber":"\#(order)","#
        return #"{"invoiceId":"\#(id)","invoiceNumber":"2026/117","vendorId":"V-001","vendorName":"Padma Cement Ltd.","#
            + #""invoiceDate":"\#(Self.today)","dueDate":"2099-12-20","amount":"40000.00","vatAmount":"6000.00","#
            + #""totalAmount":"46000.00","currency":"BDT",\#(order)"department":"operations","submittedBy":"rahim","#
            + #""lineItems":[{"description":"CEMENT","quantity":50,"unitPrice":"800.00","amount":"40000.00"}]}"#
    }

    private static let today = String(Date().ISO8601Format().prefix(10))

    /// Tomorrow in Dhaka, so that everything before the first day is due by now.
    private static let tomorrow = String(Date(timeIntervalSinceNow: 86_400 + 6 * 3_600).ISO8601Format().prefix(10))

    private static let colleague =
        #"{"employeeId":"E-7","name":"Shirin Akhter","email":"shirin@example.com","phone":"+880 1711-000001","#
        + #""nid":"1234567890","department":"operations","position":"Site engineer","startDate":"\#(tomorrow)","#
        + #""managerId":"karim","hrManagerId":"salma","location":"Dhaka"}"#

    private static let order =
        #"{"id":"PO-A","vendorId":"V-001","items":[{"productId":"CEMENT","quantity":100,"unitPrice":"800.00"}],"#
        + #""requestedBy":"rahim","department":"operations","currency":"BDT"}"#

    func story() throws -> [String] {
        let company = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "Examples/erp/company.json")
        var told = [try say("erp", "load", company.path), try say("erp", "load", company.path)]
        let worker = try program.startWorker("--store", store)
        defer {
            worker.terminate()
            worker.waitUntilExit()
        }
        told += [
            try say("start", "PurchaseOrderApproval", "--id", "PO-A", "--input", Self.order),
            try wait(for: "awaiting_department_approval", "query", "PO-A", "status"),
            try say("tasks", "list", "--as", "karim"), try say("tasks", "approve", "PO-A", "--as", "karim"),
        ]
        let result = try say("result", "PO-A", "--timeout", "30s")
        let number = result.split(separator: "\"").first { $0.hasPrefix("PO-FY") }.map(String.init) ?? ""
        told += [
            result, try say("start", "InvoiceApproval", "--id", "I-1", "--input", invoice("I-1", order: number)),
            try wait(for: "awaiting_accounts_payable_approval", "query", "I-1", "status"),
            try say("query", "I-1", "taxBreakdown"),
            try say("signal", "I-1", "approve", "--input", #"{"approver":"jamal"}"#),
            try say("result", "I-1", "--timeout", "30s"),
            try say("start", "InvoiceApproval", "--id", "I-2", "--input", invoice("I-2", order: "")),
            try say("result", "I-2", "--timeout", "30s"),
            try say("erp", "orders", "close", number, "--reason", "the rest never comes", "--as", "jamal"),
            try say("erp", "orders", "close", number, "--reason", "the rest never comes", "--as", "rahim"),
            try say("erp", "orders", "close", number, "--reason", "again", "--as", "nasrin"),
            try say("start", "EmployeeOnboarding", "--id", "E-7", "--input", Self.colleague),
            try wait(for: "pre_arrival_setup", "query", "E-7", "status"), try say("tasks", "list", "--as", "salma"),
            try say("cancel", "E-7", "--reason", "the offer was withdrawn"),
            try say("result", "E-7", "--timeout", "30s"),
        ]
        let reports = [
            "erp orders", "erp invoices", "erp budget", "erp ledger", "erp tax-report", "erp employees",
            "erp story PO-A",
            "erp outbox show", "erp audit show", "erp audit verify", "list", "verify",
        ]
        return try told + reports.map { try answer($0.split(separator: " ").map(String.init)) }
    }
}
#endif
