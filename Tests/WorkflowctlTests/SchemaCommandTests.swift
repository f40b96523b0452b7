import Database
import Foundation
import Testing

@Suite struct SchemaCommandTests {
    @Test func `a store of a newer program is refused with exit status 78 and left alone`() async throws {
        let program = try Program()
        defer { program.remove(leavingHistories: "the file is of a newer program") }
        #expect(try program.run("schema", "migrate", "--store", "sqlite:new.db").status == 0)
        let database = try SQLiteDatabase(
            path: program.directory.appending(path: "new.db").path,
            mode: .mustExist
        )
        try await database.write {
            try $0.execute("UPDATE schema_version SET version = 99 WHERE component = 'history'")
        }
        database.close()
        for arguments in [["list"], ["schema", "migrate"], ["schema", "status"]] {
            let process = try program.run(arguments + ["--store", "sqlite:new.db"])
            #expect(process.status == 78, "\(arguments)")
            #expect(process.errors.contains("has schema 99 of 'history'"), "\(process.errors)")
            #expect(process.errors.contains("use a newer program"))
        }
    }
}
