import Database
import WorkflowAPI

/// The tables of applications in a SQLite file.
struct SQLiteTableCarrier: TableCarrier {
    private let database: SQLiteDatabase?

    init(database: any ApplicationDatabase) { self.database = database as? SQLiteDatabase }

    private func file() throws -> SQLiteDatabase {
        guard let database else { throw WorkflowServiceError(.unimplemented, "this store has no tables to copy") }
        return database
    }

    func tables() async throws -> [CopiedTable] {
        try await file().read { connection in
            let names = try connection.query(
                "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite!_%' ESCAPE '!' ORDER BY 1"
            ) { $0.text(0) }
            return try names.filter { !Self.enginesTables.contains($0) }.map { name in
                // Hidden columns are generated from others.
                let columns = try connection.query(
                    "SELECT name, type, pk FROM pragma_table_xinfo(?) WHERE hidden = 0 ORDER BY cid",
                    [.text(name)]
                ) { (name: $0.text(0), type: $0.text(1), place: $0.integer(2)) }
                let key = columns.filter { $0.place > 0 }.sorted { $0.place < $1.place }.map(\.name)
                let references = try connection.query(
                    "SELECT DISTINCT \"table\" FROM pragma_foreign_key_list(?)",
                    [.text(name)]
                ) { $0.text(0) }
                return CopiedTable(
                    name: name,
                    columns: columns.map { .init(name: $0.name, type: $0.type) },
                    key: key,
                    order: key,
                    references: Set(references)
                )
            }
        }
    }

    private static func condition(_ table: CopiedTable, _ tenant: Namespace?) -> (String, [StoreValue]) {
        guard let tenant, let column = table.tenantColumn else { return ("true", []) }
        return ("\(quotedName(column)) = ?", [.text(tenant.rawValue)])
    }

    func count(_ table: CopiedTable, of tenant: Namespace?) async throws -> Int {
        let (condition, values) = Self.condition(table, tenant)
        return try await file().read { connection in
            let sql = "SELECT count(*) FROM \(quotedName(table.name)) WHERE \(condition)"
            return Int(try connection.query(sql, values) { $0.integer(0) }.first ?? 0)
        }
    }

    func rows(
        _ table: CopiedTable,
        of tenant: Namespace?,
        after place: [StoreValue]?,
        limit: Int
    ) async throws -> [CopiedRow] {
        var (condition, values) = Self.condition(table, tenant)
        let order = table.order.map(quotedName).joined(separator: ", ")
        if let place {
            condition += " AND (\(order)) > (\(place.map { _ in "?" }.joined(separator: ", ")))"
            values += place
        }
        let columns = table.columns.map { quotedName($0.name) }.joined(separator: ", ")
        let sql =
            "SELECT \(columns), \(order) FROM \(quotedName(table.name)) WHERE \(condition) ORDER BY \(order) LIMIT \(limit)"
        let (width, depth, bindings) = (table.columns.count, table.order.count, values)
        return try await file().read { connection in
            try connection.query(sql, bindings) { row in
                CopiedRow(
                    values: (0..<width).map { row.value(Int32($0)) },
                    place: (width..<width + depth).map { row.value(Int32($0)) }
                )
            }
        }
    }

    func write(_ rows: [CopiedRow], columns: [String], into table: CopiedTable) async throws -> Int {
        try await file().write { connection in
            let triggers = try connection.query(
                "SELECT name, sql FROM sqlite_schema WHERE type = 'trigger' AND tbl_name = ?",
                [.text(table.name)]
            ) { (name: $0.text(0), sql: $0.text(1)) }
            // SQLite cannot switch them off. All of it is one transaction: nobody sees the table without them.
            for trigger in triggers { try connection.executeScript("DROP TRIGGER \(quotedName(trigger.name))") }
            let (name, list) = (quotedName(table.name), columns.map(quotedName))
            let insert =
                "INSERT INTO \(name) (\(list.joined(separator: ", "))) VALUES "
                + "(\(list.map { _ in "?" }.joined(separator: ", "))) ON CONFLICT DO NOTHING"
            let same = "SELECT 1 FROM \(name) WHERE " + list.map { "\($0) IS ?" }.joined(separator: " AND ")
            var (written, occupied) = (0, 0)
            for row in rows {
                try connection.execute(insert, row.values)
                if connection.changes == 1 {
                    written += 1
                } else if try connection.query(same, row.values, { $0.integer(0) }).isEmpty {
                    occupied += 1
                }
            }
            guard occupied == 0 else { throw self.occupied(table, occupied) }
            for trigger in triggers { try connection.executeScript(trigger.sql) }
            return written
        }
    }

    /// SQLite looks for itself.
    func finish(_ table: CopiedTable) async throws {}
}
