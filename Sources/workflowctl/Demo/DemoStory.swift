import Foundation
import WorkflowAPI
import WorkflowCommands

/// What `workflowctl demo` does, step by step, with real processes on a real file.
struct DemoStory {
    let program: DemoProgram
    private let path: String
    private let directory: URL

    /// Settles where to work. Throws a refusal when `store` names a file that exists.
    init(store: String?) throws {
        if let store {
            guard store.hasPrefix("sqlite:"), store.count > 7 else {
                throw WorkflowServiceError(.invalidArgument, "--store '\(store)' is not of the form sqlite:PATH")
            }
            path = String(store.dropFirst(7))
            directory = URL(filePath: path).deletingLastPathComponent()
            guard !FileManager.default.fileExists(atPath: path) else {
                throw WorkflowServiceError(.invalidArgument, "\(path) exists; the demo wants a file of its own")
            }
        } else {
            directory = FileManager.default.temporaryDirectory.appending(
                path: "workflow-demo-\(NewID.make().prefix(8))"
            )
            try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
            path = directory.appending(path: "workflow.db").path
        }
        program = DemoProgram(store: "sqlite:\(path)")
    }

    /// Tells it. Takes some seconds.
    func tell() async throws {
        title("A company: users with roles, vendors, budgets, workstations")
        let company = directory.appending(path: "company.json")
        try Data(PackageResources.company_json).write(to: company)
        try program.show("erp", "load", company.path)
        try program.show("erp", "budget")

        let logPath = directory.appending(path: "worker.log").path
        try Data().write(to: URL(filePath: logPath))
        guard let log = FileHandle(forWritingAtPath: logPath) else {
            throw WorkflowServiceError(.unavailable, "\(logPath) cannot be written")
        }
        var worker = try program.startWorker(log: log)
        defer { if worker.isRunning { worker.terminate() } }
        Output.line("  (a worker runs: process \(worker.processIdentifier))")

        try small()
        try await middle()
        try await large(&worker, log)
        try await invoice()
        try await onboarding()
        try books()
        worker.terminate()
        worker.waitUntilExit()
        Output.line("\nEverything is in \(path); look around with: workflowctl --help, and --store sqlite:\(path)")
    }

    private func small() throws {
        title("1. 30,000 taka: at most 50,000, so nobody has to approve")
        try start("PO-1001", price: "300.00", quantity: 100)
        try program.show("result", "PO-1001", "--timeout", "30s")
    }

    private func middle() async throws {
        title("2. 75,000 taka: above 50,000, the department head has to approve")
        try start("PO-1002", price: "750.00", quantity: 100)
        try await wait("PO-1002", for: "awaiting_department_approval")
        note("The requester tries, then the head of another department, then the right one:")
        try approve("PO-1002", by: "rahim")
        try approve("PO-1002", by: "salma")
        try approve("PO-1002", by: "karim", comments: "needed for the site in Gazipur")
        try program.show("result", "PO-1002", "--timeout", "30s")
        note("Told in sentences:")
        try program.show("erp", "story", "PO-1002")
    }

    private func large(_ worker: inout Process, _ log: FileHandle) async throws {
        title("3. 250,000 taka: above 100,000, finance has to approve as well; and the worker is killed")
        try start("PO-1003", price: "2500.00", quantity: 100)
        try await wait("PO-1003", for: "awaiting_department_approval")
        note("Finance is early: the decision is kept until its level opens.")
        try approve("PO-1003", by: "nasrin", comments: "within plan")
        note("SIGKILL: the worker has no chance to say goodbye (process \(worker.processIdentifier)).")
        kill(worker.processIdentifier, SIGKILL)
        worker.waitUntilExit()
        note("Nobody is working now. The department head approves all the same; it is acknowledged, so it is not lost:")
        try approve("PO-1003", by: "karim")
        try program.show("query", "PO-1003", "status")
        worker = try program.startWorker(log: log)
        note("A new worker (process \(worker.processIdentifier)) reads the history and goes on where the dead one was:")
        try program.show("result", "PO-1003", "--timeout", "60s")
        note("Told in sentences:")
        try program.show("erp", "story", "PO-1003")
    }

    private func books() throws {
        title("6. The books: every taka counted once, numbers without gaps, an audit trail that can be checked")
        try program.show("erp", "orders")
        try program.show("erp", "invoices")
        try program.show("erp", "budget")
        try program.show("erp", "audit", "verify")
        try program.show("list")
        note("An order that cannot be is refused on one line, and nothing is changed:")
        let unknown = order("PO-1004", price: "10.00", quantity: 1).replacingOccurrences(of: "V-001", with: "V-999")
        try program.show(
            "start",
            "PurchaseOrderApproval",
            "--id",
            "PO-1004",
            "--input",
            unknown,
            isRefusalExpected: true
        )
    }

    private func order(_ id: String, price: String, quantity: Int) -> String {
        #"{"id":"\#(id)","vendorId":"V-001","items":[{"productId":"CEMENT-50KG","quantity":\#(quantity),"#
            + #""unitPrice":"\#(price)"}],"requestedBy":"rahim","department":"operations","currency":"BDT"}"#
    }

    private func start(_ id: String, price: String, quantity: Int) throws {
        try program.show(
            "start",
            "PurchaseOrderApproval",
            "--id",
            id,
            "--input",
            order(id, price: price, quantity: quantity)
        )
    }

    private func approve(_ id: String, by approver: String, comments: String? = nil) throws {
        let words = comments.map { #","comments":"\#($0)""# } ?? ""
        try program.show("signal", id, "approve", "--input", #"{"approver":"\#(approver)"\#(words)}"#)
    }

    /// Looks until a workflow has come so far; half a minute at most.
    func wait(_ id: String, for status: String) async throws {
        for _ in 0..<150 {
            if try program.run(["query", id, "status"]).contains(status) { return }
            try await Task.sleep(for: .milliseconds(200))
        }
        throw WorkflowServiceError(
            .timeout,
            "\(id) does not reach \(status); see the worker.log in \(directory.path)"
        )
    }

    func title(_ text: String) {
        Output.line(isatty(STDOUT_FILENO) == 1 ? "\n\u{1B}[1m\(text)\u{1B}[0m" : "\n\(text)")
    }

    func note(_ text: String) { Output.line("  # \(text)") }
}
