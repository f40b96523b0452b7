package import Database
import WorkflowAPI

/// Vendors in the table `erp_vendor`.
package struct SQLVendorService: VendorService {
    let database: any ApplicationDatabase

    package init(database: any ApplicationDatabase) { self.database = database }

    package func vendor(_ id: String, in tenant: String) async throws -> Vendor? {
        try await database.look { tx in try Self.vendor(id, of: tenant, in: tx) }
    }

    /// A vendor, as a transaction sees it.
    static func vendor(_ id: String, of tenant: String, in tx: any StoreTransaction) throws -> Vendor? {
        try tx.query(
            """
            SELECT vendor_id, name, email, kind, tin, bin, mobile, is_active, hold_reason FROM erp_vendor
            WHERE tenant = ? AND vendor_id = ?
            """,
            [.text(tenant), .text(id)]
        ).first.map { row in
            Vendor(
                id: row.text(0),
                name: row.text(1),
                email: row.text(2),
                kind: row.optionalText(3).flatMap(VendorKind.init(rawValue:)),
                tin: row.optionalText(4),
                bin: row.optionalText(5),
                mobile: row.optionalText(6),
                isActive: row.integer(7) == 1,
                holdReason: row.optionalText(8)
            )
        }
    }
}
