#if PostgreSQL
import Database
import WorkflowAPI

/// The tables of applications in the engine's schema of a PostgreSQL database.
struct PostgresTableCarrier: TableCarrier {
    let database: PostgresDatabase

    func tables() async throws -> [CopiedTable] {
        let columns = try await database.query(
            """
            SELECT c.relname, a.attname, format_type(a.atttypid, NULL),
                coalesce(array_position(k.conkey, a.attnum), 0)::bigint
            FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
            LEFT JOIN pg_constraint k ON k.conrelid = c.oid AND k.contype = 'p'
            WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
                AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = '' ORDER BY c.relname, a.attnum
            """
        ).map { (table: $0.text(0), name: $0.text(1), type: $0.text(2), place: $0.integer(3)) }
        let references = try await database.query(
            """
            SELECT DISTINCT c.relname, f.relname FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid
            JOIN pg_class f ON f.oid = k.confrelid
            WHERE k.contype = 'f' AND c.relnamespace = current_schema()::regnamespace
            """
        ).map { ($0.text(0), $0.text(1)) }
        return Dictionary(grouping: columns.filter { !Self.enginesTables.contains($0.table) }) { $0.table }
            .sorted { $0.key < $1.key }
            .map { name, columns in
                let key = columns.filter { $0.place > 0 }.sorted { $0.place < $1.place }.map(\.name)
                return CopiedTable(
                    name: name,
                    columns: columns.map { .init(name: $0.name, type: $0.type) },
                    key: key,
                    order: key,
                    references: Set(references.filter { $0.0 == name }.map(\.1))
                )
            }
    }

    private static func condition(_ table: CopiedTable, _ tenant: Namespace?) -> (String, [PostgresValue]) {
        guard let tenant, let column = table.tenantColumn else { return ("true", []) }
        return ("\(quotedName(column)) = $1", [.text(tenant.rawValue)])
    }

    func count(_ table: CopiedTable, of tenant: Namespace?) async throws -> Int {
        let (condition, values) = Self.condition(table, tenant)
        let found = try await database.query(
            "SELECT count(*) FROM \(quotedName(table.name)) WHERE \(condition)",
            values
        )
        return Int(try found.integer(0, 0))
    }

    func rows(
        _ table: CopiedTable,
        of tenant: Namespace?,
        after place: [StoreValue]?,
        limit: Int
    ) async throws -> [CopiedRow] {
        var (condition, values) = Self.condition(table, tenant)
        let types = Dictionary(table.columns.map { ($0.name, ColumnKind($0.type)) }) { first, _ in first }
        let order = table.order.map { ($0, types[$0] ?? .integer) }
        let list = order.map { quotedName($0.0) }.joined(separator: ", ")
        if let place {
            let places = try zip(order, place).map { column, value in
                values.append(try column.1.value(value, column: column.0, of: table))
                return column.1.cast("$\(values.count)")
            }
            condition += " AND (\(list)) > (\(places.joined(separator: ", ")))"
        }
        let columns = table.columns.map { ColumnKind($0.type).reading(quotedName($0.name)) }
        let places = order.map { $0.1.reading(quotedName($0.0)) }
        let found = try await database.query(
            """
            SELECT \((columns + places).joined(separator: ", ")) FROM \(quotedName(table.name))
            WHERE \(condition) ORDER BY \(list) LIMIT \(limit)
            """,
            values
        )
        return try (0..<found.rowCount).map { row in
            CopiedRow(
                values: try columns.indices.map { try found.value(row, $0) },
                place: try places.indices.map { try found.value(row, columns.count + $0) }
            )
        }
    }

    func write(_ rows: [CopiedRow], columns: [String], into table: CopiedTable) async throws -> Int {
        let types = Dictionary(table.columns.map { ($0.name, ColumnKind($0.type)) }) { first, _ in first }
        let kinds = columns.map { types[$0] ?? .text }
        let arrays = try columns.indices.map { index in
            try kinds[index].array(rows.map { $0.values[index] }, column: columns[index], of: table)
        }
        let source = kinds.enumerated().map { "$\($0.offset + 1)::\($0.element.arrayType)" }.joined(separator: ", ")
        let names = columns.indices.map { "c\($0)" }.joined(separator: ", ")
        let values = kinds.enumerated().map { "\($0.element.cast("c\($0.offset)")) AS c\($0.offset)" }
        let new = "SELECT \(values.joined(separator: ", ")) FROM unnest(\(source)) AS raw (\(names))"
        let (name, list) = (quotedName(table.name), columns.map(quotedName))
        let insert = PostgresStatement(
            "INSERT INTO \(name) (\(list.joined(separator: ", "))) OVERRIDING SYSTEM VALUE \(new) ON CONFLICT DO NOTHING",
            arrays
        )
        let equal = columns.indices.map { kinds[$0].isSame("t.\(list[$0])", "n.c\($0)") }.joined(separator: " AND ")
        let compare = PostgresStatement(
            "SELECT count(*) FROM (\(new)) AS n JOIN \(name) AS t ON \(equal)",
            arrays
        )
        return try await database.withConnection { connection in
            // In this transaction alone, and nobody else writes to the table meanwhile.
            let triggers = try await connection.query(
                "SELECT FROM pg_trigger WHERE tgrelid = $1::regclass AND NOT tgisinternal",
                [.text(name)]
            )
            func switching(_ verb: String) -> [PostgresStatement] {
                triggers.rowCount == 0 ? [] : [PostgresStatement("ALTER TABLE \(name) \(verb) TRIGGER USER")]
            }
            let begun = [PostgresStatement("BEGIN")] + switching("DISABLE")
            let written = try await connection.pipeline(begun + [insert])[begun.count].affectedRows
            if written < rows.count {
                let same = Int(try await connection.pipeline([compare])[0].integer(0, 0))
                guard same == rows.count else { throw occupied(table, rows.count - same) }
            }
            _ = try await connection.pipeline(switching("ENABLE") + [PostgresStatement("COMMIT")])
            return written
        }
    }

    func finish(_ table: CopiedTable) async throws {
        for column in table.columns where ColumnKind(column.type) == .integer {
            let (name, quoted) = (quotedName(table.name), quotedName(column.name))
            let found = try await database.query(
                "SELECT pg_get_serial_sequence($1, $2)",
                [.text(name), .text(column.name)]
            )
            guard let sequence = try found.optionalText(0, 0) else { continue }
            // Rows of others may be out of sight, so it never goes back.
            _ = try await database.query(
                """
                SELECT setval($1::regclass, max(\(quoted))) FROM \(name)
                HAVING max(\(quoted)) > (SELECT last_value FROM \(sequence))
                """,
                [.text(sequence)]
            )
        }
    }
}
#endif
