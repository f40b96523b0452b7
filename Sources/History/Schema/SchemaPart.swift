import Database

/// The tables of one component, as they stand and as this program knows them.
package struct SchemaPart: Hashable, Sendable {
    /// Whose.
    package var component: String
    /// The version that stands in the store.
    package var version: Int64
    /// The oldest program, by the version it knows, that may use these tables; nil where only the same may.
    package var usableBy: Int64?
    /// The version that this program knows; nil for parts that it does not.
    package var known: Int64?

    /// This program may work with them, as far as it knows them.
    package var isUsable: Bool {
        guard let known else { return true }
        return version >= known && (usableBy ?? version) <= known
    }
}
