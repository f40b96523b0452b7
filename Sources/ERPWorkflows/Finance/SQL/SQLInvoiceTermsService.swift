package import Database
import WorkflowAPI

/// What tenants have set, in the table `erp_policy_version`.
package struct SQLInvoiceTermsService: InvoiceTermsService {
    /// The settings by their names in the table and in the seed file.
    enum Setting: String, CaseIterable {
        case invoicePolicy, taxTable, approvals, calendar, postingAccounts
    }

    let database: SQLiteDatabase

    package init(database: SQLiteDatabase) { self.database = database }

    /// How documents are approved, by the days that invoices have.
    private static func rules(of tenant: String, in tx: any StoreTransaction) throws -> ApprovalRules {
        var rules = try SQLPolicyService.approvalRules(of: tenant, in: tx)
        let policy = try SQLPolicyService.policy(
            Setting.invoicePolicy.rawValue,
            of: tenant,
            as: InvoicePolicy.self,
            in: tx
        )
        rules.businessDays = policy?.businessDays ?? false
        return rules
    }

    package func invoiceTerms(of tenant: String) async throws -> InvoiceTerms {
        try await database.look { tx in
            func setting<Value: Decodable>(_ setting: Setting, _ standard: Value) throws -> Value {
                try SQLPolicyService.policy(setting.rawValue, of: tenant, in: tx) ?? standard
            }
            var versions: [String: Int64] = [:]
            for setting in Setting.allCases {
                versions[setting.rawValue] =
                    try SQLPolicyService.latest(setting.rawValue, of: tenant, in: tx)?.version
            }
            let standard = InvoiceTerms.standard
            return InvoiceTerms(
                policy: try setting(.invoicePolicy, standard.policy),
                taxTable: try setting(.taxTable, standard.taxTable),
                rules: try Self.rules(of: tenant, in: tx),
                accounts: try setting(.postingAccounts, standard.accounts),
                versions: versions
            )
        }
    }
}
