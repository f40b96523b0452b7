package import Database
package import Foundation
import WorkflowAPI

/// Workstations in the tables `erp_workstation` and `erp_workstation_assignment`.
package struct SQLAssetService: AssetService {
    let database: any ApplicationDatabase

    package init(database: any ApplicationDatabase) { self.database = database }

    package func assignWorkstation(_ request: EmployeeRequest) async throws -> Provision {
        try await database.transact { tx in try Self.assign(request, in: tx) }
    }

    package func returnWorkstation(_ employee: EmployeeKey, at time: Date) async throws {
        try await database.transact { tx in try GivenThings.workstations.undo(employee, at: time, in: tx) }
    }

    /// Assigns the first free one by its tag, in a transaction that does more.
    static func assign(_ request: EmployeeRequest, in tx: any StoreTransaction) throws -> Provision {
        let known = try GivenThings.workstations.standing(request.employee, in: tx)
        if case .text(let tag) = known { return .given(tag) }
        let free = try tx.query(
            """
            SELECT asset_tag FROM erp_workstation w
            WHERE tenant = ? AND location = ? AND is_in_service = 1 AND NOT EXISTS (
                SELECT 1 FROM erp_workstation_assignment a
                WHERE a.tenant = w.tenant AND a.asset_tag = w.asset_tag AND a.state = 'assigned'
            ) ORDER BY asset_tag LIMIT 1
            """,
            [.text(request.employee.tenant), .text(request.location)]
        ).first
        guard let free else { return .problem("no workstation is free at \(request.location)") }
        try GivenThings.workstations.give(free[0], to: request, in: tx)
        return .given(free.text(0))
    }
}
