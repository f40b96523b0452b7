/// The transaction of the store that records what a step did, open to the step itself.
///
/// What is written through it exists if and only if the step's completion is in the history, whatever crashes. It is
/// valid within the call that got it and on that call's thread; afterwards it refuses. The statements are the database's
/// own SQL with `?` for each value; a statement that is not a plain `SELECT`, `INSERT`, `UPDATE`, `DELETE` or `REPLACE`
/// (with or without `WITH`) is refused, and so is one that writes to the engine's tables, but for `workflow_inbox`.
///
/// Keep it short: while a step runs nobody else writes. Both methods throw ``StoreError``; an error of another type is trouble
/// of the store itself, which ends the step whether it is caught or not.
public protocol StoreTransaction {
    /// Runs a statement that changes rows.
    /// - Returns: how many rows it changed itself; what triggers did does not count.
    @discardableResult func execute(_ sql: String, _ values: [StoreValue]) throws -> Int

    /// The rows that a statement finds (or gives back, by `RETURNING`).
    func query(_ sql: String, _ values: [StoreValue]) throws -> [StoreRow]
}

extension StoreTransaction {
    /// Runs a statement without values.
    @discardableResult public func execute(_ sql: String) throws -> Int { try execute(sql, []) }

    /// The rows that a statement without values finds.
    public func query(_ sql: String) throws -> [StoreRow] { try query(sql, []) }
}
