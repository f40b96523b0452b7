#if PostgreSQL
import Database
import Testing
import WorkflowAPI

@Suite(.postgres) struct PostgresValueTests {
    @Test func `every kind of value comes back as it went`() async throws {
        let database = try await postgres()
        let text = "it's \"quoted\" \\ \n\t ünïcödé বাংলা 🧾 $1"
        let bytes = [UInt8](0...255)
        let result = try await database.query(
            "SELECT $1, $2, $3, $4, $5, $6::text, $7, $8",
            [
                .integer(.min), .real(-0.1), .text(text), .blob(bytes), .boolean(true), .null, .text(""),
                .blob([]),
            ]
        )
        #expect(result.rowCount == 1 && result.columnCount == 8 && result.affectedRows == 1)
        #expect(try result.integer(0, 0) == .min)
        #expect(try result.real(0, 1) == -0.1)
        #expect(try result.text(0, 2) == text)
        #expect(try result.blob(0, 3) == bytes)
        #expect(try result.boolean(0, 4))
        #expect(result.isNull(0, 5) && !result.isNull(0, 6))
        #expect(try result.optionalText(0, 5) == nil)
        #expect(try result.text(0, 6) == "")
        #expect(try result.blob(0, 7) == [])
        #expect(
            try result.row(0)
                == StoreRow([
                    .integer(.min), .real(-0.1), .text(text), .blob(bytes), .integer(1), .null, .text(""),
                    .blob([]),
                ])
        )
        for value in [StoreValue.null, 7, .real(.infinity), "x", .blob([1])] {
            let answer = try await database.query("SELECT $1", [PostgresValue(value)])
            #expect(try answer.value(0, 0) == value)
        }
        await database.close()
    }

    @Test func `arrays keep their nulls, empty ones and large ones`() async throws {
        let database = try await postgres()
        let integers: [Int64?] = [1, nil, .max, .min]
        let texts: [String?] = ["a,b", nil, "", "{\"x\"}", "NULL"]
        let blobs: [[UInt8]?] = [[0, 255], nil, []]
        let result = try await database.query(
            "SELECT $1, $2, $3, $4, $5, $6, '{1,2}'::int4[], '{x,NULL}'::varchar[], '{{1,2},{3,4}}'::int8[]",
            [
                .integers(integers), .texts(texts), .blobs(blobs), .booleans([true, nil, false]),
                .integers([]),
                .texts([nil]),
            ]
        )
        #expect(try result.integers(0, 0) == integers)
        #expect(try result.texts(0, 1) == texts)
        #expect(try result.blobs(0, 2) == blobs)
        #expect(try result.integers(0, 3) == [1, nil, 0])
        #expect(try result.integers(0, 4) == [])
        #expect(try result.texts(0, 5) == [nil])
        #expect(try result.integers(0, 6) == [1, 2])
        #expect(try result.texts(0, 7) == ["x", nil])
        // Two dimensions are not flattened in silence.
        #expect(throws: DatabaseError.self) { try result.integers(0, 8) }
        let many = (0..<50_000).map { Int64($0) }
        let sum = try await database.query(
            "SELECT sum(x)::int8, count(*) FROM unnest($1) AS x",
            [.integers(many)]
        )
        #expect(try sum.integer(0, 0) == many.reduce(0, +))
        await database.close()
    }

    @Test func `types that others made are read too`() async throws {
        let database = try await postgres()
        let result = try await database.query(
            """
            SELECT 7::int2 AS small, 8::int4 AS middle, 1.5::float4 AS real, true AS truth, 'n'::name AS name,
            '{"a": 1}'::jsonb AS document, '[1]'::json AS list, 'c0ffee00-0000-4000-8000-00000000000a'::uuid AS id,
            timestamptz '2024-02-29 12:00:00.5+00' AS at, 'x'::char(3) AS padded, 42::oid AS number,
            pg_notify('nobody', '') AS nothing, 'infinity'::timestamptz AS never, '1 day'::interval AS span
            """
        )
        #expect(result.columnNames.prefix(3) == ["small", "middle", "real"])
        #expect(try result.integer(0, 0) == 7)
        #expect(try result.integer(0, 1) == 8)
        #expect(try result.real(0, 2) == 1.5)
        #expect(try result.real(0, 1) == 8)
        #expect(try result.integer(0, 3) == 1)
        #expect(try result.text(0, 4) == "n")
        #expect(try result.text(0, 5) == "{\"a\": 1}")
        #expect(try result.text(0, 6) == "[1]")
        #expect(try result.text(0, 7) == "c0ffee00-0000-4000-8000-00000000000a")
        #expect(try result.integer(0, 8) == 1_709_208_000_500_000_000)
        #expect(try result.text(0, 9) == "x  ")
        #expect(try result.integer(0, 10) == 42)
        #expect(try result.value(0, 11) == .null)
        #expect(throws: DatabaseError.self) { try result.integer(0, 12) }
        let error = await databaseError { _ = try result.value(0, 13) }
        #expect(error?.code == .misuse && error?.message.contains("span") == true)
        await database.close()
    }

    @Test(arguments: [
        "0", "0.00", "1", "-1", "12345678901234567890.000012300", "0.0001", "-0.00001", "10000",
        "1e20", "99999.9999",
        "NaN", "100000000.1", "0.1000200030004",
    ])
    func `decimals are exact`(text: String) async throws {
        let database = try await postgres()
        let result = try await database.query(
            "SELECT $1::numeric, ($1::numeric)::text",
            [.text(text)]
        )
        #expect(try result.text(0, 0) == result.text(0, 1))
        await database.close()
    }

    @Test func `wrong uses are refused and never trap`() async throws {
        let database = try await postgres()
        let result = try await database.query("SELECT 'x'::text, NULL::int8")
        for body: () throws -> Void in [
            { _ = try result.integer(0, 0) }, { _ = try result.integer(0, 1) },
            { _ = try result.text(1, 0) },
            { _ = try result.text(0, 2) }, { _ = try result.text(-1, 0) },
            { _ = try result.blob(0, 0) },
            { _ = try result.boolean(0, 0) }, { _ = try result.texts(0, 0) },
        ] {
            #expect(await databaseError { try body() }?.code == .misuse)
        }
        #expect(result.isNull(5, 5))
        let nul = await databaseError {
            _ = try await database.query("SELECT $1", [.text("a\0secret")])
        }
        #expect(nul?.code == .misuse)
        #expect(
            nul?.message
                == "value $1: the text holds a NUL, which PostgreSQL cannot store; make it a blob"
        )
        let statement = await databaseError { _ = try await database.query("SELECT 1 -- \0") }
        #expect(statement?.code == .misuse)
        let many = Array(repeating: PostgresValue.integer(1), count: 70_000)
        #expect(
            await databaseError { _ = try await database.query("SELECT 1", many) }?.code == .misuse
        )
        // None of them has cost a connection.
        #expect(database.statistics.connects == 1 && database.statistics.losses == 0)
        await database.close()
    }
}
#endif
