package import Database
package import Foundation
import WorkflowAPI

/// Accounts and mail boxes in the tables `erp_user_account` and `erp_mailbox`, both under a name in `erp_user_name`. The domain of
/// addresses is master data.
package struct SQLIdentityService: IdentityService {
    let database: any ApplicationDatabase

    package init(database: any ApplicationDatabase) { self.database = database }

    package func createAccount(_ request: EmployeeRequest) async throws -> Provision {
        try await database.transact { tx in try Self.createAccount(request, in: tx) }
    }

    package func disableAccount(_ employee: EmployeeKey, at time: Date) async throws {
        try await database.transact { tx in try GivenThings.accounts.undo(employee, at: time, in: tx) }
    }

    package func createMailbox(_ request: EmployeeRequest) async throws -> Provision {
        try await database.transact { tx in try Self.createMailbox(request, in: tx) }
    }

    package func closeMailbox(_ employee: EmployeeKey, at time: Date) async throws {
        try await database.transact { tx in try GivenThings.mailboxes.undo(employee, at: time, in: tx) }
    }

    /// Creates an account in a transaction that does more.
    static func createAccount(_ request: EmployeeRequest, in tx: any StoreTransaction) throws -> Provision {
        if case .text(let name) = try GivenThings.accounts.standing(request.employee, in: tx) { return .given(name) }
        let name = try userName(request, in: tx)
        try GivenThings.accounts.give(.text(name), to: request, in: tx)
        return .given(name)
    }

    /// Creates a mail box in a transaction that does more.
    static func createMailbox(_ request: EmployeeRequest, in tx: any StoreTransaction) throws -> Provision {
        if case .text(let box) = try GivenThings.mailboxes.standing(request.employee, in: tx) { return .given(box) }
        let domain = try tx.query(
            "SELECT domain FROM erp_mail_domain WHERE tenant = ?",
            [.text(request.employee.tenant)]
        ).first?.text(0)
        guard let domain else { return .problem("no mail domain is set for the company") }
        let address = "\(try userName(request, in: tx))@\(domain)"
        let other = try tx.query(
            "SELECT 1 FROM erp_user WHERE tenant = ? AND email = ?",
            [.text(request.employee.tenant), .text(address)]
        )
        guard other.isEmpty else { return .problem("the address \(address) belongs to somebody else") }
        try GivenThings.mailboxes.give(.text(address), to: request, in: tx)
        return .given(address)
    }

    /// The user name of the employee in this run: taken with the first thing that needs it.
    private static func userName(_ request: EmployeeRequest, in tx: any StoreTransaction) throws -> String {
        let employee = request.employee
        let known = try tx.query(
            "SELECT user_name FROM erp_user_name WHERE tenant = ? AND employee_id = ? AND run_id = ?",
            employee.bindings
        ).first
        if let known { return known.text(0) }
        let base = UserName.base(name: request.name, employeeId: employee.employeeId)
        // The ids of those in the directory are user names too.
        let name = try UserName.free(base) { candidate in
            try !tx.query(
                """
                SELECT 1 FROM erp_user_name WHERE tenant = ? AND user_name = ?
                UNION ALL SELECT 1 FROM erp_user WHERE tenant = ? AND user_id = ?
                """,
                [.text(employee.tenant), .text(candidate), .text(employee.tenant), .text(candidate)]
            ).isEmpty
        }
        try tx.execute(
            "INSERT INTO erp_user_name (tenant, employee_id, run_id, user_name) VALUES (?, ?, ?, ?)",
            employee.bindings + [.text(name)]
        )
        return name
    }
}
