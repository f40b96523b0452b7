/// The tables of one part of the system in a file that several parts share: the whole schema as it is today, and beside it
/// the steps by which older files get there. A test holds both equal.
package struct SchemaComponent: Sendable {
    /// Under which its version stands in the file; never changes.
    package let name: String
    /// Makes everything of this part where there is nothing of it yet.
    package let whole: String
    /// The first makes version 1 out of nothing, the next version 2 out of 1. What was published never changes.
    package let steps: [SchemaStep]

    /// The same tables in PostgreSQL's words; nil when one set of scripts does for both.
    package let postgres: PostgresScripts?

    /// Whole and steps are SQL scripts without transaction statements.
    package init(name: String, whole: String, steps: [SchemaStep], postgres: PostgresScripts? = nil) {
        self.name = name
        self.whole = whole
        self.steps = steps
        self.postgres = postgres
    }

    /// What makes its tables on PostgreSQL.
    package var onPostgres: PostgresScripts { postgres ?? PostgresScripts(whole: whole, firstVersion: 0, steps: steps) }

    /// The names of the tables that `whole` makes, in its order.
    package var tables: [String] {
        whole.split(separator: "\n").compactMap { line in
            guard line.hasPrefix("CREATE TABLE ") else { return nil }
            return String(line.dropFirst("CREATE TABLE ".count).prefix { $0 != " " && $0 != "(" })
        }
    }

    /// The version that this program reads and writes.
    package var version: Int64 { Int64(steps.count) }
}

/// One step from a version of a schema to the next.
package struct SchemaStep: Sendable {
    /// What it does in a few words, for messages.
    package let name: String
    /// An SQL script without transaction statements. Foreign keys are checked at its end only.
    package let sql: String
    /// The index that the step makes while others go on writing, outside of a transaction; PostgreSQL only.
    package let concurrentIndex: String?

    package init(_ name: String, _ sql: String) {
        self.name = name
        self.sql = sql
        concurrentIndex = nil
    }

    /// A step of one statement, `CREATE INDEX CONCURRENTLY index ...`, for tables that are large: nobody waits for it. It may
    /// run again: an index that a crash has left half made is dropped and made anew. Not for partitioned tables, whose indexes
    /// PostgreSQL makes in one go only.
    package init(_ name: String, concurrently index: String, _ sql: String) {
        self.name = name
        self.sql = sql
        concurrentIndex = index
    }
}
