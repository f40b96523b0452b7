package import WorkflowAPI

/// A role of the database that may see a namespace.
package struct NamespaceGrant: Hashable, Sendable {
    /// The tenant.
    package var namespace: Namespace
    /// The role.
    package var role: String
    /// It may do what an engine does; otherwise it is an application's.
    package var servesIt: Bool

    package init(namespace: Namespace, role: String, servesIt: Bool) {
        self.namespace = namespace
        self.role = role
        self.servesIt = servesIt
    }
}
