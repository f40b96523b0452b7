import Database
import Foundation
import Testing
import WorkflowAPI
import WorkflowRuntime
import WorkflowTesting

@testable import ERPWorkflows

/// What the books say about documents: how far an order is billed, whose invoice it is, who decided, where the trail ends.
@Suite(.serialized, .onEveryDatabase) struct RecordTests {
    @Test func `an order is partly billed, billed and closed as its invoices come and are paid`() async throws {
        let payables = try await Payables()
        defer { payables.close() }
        let number = try await payables.books.order(
            "O",
            [PurchaseOrderItem(productId: "ROD", quantity: Quantity(10), unitPrice: Money(taka: 100))]
        )
        let service = SQLPurchasingService(database: payables.books.database)
        #expect(try await service.billing(of: "default") == [:])
        func invoice(_ id: String, _ quantity: Int32) throws -> InvoiceInput {
            let item = try Books.item("ROD", quantity, Money(taka: 100))
            return try Books.invoice(id, net: item.amount, po: number, lines: [item])
        }
        let first = try await payables.waiting(try invoice("A", 4))
        #expect(try await service.billing(of: "default") == [number: "partly_billed"])
        let second = try await payables.waiting(try invoice("B", 6))
        #expect(try await service.billing(of: "default") == [number: "billed"])
        try await second.signal(\.reject, RejectionSignal(approver: "jamal", reason: "not delivered"))
        _ = try await payables.result(second)
        #expect(try await service.billing(of: "default") == [number: "partly_billed"])
        let third = try await payables.waiting(try invoice("C", 6))
        try await payables.approve(first, "jamal")
        try await payables.approve(third, "jamal")
        #expect(try await service.billing(of: "default") == [number: "closed"])
        #expect(try await service.billing(of: "other") == [:])
    }

    @Test func `another name of the vendor is told to the approvers and stands in the trail`() async throws {
        let payables = try await Payables()
        defer { payables.close() }
        var input = try Books.invoice("A", net: Money(taka: 1_000))
        input.vendorName = "Padma Traders"
        let invoice = try await payables.waiting(input)
        let note = #"the invoice names "Padma Traders", and vendor V-1 is "Padma Builders""#
        #expect(try await invoice.query(\.invoiceDetails).vendorNote == note)
        #expect(try await payables.outbox.first { $0.kind == "approval_requested" }?.body.contains(note) == true)
        try await payables.approve(invoice, "jamal")
        #expect(try await payables.result(invoice).status == .approved)
        // Who decided is the actor; who handed it in stands in the details.
        let entry = try #require(try await payables.audit.last)
        #expect(entry.actor == "jamal" && entry.details.contains(note) && entry.details.contains("submitted by rahim"))
        #expect(VendorName.key("M/S. Padma Cement Limited") == VendorName.key("m/s padma-cement LTD."))
        #expect(VendorName.key("Rahim & Sons") == VendorName.key("Rahim and Sons"))
        #expect(VendorName.key("Padma Cement") != VendorName.key("Padma Cements"))
    }

    @Test func `the end of the trail goes forward only, and a hash that was kept finds what was cut with it`()
        async throws
    {
        let company = try await Company()
        defer { company.close() }
        let audit = SQLAuditService(database: company.database)
        #expect(try await audit.anchor(of: "default") == nil)
        func record(_ key: String) async throws {
            try await audit.record(
                AuditEntry(
                    tenant: "default",
                    key: key,
                    time: Company.time,
                    entity: "order",
                    entityId: "A",
                    action: "tested",
                    actor: "system",
                    details: key
                )
            )
        }
        for key in ["a", "b", "c"] { try await record(key) }
        let anchor = try #require(try await audit.anchor(of: "default"))
        #expect(anchor.entries == 3 && anchor.hash.count == 64)
        try await record("d")
        #expect(try await audit.entry(withHash: anchor.hash.uppercased(), of: "default") == 3)
        for statement in [
            "DELETE FROM erp_audit_head", "UPDATE erp_audit_head SET sequence = 2",
            "UPDATE erp_audit_head SET tenant = 'x'",
            DatabaseKind.current == .sqlite
                ? "INSERT OR REPLACE INTO erp_audit_head VALUES ('default', 2, x'00')"
                : "INSERT INTO erp_audit_head VALUES ('default', 2, '') ON CONFLICT (tenant) DO UPDATE SET sequence = 2",
        ] {
            let refused = await #expect(throws: StoreError.self) { try await company.home.sql(statement) }
            #expect(refused?.code == .constraint)
        }
        // Somebody who breaks the rules and cuts both ends leaves a trail that looks well, but not the hash.
        for table in ["erp_audit", "erp_audit_head"] { try await company.home.dropTriggers(of: table) }
        try await company.home.sql(
            "UPDATE erp_audit_head SET sequence = 2, chain = (SELECT chain FROM erp_audit WHERE sequence = 2)"
        )
        try await company.home.sql("DELETE FROM erp_audit WHERE sequence > 2")
        #expect(try await audit.verify("default") == [])
        #expect(try await audit.entry(withHash: anchor.hash, of: "default") == nil)
    }
}
