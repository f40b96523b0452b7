package import Database
package import Foundation
import WorkflowAPI

/// Badges in the table `erp_badge`, numbered in the same transaction.
package struct SQLAccessService: AccessService {
    let database: any ApplicationDatabase

    package init(database: any ApplicationDatabase) { self.database = database }

    package func issueBadge(_ request: EmployeeRequest) async throws -> Provision {
        try await database.transact { tx in try Self.issue(request, in: tx) }
    }

    package func revokeBadge(_ employee: EmployeeKey, at time: Date) async throws {
        try await database.transact { tx in try GivenThings.badges.undo(employee, at: time, in: tx) }
    }

    /// Issues a badge in a transaction that does more.
    static func issue(_ request: EmployeeRequest, in tx: any StoreTransaction) throws -> Provision {
        let known = try GivenThings.badges.standing(request.employee, in: tx)
        if case .integer(let number) = known { return .given(text(number)) }
        let last = try tx.query(
            "SELECT max(badge_number) FROM erp_badge WHERE tenant = ?",
            [.text(request.employee.tenant)]
        ).first?.integer(0)
        let number = (last ?? 0) + 1
        try GivenThings.badges.give(.integer(number), to: request, in: tx)
        return .given(text(number))
    }

    /// `B-00012`.
    private static func text(_ number: Int64) -> String {
        let digits = String(number)
        return "B-" + String(repeating: "0", count: max(0, 5 - digits.count)) + digits
    }
}
