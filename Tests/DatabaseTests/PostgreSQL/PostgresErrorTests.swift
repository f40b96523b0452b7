#if PostgreSQL
import Database
import Foundation
import PostgresServer
import Testing

@Suite(.postgres) struct PostgresErrorTests {
    static let rules = """
        CREATE TABLE parent (id int8 PRIMARY KEY);
        CREATE TABLE item (id int8 PRIMARY KEY, name text NOT NULL UNIQUE, amount int8 CHECK (amount < 1000),
            parent int8 REFERENCES parent, code varchar(3), day date, EXCLUDE (code WITH =));
        CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN IF NEW.name = 'forbidden' THEN RAISE EXCEPTION 'this name is not for use'; END IF; RETURN NEW; END $$;
        CREATE TRIGGER refuse BEFORE INSERT ON item FOR EACH ROW EXECUTE FUNCTION refuse();
        INSERT INTO item (id, name, code) VALUES (1, 'first', 'abc');
        """

    @Test func `errors say what to do about them`() async throws {
        let database = try await postgres()
        let cases: [(String, String, DatabaseError.Code, PostgresErrorClass)] = [
            ("INSERT INTO item (id, name) VALUES (1, 'x')", "23505", .unique, .refuse),
            ("INSERT INTO item (id, name) VALUES (2, NULL)", "23502", .constraint, .refuse),
            (
                "INSERT INTO item (id, name, amount) VALUES (2, 'x', 5000)", "23514", .constraint, .refuse
            ),
            ("INSERT INTO item (id, name, parent) VALUES (2, 'x', 9)", "23503", .constraint, .refuse),
            ("INSERT INTO item (id, name, code) VALUES (2, 'x', 'abc')", "23P01", .constraint, .refuse),
            ("INSERT INTO item (id, name) VALUES (2, 'forbidden')", "P0001", .constraint, .refuse),
            ("INSERT INTO item (id, name, code) VALUES (2, 'x', 'abcd')", "22001", .misuse, .bug),
            ("SELECT 1/0", "22012", .misuse, .bug),
            ("SELEC 1", "42601", .misuse, .bug),
            ("SELECT * FROM nothing", "42P01", .misuse, .bug),
            ("SELECT 1; SELECT 2", "42601", .misuse, .bug),
            ("SET ROLE nobody_knows", "22023", .misuse, .bug),
            ("COMMIT PREPARED 'x'", "42704", .misuse, .bug),
        ]
        try await database.withConnection { connection in
            try await connection.script(Self.rules)
            for (sql, state, code, kind) in cases {
                let error = await databaseError { _ = try await connection.query(sql) }
                #expect(error?.sqlState == state, "\(sql): \(String(describing: error))")
                #expect(error?.code == code && error?.postgresClass == kind, "\(sql)")
            }
            try await connection.script("CREATE ROLE guest_\(connection.backendPID); BEGIN")
            try await connection.script("SET LOCAL ROLE guest_\(connection.backendPID)")
            let denied = await databaseError { _ = try await connection.query("SELECT * FROM item") }
            #expect(denied?.code == .notPermitted && denied?.postgresClass == .refuse)
            try await connection.script("ROLLBACK; BEGIN READ ONLY")
            let readOnly = await databaseError { _ = try await connection.query("DELETE FROM item") }
            #expect(readOnly?.code == .readOnly && readOnly?.postgresClass == .reconnect)
            try await connection.script("ROLLBACK")
        }
        await database.close()
    }

    @Test func `every SQLSTATE has its meaning, whatever the text`() async throws {
        let database = try await postgres()
        let meanings: [(PostgresErrorClass, [(String, DatabaseError.Code)])] = [
            (
                .retry,
                [
                    ("40001", .serialization), ("40P01", .serialization), ("55P03", .busy), ("55006", .busy),
                    ("57014", .timeout), ("53300", .busy), ("26000", .serialization), ("40003", .serialization),
                ]
            ),
            (
                .reconnect,
                [
                    ("08006", .connectionLost), ("08003", .connectionLost), ("57P01", .connectionLost),
                    ("57P02", .connectionLost), ("57P03", .connectionLost), ("25P03", .connectionLost),
                    ("25006", .readOnly),
                ]
            ),
            (
                .refuse,
                [
                    ("23505", .unique), ("23503", .constraint), ("23999", .constraint), ("28000", .notPermitted),
                    ("28P01", .notPermitted), ("3D000", .cannotOpen), ("42501", .notPermitted), ("53100", .full),
                    ("53200", .noMemory), ("58030", .io), ("P0001", .constraint), ("XX001", .corrupt),
                ]
            ),
            (
                .bug,
                [
                    ("42601", .misuse), ("42P01", .misuse), ("22012", .misuse), ("0A000", .misuse), ("25P02", .misuse),
                    ("55000", .misuse), ("XX000", .misuse), ("ZZ999", .misuse),
                ]
            ),
        ]
        try await database.withConnection { connection in
            for (kind, states) in meanings {
                for (state, code) in states {
                    let sql = "DO $$ BEGIN RAISE EXCEPTION 'it says nothing' USING ERRCODE = '\(state)'; END $$"
                    let error = await databaseError { try await connection.script(sql) }
                    #expect(error?.sqlState == state)
                    #expect(error?.code == code, "\(state)")
                    #expect(error?.postgresClass == kind, "\(state)")
                }
            }
            _ = try await connection.query("SELECT 1")
        }
        #expect(database.statistics.connects == 1)
        await database.close()
    }

