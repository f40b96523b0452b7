/// The rows of one table that belong to a run: what was read, and what a transition did to them.
///
/// A transition may only look at rows that its read set named; anything else is a broken invariant, which shows as an
/// error rather than as a wrong answer.
package struct RowSet<Row: Hashable & Sendable>: Sendable {
    private var rows: [Int64: Row]
    /// Every row of the run was read.
    package let isWhole: Bool
    /// The keys of rows that were written.
    package private(set) var changed: Set<Int64> = []
    /// The keys of rows that were removed.
    package private(set) var removed: Set<Int64> = []

    /// Rows as read.
    package init(_ rows: [Int64: Row] = [:], isWhole: Bool = true) {
        self.rows = rows
        self.isWhole = isWhole
    }

    /// A row, if it was read; writing marks it.
    package subscript(key: Int64) -> Row? {
        get { rows[key] }
        set {
            rows[key] = newValue
            if newValue != nil {
                changed.insert(key)
                removed.remove(key)
            } else {
                removed.insert(key)
                changed.remove(key)
            }
        }
    }

    /// Every row in order of key; throws when not every row was read.
    package func all() throws -> [Row] {
        guard isWhole else { throw BrokenInvariant("a transition looked at rows outside its read set") }
        return rows.sorted { $0.key < $1.key }.map(\.value)
    }

    /// The rows that were read, in order of key.
    package var loaded: [Row] { rows.sorted { $0.key < $1.key }.map(\.value) }

    /// Whether one of the rows that were read fits.
    package func contains(where fits: (Row) -> Bool) -> Bool { rows.values.contains(where: fits) }

    /// Removes every row, read or not; the store deletes by run.
    package mutating func removeAll() {
        removed.formUnion(rows.keys)
        changed.removeAll()
        rows.removeAll()
        clearedAll = true
    }

    /// The store has to delete every row of the run.
    package private(set) var clearedAll = false

    /// Forgets what was changed, once the store has written it.
    package mutating func markClean() {
        changed.removeAll()
        removed.removeAll()
        clearedAll = false
    }
}

/// Something that can only be a bug of ours: the transition is undone and reported, the process lives on.
package struct BrokenInvariant: Error, CustomStringConvertible {
    package let description: String

    package init(_ description: String) { self.description = description }
}
