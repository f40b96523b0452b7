import Database
import Foundation
import Testing
import WorkflowAPI

@testable import ERPWorkflows

@Suite(.onEveryDatabase) struct LoginTests {
    private func user(_ id: String, login: String? = nil) -> SeedUser {
        SeedUser(id: id, name: id, email: "\(id)@example.com", department: "operations", login: login)
    }

    private func load(_ users: SeedUser..., in books: Books) async throws {
        let file = SeedFile(namespaces: [SeedNamespace(name: "default", users: users)])
        try await SeedLoader(database: books.database).load(file, at: Books.time)
    }

    private func refusal(_ users: SeedUser..., in books: Books) async -> String? {
        let file = SeedFile(namespaces: [SeedNamespace(name: "default", users: users)])
        return await #expect(throws: WorkflowServiceError.self) {
            try await SeedLoader(database: books.database).load(file, at: Books.time)
        }?.message
    }

    @Test func `a login belongs to one person over all files that are loaded`() async throws {
        let books = try await Books()
        defer { books.close() }
        try await load(user("mina", login: "m1"), in: books)
        #expect(
            await refusal(user("mitu", login: "m1"), in: books)
                == "users: the login 'm1' would belong to 'mina' and 'mitu' of 'default'"
        )
        // An id is a login as well, also that of somebody who has another.
        #expect(await refusal(user("mitu", login: "karim"), in: books)?.contains("'karim' and 'mitu'") == true)
        #expect(await refusal(user("mitu", login: "mina"), in: books)?.contains("'mina' and 'mitu'") == true)
        #expect(await refusal(user("m1"), in: books)?.contains("'m1' and 'mina'") == true)
        let directory = SQLDirectoryService(database: books.database)
        #expect(try await directory.user(withLogin: "m1", in: "default")?.id == "mina")
        #expect(try await directory.user("mitu", in: "default") == nil)
        await #expect(throws: StoreError.self) {
            try await books.sql("INSERT INTO erp_login (tenant, user_id, login) VALUES ('default', 'rahim', 'm1')")
        }
        // Two may change their logins with each other, and one that is given up is free.
        try await load(user("mitu", login: "m2"), in: books)
        try await load(user("mina", login: "m2"), user("mitu", login: "m1"), in: books)
        #expect(try await directory.user(withLogin: "m1", in: "default")?.id == "mitu")
        try await load(user("mina"), user("rahim", login: "m2"), in: books)
        #expect(try await directory.user(withLogin: "m2", in: "default")?.id == "rahim")
        var other = SeedFile(namespaces: [SeedNamespace(name: "other", users: [user("x", login: "m2")])])
        try await SeedLoader(database: books.database).load(other, at: Books.time)
        other.namespaces[0].users = [user("y", login: "z"), user("z", login: "w")]
        #expect(SeedCheck.problems(of: other) == ["users: 'y' signs in with the id of somebody else in 'other'"])
    }

    @Test func `logins of several people are nobody's after the migration`() async throws {
        let directory = FileManager.default.temporaryDirectory.appending(path: "logins-\(UUID())")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        let path = directory.appending(path: "erp.db").path
        let old = try SQLiteDatabase(path: path, mode: .createIfMissing)
        let first = ERPSchema.tasks.steps[0]
        try await SchemaMigrator.prepare(SchemaComponent(name: "erp_tasks", whole: first.sql, steps: [first]), in: old)
        try await old.write { connection in
            try connection.executeScript(
                """
                INSERT INTO erp_login VALUES ('d', 'a', 'x'), ('d', 'b', 'x'), ('d', 'c', 'y'), ('e', 'a', 'x');
                """
            )
        }
        old.close()
        let database = try SQLiteDatabase(path: path, mode: .mustExist)
        defer { database.close() }
        try await ERPPack.prepare(database)
        let logins = try await database.look { tx in
            try tx.query("SELECT login FROM erp_login ORDER BY tenant, user_id").map { $0.text(0) }
        }
        #expect(logins == ["x of a", "x of b", "y", "x"])
    }

    @Test func `numbers of taxpayers are stored in one form`() async throws {
        let books = try await Books()
        defer { books.close() }
        var vendor = SeedVendor(id: "V-9", name: "Bengal", email: "v@example.com")
        vendor.tin = "১২৩৪-৫৬৭ ৮৯০"
        vendor.bin = "123 456-789"
        let file = SeedFile(namespaces: [SeedNamespace(name: "default", vendors: [vendor])])
        try await SeedLoader(database: books.database).load(file, at: Books.time)
        let stored = try await SQLVendorService(database: books.database).vendor("V-9", in: "default")
        #expect(stored?.tin == "1234567890")
        #expect(try await books.number("SELECT count(*) FROM erp_vendor WHERE bin = '123456789'") == 1)
        var bad = file
        bad.namespaces[0].vendors?[0].tin = "12345-67890-1"
        bad.namespaces[0].vendors?[0].bin = "12345678x"
        #expect(SeedCheck.problems(of: bad).count == 2)
    }
}
