/// The tables of a component on PostgreSQL, for those that differ from SQLite's: the whole schema as it is today, and the steps
/// by which older databases get there.
package struct PostgresScripts: Sendable {
    /// Makes everything where there is nothing yet.
    package let whole: String
    /// The version that these tables had when they first stood on PostgreSQL: no database has an older one.
    package let firstVersion: Int64
    /// The first makes the version after `firstVersion` out of it. What was published never changes.
    package let steps: [SchemaStep]

    /// Whole and steps are SQL scripts without transaction statements.
    package init(whole: String, firstVersion: Int64, steps: [SchemaStep] = []) {
        self.whole = whole
        self.firstVersion = firstVersion
        self.steps = steps
    }

    /// The version that this program reads and writes.
    package var version: Int64 { firstVersion + Int64(steps.count) }

    /// What is missing in a database of a version.
    func steps(after stored: Int64) -> ArraySlice<SchemaStep> {
        steps.dropFirst(Int(max(0, min(stored - firstVersion, Int64(steps.count)))))
    }
}
