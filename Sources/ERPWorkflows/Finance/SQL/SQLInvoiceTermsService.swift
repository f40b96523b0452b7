package import Database
package import Foundation
import WorkflowAPI

/// What tenants have set, in the table `erp_policy_version`.
package struct SQLInvoiceTermsService: InvoiceTermsService {
    let database: any ApplicationDatabase

    package init(database: any ApplicationDatabase) { self.database = database }

    package func invoiceTerms(of tenant: String, at moment: Date) async throws -> InvoiceTerms {
        try await database.look { tx in
            func setting<Value: Decodable>(_ setting: TenantSetting, _ standard: Value) throws -> Value {
                try SQLPolicyService.policy(setting, of: tenant, at: moment, in: tx) ?? standard
            }
            let standard = InvoiceTerms.standard
            let policy = try setting(.invoicePolicy, standard.policy)
            var rules = try SQLPolicyService.approvalRules(of: tenant, at: moment, in: tx)
            rules.businessDays = policy.businessDays
            return InvoiceTerms(
                policy: policy,
                taxTable: try setting(.taxTable, standard.taxTable),
                rules: rules,
                accounts: try setting(.postingAccounts, standard.accounts),
                versions: try SQLPolicyService.versions(of: tenant, at: moment, in: tx).only(TenantSetting.ofInvoices)
            )
        }
    }
}
