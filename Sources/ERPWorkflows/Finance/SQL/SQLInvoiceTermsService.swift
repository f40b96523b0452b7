package import Database
import WorkflowAPI

/// What tenants have set, in the table `erp_policy_version`.
package struct SQLInvoiceTermsService: InvoiceTermsService {
    /// The settings by their names in the table and in the seed file.
    enum Setting: String, CaseIterable {
        case invoicePolicy, taxTable, businessCalendar, postingAccounts
    }

    let database: SQLiteDatabase

    package init(database: SQLiteDatabase) { self.database = database }

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
                calendar: try setting(.businessCalendar, standard.calendar),
                accounts: try setting(.postingAccounts, standard.accounts),
                versions: versions
            )
        }
    }
}
