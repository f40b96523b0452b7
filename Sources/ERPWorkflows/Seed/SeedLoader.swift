package import Database
package import Foundation
import WorkflowAPI
import WorkflowRuntime

/// Writes a seed file into the tables of the domain services, all or nothing. Loading it again changes nothing; users,
/// vendors that stand in it replace those with the same id, budgets get the new allocation, and a policy that changed
/// becomes a new version.
package struct SeedLoader {
    let database: any ApplicationDatabase

    package init(database: any ApplicationDatabase) { self.database = database }

    /// Loads a file whose namespaces exist. `time` is asked inside of the transaction, where nobody else writes: runs that were
    /// started before it keep the policies that they had. It also decides the fiscal year of budgets that name none. Throws a
    /// refusal with every problem named, or when a budget would fall below what is already reserved and committed.
    package func load(_ file: SeedFile, at time: @autoclosure @escaping @Sendable () -> Date) async throws {
        try Self.check(file)
        try await database.transact { tx in
            let time = time()
            for namespace in file.namespaces {
                try Self.write(namespace.users ?? [], namespace.name, in: tx)
                for vendor in namespace.vendors ?? [] { try Self.write(vendor, namespace.name, in: tx) }
                for budget in namespace.budgets ?? [] {
                    let year = budget.fiscalYear ?? FiscalYear(containing: time)
                    try Self.write(budget, year, namespace.name, in: tx)
                }
                try Self.writeSettings(of: namespace, at: time, in: tx)
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
        func store(_ value: (some Encodable)?, as setting: TenantSetting) throws {
            if let value { try SQLPolicyService.store(value, as: setting, of: tenant, at: time, in: tx) }
        }
        try store(namespace.purchaseOrderPolicy, as: .purchaseOrder)
        try store(namespace.approvals, as: .approvals)
        try store(namespace.calendar, as: .calendar)
        try store(namespace.requireEncryption.map { Set($0).sorted() }, as: .requireEncryption)
        if let people = namespace.people { try write(people, tenant, at: time, in: tx) }
        try store(namespace.invoicePolicy, as: .invoicePolicy)
        try store(namespace.taxTable, as: .taxTable)
        try store(namespace.postingAccounts, as: .postingAccounts)
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

    static func write(_ user: SeedUser, _ tenant: String, in tx: any StoreTransaction) throws {
        try tx.execute(
            """
            INSERT INTO erp_user (tenant, user_id, name, email, department, is_active) VALUES (?, ?, ?, ?, ?, ?)
            ON CONFLICT (tenant, user_id) DO UPDATE SET name = excluded.name, email = excluded.email,
            department = excluded.department, is_active = excluded.is_active
            """,
            [
                .text(tenant), .text(user.id), .text(user.name), .text(user.email), .text(user.department),
                .integer(user.active ?? true ? 1 : 0),
            ]
        )
        try tx.execute(
            "DELETE FROM erp_user_role WHERE tenant = ? AND user_id = ?",
            [.text(tenant), .text(user.id)]
        )
        for role in Set(user.roles ?? []) {
            try tx.execute(
                "INSERT INTO erp_user_role (tenant, user_id, role) VALUES (?, ?, ?)",
                [.text(tenant), .text(user.id), .text(role)]
            )
        }
    }

    private static func write(_ vendor: SeedVendor, _ tenant: String, in tx: any StoreTransaction) throws {
        try tx.execute(
            """
            INSERT INTO erp_vendor (tenant, vendor_id, name, email, kind, tin, bin, mobile, is_active, hold_reason)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (tenant, vendor_id) DO UPDATE SET name = excluded.name, email = excluded.email,
            kind = excluded.kind, tin = excluded.tin, bin = excluded.bin, mobile = excluded.mobile,
            is_active = excluded.is_active, hold_reason = excluded.hold_reason
            """,
            [
                .text(tenant), .text(vendor.id), .text(vendor.name), .text(vendor.email),
                StoreValue(vendor.kind?.rawValue), StoreValue(vendor.tin.flatMap { try? TIN($0) }?.digits),
                StoreValue(vendor.bin.flatMap { try? BIN($0) }?.digits),
                StoreValue(vendor.mobile.flatMap(Identifiers.mobile)), .integer(vendor.active ?? true ? 1 : 0),
                StoreValue(vendor.holdReason),
            ]
        )
    }

    private static func write(
        _ budget: SeedBudget,
        _ year: FiscalYear,
        _ tenant: String,
        in tx: any StoreTransaction
    ) throws {
        do {
            try tx.execute(
                """
                INSERT INTO erp_budget (tenant, department, fiscal_year, allocated) VALUES (?, ?, ?, ?)
                ON CONFLICT (tenant, department, fiscal_year) DO UPDATE SET allocated = excluded.allocated
                """,
                [
                    .text(tenant), .text(budget.department), .integer(Int64(year.startYear)),
                    .integer(budget.allocated.poisha),
                ]
            )
        } catch let error as StoreError where error.code == .constraint {
            throw tooSmall(budget, year, try spent(budget.department, year, tenant, in: tx))
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
        in tx: any StoreTransaction
    ) throws -> [Money] {
        try tx.query(
            "SELECT reserved, committed FROM erp_budget WHERE tenant = ? AND department = ? AND fiscal_year = ?",
            [.text(tenant), .text(department), .integer(Int64(year.startYear))]
        ).first.map { [Money(poisha: $0.integer(0)), Money(poisha: $0.integer(1))] } ?? []
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
