/// The end of an audit trail, to be kept where nobody who can write the file can change it.
package struct AuditAnchor: Hashable, Sendable {
    /// How many entries there are.
    package var entries: Int64
    /// The hash at the end, 64 hexadecimal digits.
    package var hash: String
}
