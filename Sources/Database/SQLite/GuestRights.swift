/// What statements of others may do on a connection, beyond reading.
package struct GuestRights: Hashable, Sendable {
    /// Rows may be changed at all.
    package var mayWrite: Bool
    /// Tables whose rows must not be changed.
    package var protected: Set<String>
    /// Tables whose rows may be added, and neither changed nor deleted.
    package var insertOnly: Set<String>

    package init(mayWrite: Bool = true, protected: Set<String> = [], insertOnly: Set<String> = []) {
        self.mayWrite = mayWrite
        self.protected = protected
        self.insertOnly = insertOnly
    }

    /// Everything but the database's own tables.
    package static let all = GuestRights()
    /// Nothing but reading.
    package static let reading = GuestRights(mayWrite: false)

    /// Why an action on a table may not be; nil when it may.
    func refusal(isInsert: Bool, of table: String) -> String? {
        if !mayWrite { return "this transaction is for reading only" }
        if protected.contains(table) || table.hasPrefix("sqlite_") {
            return "a step may not write to the table \(table), which is the engine's"
        }
        if insertOnly.contains(table), !isInsert { return "a step may only add rows to the table \(table)" }
        return nil
    }
}