    @Test func `a lost race is to be run again`() async throws {
        let database = try await postgres()
        try await database.withConnection { first in
            try await first.script("CREATE TABLE t (x int8); INSERT INTO t VALUES (1)")
            try await first.script("BEGIN ISOLATION LEVEL SERIALIZABLE")
            _ = try await first.query("SELECT * FROM t")
            _ = try await database.query("UPDATE t SET x = x + 1")
            let error = await databaseError { _ = try await first.query("UPDATE t SET x = x + 1") }
            #expect(
                error?.code == .serialization && error?.sqlState == "40001"
                    && error?.postgresClass == .retry
            )
        }
        await database.close()
    }

    @Test func `messages hold no values`() async throws {
        let database = try await postgres()
        let secret = "s3cr3t"
        try await database.withConnection { connection in
            try await connection.script(Self.rules)
            let insert = "INSERT INTO item (id, name, code, day) VALUES ($1, $2, $3, $4::date)"
            _ = try await connection.query(insert, [.integer(7), .text(secret), .null, .null])
            let attempts: [(String, [PostgresValue])] = [
                (insert, [.integer(8), .text(secret), .null, .null]),
                (insert, [.integer(8), .text("x"), .text(secret), .null]),
                (insert, [.integer(8), .text("x"), .null, .text(secret)]),
                ("SELECT $1::int8", [.text(secret)]),
                ("SELECT $1::uuid", [.text("a\"\(secret)\"b: \(secret)")]),
                ("SELECT $1::jsonb", [.text("{\(secret)")]), ("SELECT $1::timestamptz", [.text(secret)]),
                ("SELECT $1::int8[]", [.text("{\(secret)}")]), ("SELECT $1::bool", [.text(secret)]),
                ("SELECT set_config('work_mem', $1, false)", [.text(secret)]),
                ("SELECT to_char(now(), 'x')::interval, $1::interval", [.text(secret)]),
            ]
            for (sql, values) in attempts {
                let error = await databaseError { _ = try await connection.query(sql, values) }
                #expect(error != nil, "\(sql)")
                #expect(error?.message.contains(secret) == false, "\(sql): \(error?.message ?? "")")
                #expect(error?.message.contains("\n") == false)
            }
            let error = await databaseError {
                _ = try await connection.query("SELECT $1::int8", [.text(secret)])
            }
            #expect(
                error?.message
                    == "PostgreSQL: invalid input syntax for type bigint: \"...\" (SQLSTATE 22P02)"
            )
            let unique = await databaseError {
                _ = try await connection.query(insert, [.integer(1), .text("y"), .null, .null])
            }
            #expect(
                unique?.message
                    == "PostgreSQL: duplicate key value violates unique constraint \"item_pkey\" (SQLSTATE 23505)"
            )
        }
        await database.close()
    }

    @Test func `the password is neither in messages nor in what processes are called`() async throws {
        let server = try PostgresServer.shared
        let right = try PostgresSettings(server.connectionString(tcp: true))
        let database = try PostgresDatabase(right)
        try await database.start()
        let pid = try await database.query("SELECT pg_backend_pid()").integer(0, 0)
        let secret = "bound-secret"
        let title = try await database.withConnection { connection in
            async let answer = connection.query("SELECT pg_sleep(0.2), $1", [.text(secret)])
            let title = try String(contentsOfFile: "/proc/\(pid)/cmdline", encoding: .utf8)
            let activity = try server.run(
                "SELECT query FROM pg_stat_activity WHERE application_name = 'workflow'"
            )
            #expect(!activity.contains(secret))
            _ = try await answer
            return title
        }
        #expect(title.contains("postgres"))
        #expect(!title.contains(PostgresServer.password) && !title.contains(secret))
        await database.close()

        var shown = "\(right) \(String(reflecting: right))"
        dump(right, to: &shown)
        #expect(shown.contains("owner@127.0.0.1") && !shown.contains("p@ss"))

        let wrong = server.connectionString(tcp: true).replacingOccurrences(
            of: "p@ss",
            with: "h0p3less"
        )
        let refused = try PostgresDatabase(PostgresSettings(wrong))
        let error = await databaseError { try await refused.start(patience: .seconds(60)) }
        #expect(
            error?.code == .notPermitted && error?.sqlState == "28P01"
                && error?.postgresClass == .refuse
        )
        #expect(error?.message.contains("h0p3less") == false)
        #expect(error?.message.contains("password authentication failed for user \"owner\"") == true)
        await refused.close()
    }
}
#endif
