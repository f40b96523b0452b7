#if PostgreSQL
import Database
import Foundation
import PostgresServer
import Testing

@Suite struct PostgresSettingsTests {
    @Test(arguments: [
        ("postgres://ann@db.example.com:5433/orders", "PostgreSQL ann@db.example.com:5433/orders"),
        ("postgresql://ann:p%40ss@db/orders?sslmode=verify-full", "PostgreSQL ann@db:5432/orders"),
        ("host=db port=6000 user=ann dbname=orders password=hush", "PostgreSQL ann@db:6000/orders"),
        (
            "host=/run/postgresql user=ann dbname='my orders'",
            "PostgreSQL ann@/run/postgresql:5432/my orders"
        ),
        ("postgres://ann@a,b:6000/orders", "PostgreSQL ann@a,b:5432,6000/orders"),
        ("postgres://ann@[::1]/orders", "PostgreSQL ann@::1:5432/orders"),
        ("service=accounting password=hush", "PostgreSQL service accounting"),
    ])
    func `what libpq understands is shown without its password`(text: String, description: String)
        throws
    {
        let settings = try PostgresSettings(text)
        #expect(settings.description == description)
        #expect(!String(reflecting: settings).contains("hush"))
    }

    @Test(arguments: [
        "postgres://ann:hush@secret@db/orders", "postgres://ann:hu/sh@db/orders",
        "host=db password=hu sh",
        "host db", "postgres://ann:hush%zz@db/orders", "postgres://ann@db/orders?hush=1",
        "passwort=hush host=db",
        "postgres://[::1/orders", "host='hush",
    ])
    func `what it does not is refused without being quoted`(text: String) async {
        let error = await databaseError { _ = try PostgresSettings(text) }
        #expect(error?.code == .misuse)
        #expect(error?.message.hasPrefix("not a PostgreSQL connection string: ") == true)
        for part in ["hush", "secret", "passwort", "hu", "sh@"] {
            #expect(error?.message.contains(part) == false, "\(error?.message ?? "")")
        }
    }

    @Test(.postgres) func `URLs, keywords and services lead to the same database`() async throws {
        let server = try PostgresServer.shared
        let name = try server.makeDatabase()
        var characters = CharacterSet.alphanumerics
        characters.insert(charactersIn: "-_")
        let password = try #require(
            PostgresServer.password.addingPercentEncoding(withAllowedCharacters: characters)
        )
        let socket = try #require(
            server.directory.addingPercentEncoding(withAllowedCharacters: characters)
        )
        for text in [
            server.connectionString(name), server.connectionString(name, tcp: true),
            "postgres://\(PostgresServer.user):\(password)@127.0.0.1:\(server.port)/\(name)?application_name=mine",
            "postgresql://\(PostgresServer.user)@\(socket):\(server.port)/\(name)",
        ] {
            let database = try PostgresDatabase(PostgresSettings(text))
            try await database.start()
            #expect(try await database.query("SELECT current_database()").text(0, 0) == name)
            let program = try await database.query("SELECT current_setting('application_name')").text(
                0,
                0
            )
            #expect(program == (text.contains("mine") ? "mine" : "workflow"))
            await database.close()
        }
    }
}
#endif
