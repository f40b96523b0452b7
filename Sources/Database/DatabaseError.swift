/// Trouble with the database: a code to act on and one line for people. Never holds bound values.
package struct DatabaseError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What kind of trouble.
    package var code: Code
    /// One line for people.
    package var message: String
    /// The database's own number, 0 if the trouble is not its.
    package var nativeCode: Int32
    /// The five characters by which PostgreSQL says what is wrong; nil if it did not say.
    package var sqlState: String?

    package init(_ code: Code, _ message: String, nativeCode: Int32 = 0, sqlState: String? = nil) {
        self.code = code
        self.message = message
        self.nativeCode = nativeCode
        self.sqlState = sqlState
    }

    /// What everybody gets who comes too late.
    static let closed = DatabaseError(.closed, "the database was closed")

    /// The message.
    package var description: String { message }

    /// The kinds of trouble.
    package enum Code: Hashable, Sendable {
        /// Somebody else holds a lock; try again.
        case busy
        /// A row would stand twice.
        case unique
        /// A rule of the schema would be broken.
        case constraint
        /// The disk is full.
        case full
        /// The disk failed.
        case io
        /// There is no memory.
        case noMemory
        /// The file is damaged.
        case corrupt
        /// The file is not a database, or not one of ours.
        case notOurs
        /// The file may not be written.
        case readOnly
        /// The file cannot be opened or made.
        case cannotOpen
        /// The file lies on a network file system, where locks cannot be trusted.
        case networkFileSystem
        /// A newer version made the schema.
        case schemaTooNew
        /// An older version made the schema, and it cannot be migrated now.
        case schemaTooOld
        /// Others came in between, and the database undid the transaction: run it again.
        case serialization
        /// It took longer than it may.
        case timeout
        /// The server is gone or cannot be reached; what ran was undone.
        case connectionLost
        /// The server does not let this user in, or not at this.
        case notPermitted
        /// The commit failed in a way that leaves open whether it happened.
        case outcomeUnknown
        /// The database was closed.
        case closed
        /// A bug of ours: wrong SQL, wrong bindings.
        case misuse
    }
}
