/// Why a statement of a ``StoreTransaction`` was not done. The message names tables and columns, never values.
public struct StoreError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What kind of trouble.
    public var code: Code
    /// One line for people.
    public var message: String

    /// All parts by name.
    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    /// The message.
    public var description: String { message }

    /// The kinds of trouble. `constraint` and `unique` undo the statement alone, unless it says `OR FAIL` or `OR ROLLBACK`: the
    /// step may catch them and go on.
    public enum Code: String, Hashable, Sendable {
        /// A row would stand twice.
        case unique
        /// A rule of the schema would be broken.
        case constraint
        /// Such a statement may not run here.
        case refused
        /// The statement is wrong: its words, its names, its values.
        case statement
        /// The step took longer than it may.
        case tooLong
        /// The transaction is over.
        case over
    }
}
