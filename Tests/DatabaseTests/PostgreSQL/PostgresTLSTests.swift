#if PostgreSQL
import Database
import Foundation
import PostgresServer
import Testing

@Suite(
    .postgres,
    .enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/openssl"), "no openssl for a certificate")
)
struct PostgresTLSTests {
    @Test func `what is large goes both ways through TLS, and a wrong certificate lets nobody in`() async throws {
        let server = try PostgresServer(tls: true)
        let text = server.connectionString(tcp: true)
        let verified = "\(text) sslmode=verify-full sslrootcert='\(server.certificate)'"
        let database = try PostgresDatabase(PostgresSettings(verified))
        try await database.start()
        let inUse = "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()"
        #expect(try await database.query(inUse).boolean(0, 0))
        let blob = (0..<100_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        let results = try await database.withConnection { connection in
            try await connection.pipeline((0..<50).map { _ in PostgresStatement("SELECT $1, $1", [.blob(blob)]) })
        }
        #expect(try results.allSatisfy { try $0.blob(0, 0) == blob && $0.blob(0, 1) == blob })
        let heard = Record<PostgresNotification>()
        database.listen("tasks") { heard.add($0) }
        #expect(await eventually { heard.things == [.resynchronize] })
        _ = try await database.query("NOTIFY tasks, 'x'")
        #expect(await eventually { heard.things == [.resynchronize, .payload("x")] })
        await database.close()

        let other = text.replacingOccurrences(of: "127.0.0.1", with: "localhost")
        let stranger = try PostgresDatabase(
            PostgresSettings("\(other) sslmode=verify-full sslrootcert='\(server.certificate)'")
        )
        let error = await databaseError { try await stranger.start() }
        #expect(error?.message.contains("does not match host name") == true, "\(error?.message ?? "")")
        await stranger.close()
        server.remove()
    }
}
#endif
