#if PostgreSQL
import Database
import Testing

@Suite(.postgres) struct PostgresPipelineTests {
    @Test func `a pipeline is one round trip, whatever its length, and answers in order`()
        async throws
    {
        let database = try await postgres()
        let before = database.statistics
        let results = try await database.withConnection { connection in
            #expect(try await connection.pipeline([]).isEmpty)
            return try await connection.pipeline(
                (0..<500).map { PostgresStatement("SELECT $1 + 1", [.integer($0)]) }
            )
        }
        #expect(try results.map { try $0.integer(0, 0) } == Array(1...500))
        #expect(database.statistics.roundTrips - before.roundTrips == 1)
        #expect(database.statistics.statements - before.statements == 500)
        // Once, and anew after 8, 16, 32, 64, 128 and 256 uses.
        #expect(database.statistics.prepared - before.prepared == 7)
        await database.close()
    }

    /// The server keeps a plan until a table is analyzed, and a plan for an empty table reads all of it.
    @Test func `a statement that was prepared on an empty table is planned anew when the table has filled`()
        async throws
    {
        let database = try await postgres()
        try await database.withConnection { connection in
            try await connection.script(
                "CREATE TABLE filling (id int8 PRIMARY KEY, a text, b text, c text) WITH (autovacuum_enabled = off)"
            )
            let sql = "SELECT a FROM filling JOIN unnest($1::int8[]) AS w (id) USING (id)"
            func use(_ times: Int) async throws {
                for _ in 0..<times { _ = try await connection.query(sql, [.integers(Array(1...20))]) }
            }
            func plan() async throws -> String {
                let name = try await connection.query(
                    "SELECT name FROM pg_prepared_statements WHERE statement = $1 ORDER BY prepare_time DESC",
                    [.text(sql)]
                )
                let plan = try await connection.query(
                    "EXPLAIN EXECUTE \(try name.text(0, 0))('{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}')"
                )
                return try (0..<plan.rowCount).map { try plan.text($0, 0) }.joined(separator: "\n")
            }
            try await use(7)
            #expect(try await plan().contains("Seq Scan"))
            try await connection.script("INSERT INTO filling SELECT n, n, n, n FROM generate_series(1, 20000) n")
            #expect(
                try await plan().contains("Seq Scan"),
                "the server has planned anew by itself: nothing is shown here"
            )
            try await use(8)
            #expect(try await plan().contains("Index"))
            try await connection.script("DROP TABLE filling")
        }
        await database.close()
    }

    /// Names that the server never had are not taken back from it: that would be an error, and cost all others.
    @Test func `a pipeline that fails before statements that it would prepare several times leaves nothing behind`()
        async throws
    {
        let database = try await postgres()
        try await database.withConnection { connection in
            let statements = (0..<20).map { PostgresStatement("SELECT $1 + 2", [.integer($0)]) }
            for _ in 0..<10 {
                _ = await databaseError {
                    _ = try await connection.pipeline([PostgresStatement("SELECT 1/0")] + statements)
                }
            }
            let before = database.statistics.prepared
            _ = try await connection.pipeline(statements)
            // At the first use, the eighth and the sixteenth.
            #expect(database.statistics.prepared - before == 3)
            for number in 0..<80 {
                _ = try await connection.pipeline((0..<9).map { _ in PostgresStatement("SELECT \(number)") })
            }
            let held = "SELECT count(*) FROM pg_prepared_statements"
            let kept = try await connection.query(held).integer(0, 0)
            // Those that were replaced are taken back 64 at a time.
            #expect(kept >= 81 && kept <= 82 + 64, "\(kept)")
        }
        await database.close()
    }

    @Test func `ten megabytes each way at once do not get stuck`() async throws {
        let database = try await postgres()
        let blob = (0..<20_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        let results = try await database.withConnection { connection in
            try await connection.pipeline(
                (0..<500).map { _ in PostgresStatement("SELECT $1", [.blob(blob)]) }
            )
        }
        #expect(results.count == 500)
        #expect(try results.allSatisfy { try $0.blob(0, 0) == blob })
        let large = [UInt8](repeating: 7, count: 10_000_000)
        let answer = try await database.query("SELECT $1, $1 || $1", [.blob(large)])
        #expect(try answer.blob(0, 0) == large)
        #expect(try answer.blob(0, 1).count == 20_000_000)
        await database.close()
    }

    @Test func `an error ends the pipeline, undoes what it did, and leaves the connection in use`()
        async throws
    {
        let database = try await postgres()
        try await database.withConnection { connection in
            try await connection.script(
                "CREATE TABLE item (id int8 PRIMARY KEY, name text); BEGIN; COMMIT"
            )
            let insert = "INSERT INTO item VALUES ($1, $2)"
            let error = await databaseError {
                _ = try await connection.pipeline([
                    PostgresStatement(insert, [.integer(1), .text("first")]),
                    PostgresStatement(insert, [.integer(1), .text("second")]),
                    PostgresStatement("SELECT nonsense, $1", [.integer(1)]),
                    PostgresStatement("SELECT 'never'"),
                ])
            }
            #expect(error?.code == .unique && error?.sqlState == "23505")
            #expect(error?.message.contains("item_pkey") == true)
            #expect(!connection.isInTransaction)
            #expect(try await connection.query("SELECT count(*) FROM item").integer(0, 0) == 0)
            // What was not prepared then is prepared now.
            #expect(try await connection.query("SELECT 'never'").text(0, 0) == "never")
            #expect(try await connection.query(insert, [.integer(1), .null]).affectedRows == 1)
            // In a transaction the error fails it, a savepoint saves it, and a COMMIT does not lie.
            _ = try await connection.pipeline([
                PostgresStatement("BEGIN"), PostgresStatement("SAVEPOINT s"),
            ])
            #expect(
                await databaseError { _ = try await connection.query(insert, [.integer(1), .null]) }
                    != nil
            )
            #expect(connection.isInTransaction)
            _ = try await connection.query("ROLLBACK TO SAVEPOINT s")
            #expect(try await connection.query(insert, [.integer(2), .null]).affectedRows == 1)
            #expect(
                await databaseError { _ = try await connection.query("SELECT 1/0") }?.sqlState == "22012"
            )
            let refused = await databaseError { _ = try await connection.query("COMMIT") }
            #expect(refused?.sqlState == "25P02")
            #expect(!connection.isInTransaction)
            #expect(try await connection.query("SELECT count(*) FROM item").integer(0, 0) == 1)
        }
        #expect(database.statistics.losses == 0)
        await database.close()
    }

    @Test func `a script runs as a whole, reports its error, and pipelines go on afterwards`()
        async throws
    {
        let database = try await postgres()
        try await database.withConnection { connection in
            try await connection.script(
                "CREATE TABLE a (x int8); INSERT INTO a VALUES (1), (2); SELECT * FROM a"
            )
            let error = await databaseError {
                try await connection.script(
                    "INSERT INTO a VALUES (3); SELECT nonsense; INSERT INTO a VALUES (4)"
                )
            }
            #expect(error?.sqlState == "42703")
            #expect(try await connection.query("SELECT count(*) FROM a").integer(0, 0) == 2)
            try await connection.script("")
            let copy = await databaseError { try await connection.script("COPY a TO STDOUT") }
            #expect(copy?.code == .misuse)
        }
        // COPY has cost the connection, and the next one is there.
        #expect(try await database.query("SELECT count(*) FROM a").integer(0, 0) == 2)
        await database.close()
    }

    @Test
    func `statements are prepared once, the least used give way, types and tables may change`()
        async throws
    {
        let database = try await postgres { $0.preparedStatements = 8 }
        try await database.withConnection { connection in
            let held = "SELECT count(*) FROM pg_prepared_statements"
            for _ in 0..<3 {
                for number in 0..<6 { _ = try await connection.query("SELECT \(number)") }
            }
            #expect(try await connection.query(held).integer(0, 0) == 7)
            let before = database.statistics.prepared
            _ = try await connection.pipeline((0..<50).map { PostgresStatement("SELECT 'x\($0)'") })
            #expect(database.statistics.prepared - before == 50)
            #expect(try await connection.query(held).integer(0, 0) <= 9)
            var oneOff = PostgresStatement("SELECT 'once'")
            oneOff.isOneOff = true
            let prepared = database.statistics.prepared
            _ = try await connection.pipeline([oneOff, oneOff])
            #expect(database.statistics.prepared == prepared)
            // A null fits any type; another type is prepared anew.
            #expect(try await connection.query("SELECT $1::int8", [.null]).isNull(0, 0))
            #expect(try await connection.query("SELECT $1::int8", [.integer(5)]).integer(0, 0) == 5)
            #expect(try await connection.query("SELECT $1::int8", [.text("6")]).integer(0, 0) == 6)
            #expect(try await connection.query("SELECT $1::int8", [.null]).isNull(0, 0))
            // A table that changes under a statement costs one retry.
            try await connection.script("CREATE TABLE t (x int8); INSERT INTO t VALUES (1)")
            #expect(try await connection.query("SELECT * FROM t").columnCount == 1)
            try await connection.script("ALTER TABLE t ADD COLUMN y int8")
            let error = await databaseError { _ = try await connection.query("SELECT * FROM t") }
            #expect(error?.code == .serialization && error?.postgresClass == .retry)
            #expect(try await connection.query("SELECT * FROM t").columnCount == 2)
            try await connection.script("DEALLOCATE ALL")
            #expect(
                await databaseError { _ = try await connection.query("SELECT * FROM t") }?.postgresClass
                    == .retry
            )
            #expect(try await connection.query("SELECT * FROM t").columnCount == 2)
        }
        await database.close()
    }

    @Test func `the blocking functions do the same from a plain thread`() async throws {
        let database = try await postgres()
        let count = try await database.withConnection { connection in
            try await database.onThread {
                try connection.scriptBlocking("CREATE TABLE t (x int8)")
                try connection.scriptBlocking("BEGIN")
                let results = try connection.pipelineBlocking(
                    (0..<10).map { PostgresStatement("INSERT INTO t VALUES ($1)", [.integer($0)]) }
                )
                #expect(results.count == 10)
                #expect(throws: DatabaseError.self) { try connection.queryBlocking("SELECT nonsense") }
                #expect(connection.isInTransaction)
                try connection.scriptBlocking("ROLLBACK")
                return try connection.queryBlocking("SELECT count(*) FROM t").integer(0, 0)
            }
        }
        #expect(count == 0)
        // More steps than threads take turns.
        let sum = Record<Int>()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<100 {
                group.addTask { try await database.onThread { sum.add(number) } }
            }
            try await group.waitForAll()
        }
        #expect(sum.things.reduce(0, +) == 4950)
        await database.close()
    }

    @Test func `statements of several tasks on one connection are answered each for itself`()
        async throws
    {
        let database = try await postgres()
        try await database.withConnection { connection in
            let answers = try await withThrowingTaskGroup(of: (Int64, Int64).self) { group in
                for number in Int64(0)..<200 {
                    group.addTask {
                        (number, try await connection.query("SELECT $1", [.integer(number)]).integer(0, 0))
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(answers.count == 200)
            #expect(answers.allSatisfy { $0.0 == $0.1 })
        }
        await database.close()
    }
}
#endif
