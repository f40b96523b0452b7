import Database
import Foundation
import Testing
import WorkflowAPI

@testable import ERPWorkflows

@Suite(.onEveryDatabase) struct InvoiceNumberTests {
    @Test func `a number is the same however it is typed`() {
        for number in [
            "inv-2026/117", "INV-২০২৬/১১৭", " INV-2026 /\t117\n", "Inv-2026/\u{A0}117", "INV\u{2011}2026/117",
            "INV\u{2013}2026/117", "INV\u{2212}2026/117", "\u{FF29}\u{FF2E}\u{FF36}-2026/117", "INV-2026/1\u{200B}17",
            "\u{FEFF}INV-2026/117", "INV-\u{0662}\u{0660}\u{0662}\u{0666}/117", "INV-2026\u{2003}/117",
            "INV 2026-117", "inv2026.117", "INV_2026//117", "#INV.2026_117.", "(INV) 2026\u{2044}117",
        ] {
            #expect(InvoiceNumber.key(number) == "inv2026-117", "\(number.unicodeScalars.map(\.value))")
        }
        #expect(InvoiceNumber.key("STRASSE 1") == InvoiceNumber.key("straße 1"))
        #expect(InvoiceNumber.key("Cafe\u{301}") == InvoiceNumber.key("CAFÉ"))
        #expect(InvoiceNumber.key("চালান ৭") == "চালান7")
        for (one, other) in [
            ("1-23", "12-3"), ("1/23", "123"), ("A1", "A2"), ("ক", "খ"), ("11/1", "1/11"), ("\u{200B}", "\u{200C}"),
            ("-", "/"),
        ] {
            #expect(InvoiceNumber.key(one) != InvoiceNumber.key(other), "\(one)")
        }
    }

    @Test func `a number in other digits, blanks or letters is a duplicate, for the service and for the database`()
        async throws
    {
        let books = try await Books()
        defer { books.close() }
        let net = Money(taka: 10)
        #expect(try await books.register(try Books.invoice("A", number: "inv-117", net: net)).isRegistered)
        for number in ["INV-১১৭", "Inv-\t117", "inv-1\u{A0}17", "INV\u{2010}117"] {
            let answer = try await books.register(try Books.invoice("B", number: number, net: net))
            #expect(!answer.isRegistered, "\(number)")
            #expect(answer.reason?.hasPrefix("duplicate: number") == true)
        }
        let columns = """
            tenant, invoice_id, run_id, workflow_id, state, invoice_number, vendor_id, vendor_name, invoice_date, due_date,
            net, vat, total, department, submitted_by, opened_time, changed_time
            """
        let values =
            "'default', 'C', 'r', 'w', 'open', '১১৭', 'V-1', 'v', '2026-11-20', '2026-11-20', 1, 0, 1, 'd', 'u', 0, 0"
        for statement in [
            "INSERT INTO erp_invoice (\(columns), number_key) VALUES (\(values), 'inv117')",
            "UPDATE erp_invoice SET number_key = 'x'",
        ] {
            let error = await #expect(throws: StoreError.self) { try await books.sql(statement) }
            #expect(error?.code == .constraint || error?.code == .unique)
        }
        // Of another vendor, or when the first came to nothing, it is none.
        #expect(
            try await books.register(try Books.invoice("D", number: "INV-১১৭", vendor: "V-2", net: net)).isRegistered
        )
        try await books.end(try Books.invoice("A", number: "inv-117", net: net))
        #expect(try await books.register(try Books.invoice("E", number: "INV-১১৭", net: net)).isRegistered)
    }

    @Test func `an older file is brought up to date, and what it has is found under every way to type its number`()
        async throws
    {
        let directory = FileManager.default.temporaryDirectory.appending(path: "numbers-\(UUID())")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        let path = directory.appending(path: "erp.db").path
        let old = try SQLiteDatabase(path: path, mode: .createIfMissing)
        try await SchemaMigrator.prepare(ERPSchema.component, in: old)
        let first = ERPSchema.finance.steps[0]
        try await SchemaMigrator.prepare(
            SchemaComponent(name: "erp_finance", whole: first.sql, steps: [first]),
            in: old
        )
        try await old.write { connection in
            try connection.executeScript(
                """
                INSERT INTO erp_invoice VALUES ('default', 'A', 'r', 'w', 'open', NULL, 'INV ১১৭', 'V-1', 'v', '2026-11-20',
                    '2026-12-20', 1000, 150, 1150, NULL, 'operations', NULL, 'rahim', 0, 0);
                """
            )
        }
        old.close()
        let database = try SQLiteDatabase(path: path, mode: .mustExist)
        defer { database.close() }
        try await ERPPack.prepare(database)
        let input = try Books.invoice("B", number: "inv\u{A0}117", net: Money(taka: 10))
        let key = InvoiceKey(tenant: "default", invoiceId: "B", workflowId: "w-B", runId: "r-B")
        let answer = try await SQLInvoiceService(database: database)
            .register(InvoiceRegistration(invoice: key, input: input, time: Books.time))
        #expect(answer.reason?.contains("stands on invoice A") == true)
        let keys = try await database.look { tx in
            try tx.query("SELECT number_key FROM erp_invoice").map { $0.text(0) }
        }
        #expect(keys == ["inv117"])
    }

    @Test func `rows without keys get them with the next invoice of their vendor, and what came in twice stays`()
        async throws
    {
        let books = try await Books()
        defer { books.close() }
        let net = Money(taka: 10)
        for (id, number) in [("A", "117"), ("B", "x"), ("C", "118")] {
            #expect(try await books.register(try Books.invoice(id, number: number, net: net)).isRegistered)
        }
        // As versions without keys left them: two are the same.
        try await books.home.dropTriggers(of: "erp_invoice")
        try await books.sql("UPDATE erp_invoice SET number_key = NULL, invoice_number = '১১৭' WHERE invoice_id = 'B'")
        try await books.sql("UPDATE erp_invoice SET number_key = NULL")
        let again = try await books.register(try Books.invoice("D", number: " 1 1 7", net: net))
        #expect(again.reason?.contains("stands on invoice A") == true)
        let other = try await books.register(try Books.invoice("E", number: "১১৮", net: net))
        #expect(other.reason?.contains("stands on invoice C") == true)
        #expect(try await books.number("SELECT count(*) FROM erp_invoice WHERE number_key IS NULL") == 0)
        #expect(try await books.number("SELECT count(*) FROM erp_invoice") == 3)
    }
}
