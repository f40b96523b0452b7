package import Database
package import Foundation
import WorkflowAPI
import WorkflowRuntime

/// Writes a seed file into the tables of the domain services, all or nothing. Loading it again changes nothing; users,
/// vendors that stand in it replace those with the same id, budgets get the new allocation, and a policy that changed
/// becomes a new version.
package struct SeedLoader {
    let database: SQLiteDatabase

    package init(database: SQLiteDatabase) { self.database = database }

    /// Loads a file whose namespaces exist. `time` decides the fiscal year of budgets that name none. Throws a refusal with every problem named,
    /// or when a budget would fall below what is already reserved and committed.
    package func load(_ file: SeedFile, at time: Date) async throws {
        try Self.check(file)
        try await database.write { connection in
            for namespace in file.namespaces {
                for user in namespace.users ?? [] { try Self.write(user, namespace.name, connection) }
                for vendor in namespace.vendors ?? [] { try Self.write(vendor, namespace.name, connection) }
                for budget in namespace.budgets ?? [] {
                    let year = budget.fiscalYear ?? FiscalYear(containing: time)
                    try Self.write(budget, year, namespace.name, connection)
                }
                try connection.step { tx in try Self.writeSettings(of: namespace, at: time, in: tx) }
            }
        }
    }

    /// Each setting that changed becomes a new version.
    private static func writeSettings(
        of namespace: SeedNamespace,
        at time: Date,
        in tx: any StoreTransaction
    ) throws {
        let tenant = namespace.name
        for account in namespace.accounts ?? [] { try SQLLedgerService.write(account, of: tenant, in: tx) }
        func store(_ value: (some Encodable)?, as name: String) throws {
            if let value { try SQLPolicyService.store(value, as: name, of: tenant, at: time, in: tx) }
        }
        typealias Setting = SQLInvoiceTermsService.Setting
        try store(namespace.purchaseOrderPolicy, as: SQLPolicyService.purchaseOrder)
        try store(namespace.approvals, as: SQLPolicyService.approvals)
        try store(namespace.calendar, as: SQLPolicyService.calendar)
        if let people = namespace.people { try write(people, tenant, at: time, in: tx) }
        try store(namespace.invoicePolicy, as: Setting.invoicePolicy.rawValue)
        try store(namespace.taxTable, as: Setting.taxTable.rawValue)
        try store(namespace.postingAccounts, as: Setting.postingAccounts.rawValue)
        guard let accounts = namespace.postingAccounts else { return }
        for code in [accounts.expense, accounts.vat, accounts.payable, accounts.withholding] {
            try SQLLedgerService.requireAccount(code, of: tenant, in: tx)
        }
    }

    /// Throws a refusal with every problem named.
    package static func check(_ file: SeedFile) throws {
        let problems = SeedCheck.problems(of: file)
        guard problems.isEmpty else {
            throw WorkflowServiceError(.invalidArgument, problems.joined(separator: "; "))
        }
    }

    private static func write(_ user: SeedUser, _ tenant: String, _ connection: SQLiteConnection) throws {
        try connection.execute(
            """
            INSERT INTO erp_user (tenant, user_id, name, email, department, is_active) VALUES (?, ?, ?, ?, ?, ?)
            ON CONFLICT DO UPDATE SET name = excluded.name, email = excluded.email,
            department = excluded.department, is_active = excluded.is_active
            """,
            [
                .text(tenant), .text(user.id), .text(user.name), .text(user.email), .text(user.department),
                .integer(user.active ?? true ? 1 : 0),
            ]
        )
        try connection.execute(
            "DELETE FROM erp_user_role WHERE tenant = ? AND user_id = ?",
            [.text(tenant), .text(user.id)]
        )
        try connection.execute(
            "DELETE FROM erp_login WHERE tenant = ? AND user_id = ?",
            [.text(tenant), .text(user.id)]
        )
        if let login = user.login {
            try connection.execute(
                "INSERT INTO erp_login (tenant, user_id, login) VALUES (?, ?, ?)",
                [.text(tenant), .text(user.id), .text(login)]
            )
        }
        for role in Set(user.roles ?? []) {
            try connection.execute(
                "INSERT INTO erp_user_role (tenant, user_id, role) VALUES (?, ?, ?)",
                [.text(tenant), .text(user.id), .text(role)]
            )
        }
    }

    private static func write(_ vendor: SeedVendor, _ tenant: String, _ connection: SQLiteConnection) throws {
        try connection.execute(
            """
            INSERT INTO erp_vendor (tenant, vendor_id, name, email, kind, tin, bin, mobile, is_active, hold_reason)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT DO UPDATE SET name = excluded.name, email = excluded.email, kind = excluded.kind,
            tin = excluded.tin, bin = excluded.bin, mobile = excluded.mobile, is_active = excluded.is_active,
            hold_reason = excluded.hold_reason
            """,
            [
                .text(tenant), .text(vendor.id), .text(vendor.name), .text(vendor.email),
                StoreValue(vendor.kind?.rawValue), StoreValue(vendor.tin), StoreValue(vendor.bin),
                StoreValue(vendor.mobile.flatMap(Identifiers.mobile)), .integer(vendor.active ?? true ? 1 : 0),
                StoreValue(vendor.holdReason),
            ]
        )
    }

    private static func write(
        _ budget: SeedBudget,
        _ year: FiscalYear,
        _ tenant: String,
        _ connection: SQLiteConnection
    ) throws {
        do {
            try connection.execute(
                """
                INSERT INTO erp_budget (tenant, department, fiscal_year, allocated) VALUES (?, ?, ?, ?)
                ON CONFLICT DO UPDATE SET allocated = excluded.allocated
                """,
                [
                    .text(tenant), .text(budget.department), .integer(Int64(year.startYear)),
                    .integer(budget.allocated.poisha),
                ]
            )
        } catch let error as DatabaseError where error.code == .constraint {
            throw tooSmall(budget, year, try spent(budget.department, year, tenant, connection))
        }
    }

    private static func tooSmall(_ budget: SeedBudget, _ year: FiscalYear, _ spent: [Money]) -> WorkflowServiceError {
        var amounts = ""
        if spent.count == 2 { amounts = " (\(spent[0]) reserved, \(spent[1]) committed)" }
        return WorkflowServiceError(
            .invalidArgument,
            "the budget of '\(budget.department)' for \(year), \(budget.allocated), would be less than what is already "
                + "reserved and committed\(amounts)"
        )
    }

    /// What is reserved and what is committed; nothing when there is no such budget.
    private static func spent(
        _ department: String,
        _ year: FiscalYear,
        _ tenant: String,
        _ connection: SQLiteConnection
    ) throws -> [Money] {
        try connection.query(
            "SELECT reserved, committed FROM erp_budget WHERE tenant = ? AND department = ? AND fiscal_year = ?",
            [.text(tenant), .text(department), .integer(Int64(year.startYear))]
        ) { [Money(poisha: $0.integer(0)), Money(poisha: $0.integer(1))] }.first ?? []
    }

    /// Departments of the file's users that no budget names, in the file or before it, with the users and the department
    /// that was probably meant; one line each. Nobody there can order anything, so it is more often a slip than a wish.
    package func departmentsWithoutBudget(_ file: SeedFile) async throws -> [String] {
        var lines: [String] = []
        for namespace in file.namespaces {
            let known = Set(
                try await SQLBudgetService(database: database).budgets(of: namespace.name).map(\.department)
            )
            let users = Dictionary(grouping: namespace.users ?? [], by: \.department)
            for (department, members) in users.sorted(by: { $0.key < $1.key }) where !known.contains(department) {
                let near = NearestName.of(department, among: known.sorted()).map { "; did you mean '\($0)'?" } ?? ""
                let names = members.prefix(3).map(\.id).joined(separator: ", ") + (members.count > 3 ? ", …" : "")
                lines.append(
                    "\(namespace.name): no budget names the department '\(department)' (users: \(names))\(near)"
                )
            }
        }
        return lines
    }
}
