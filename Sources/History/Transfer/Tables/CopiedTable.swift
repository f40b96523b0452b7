import Database
import WorkflowAPI

/// A table that is carried from one store to another, as one of them has it.
struct CopiedTable: Sendable {
    struct Column: Hashable, Sendable {
        var name: String
        /// As the database calls it.
        var type: String
    }

    var name: String
    /// Those that are written; not what is generated from others.
    var columns: [Column]
    /// What tells a row from all others.
    var key: [String]
    /// What rows are read in order of; the key, unless their order means something.
    var order: [String]
    /// The tables whose rows have to be there before.
    var references: Set<String>

    /// The column that says whose a row is.
    var tenantColumn: String? { ["namespace", "tenant"].first { name in columns.contains { $0.name == name } } }

    /// The table that others write to is the engine's, but what waits in it is to be carried over: as whoever wrote it did.
    static let inbox = CopiedTable(
        name: "workflow_inbox",
        columns: [
            "namespace", "request_id", "kind", "workflow_id", "workflow_type", "task_queue", "conflict_policy",
            "signal_name", "input", "payload", "identity",
        ].map { Column(name: $0, type: $0 == "payload" ? "bytea" : "text") },
        key: ["namespace", "request_id"],
        order: ["position"],
        references: []
    )

    /// The tables in an order in which each comes behind those that it refers to. Throws for tables that refer to each other.
    static func ordered(_ tables: [CopiedTable]) throws -> [CopiedTable] {
        var (waiting, done) = (tables, [CopiedTable]())
        while !waiting.isEmpty {
            let names = Set(waiting.map(\.name))
            let next = waiting.filter { $0.references.subtracting([$0.name]).isDisjoint(with: names) }
            guard !next.isEmpty else {
                throw WorkflowServiceError(
                    .unimplemented,
                    "the tables \(names.sorted().joined(separator: ", ")) refer to each other: none can be copied first"
                )
            }
            done += next
            waiting.removeAll { table in next.contains { $0.name == table.name } }
        }
        return done
    }
}

/// A row as it was read: the values of the columns, and its place in the order.
struct CopiedRow: Sendable {
    var values: [StoreValue]
    var place: [StoreValue]
}

/// The tables of a store that are not the engine's own, for carrying them elsewhere.
protocol TableCarrier: Sendable {
    /// All there are, by name.
    func tables() async throws -> [CopiedTable]

    /// How many rows a table has; of a tenant where the table tells tenants apart.
    func count(_ table: CopiedTable, of tenant: Namespace?) async throws -> Int

    /// Rows behind a place, in their order.
    func rows(
        _ table: CopiedTable,
        of tenant: Namespace?,
        after place: [StoreValue]?,
        limit: Int
    ) async throws -> [CopiedRow]

    /// Writes rows, or finds that they are there already, in one transaction, without running the table's triggers: what these
    /// did when the rows were first written comes along with the other tables. The values stand in the order of `columns`.
    /// Throws when other rows stand in their places.
    /// - Returns: how many were not there.
    func write(_ rows: [CopiedRow], columns: [String], into table: CopiedTable) async throws -> Int

    /// Numbers that the database gives begin behind those that were written.
    func finish(_ table: CopiedTable) async throws
}

extension TableCarrier {
    /// What belongs to the engine in either database.
    static var enginesTables: Set<String> {
        var names = Set(SQLiteSchema.component.tables + ["schema_version"])
        #if PostgreSQL
        names.formUnion(PostgresSchema.component.tables)
        #endif
        return names
    }

    /// Other rows stand in the places of those that come.
    func occupied(_ table: CopiedTable, _ count: Int) -> WorkflowServiceError {
        WorkflowServiceError(
            .alreadyStarted,
            "the destination has \(count == 1 ? "a row" : "\(count) rows") of table '\(table.name)' with the same key and "
                + "other contents; nothing is written over"
        )
    }
}

extension ApplicationDatabase {
    /// What carries tables from or to it.
    var carrier: any TableCarrier {
        #if PostgreSQL
        if let server = self as? PostgresDatabase { return PostgresTableCarrier(database: server) }
        #endif
        return SQLiteTableCarrier(database: self)
    }
}

/// An identifier as SQL takes it.
func quotedName(_ name: String) -> String { "\"" + name.replacing("\"", with: "\"\"") + "\"" }
