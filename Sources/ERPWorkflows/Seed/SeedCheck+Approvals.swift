extension SeedCheck {
    /// What would keep approvals from working: a login of two people, a level that escalates to nobody.
    static func approvalProblems(of namespace: SeedNamespace) -> [String] {
        // Whoever signs in with a login is one person.
        let logins = Dictionary((namespace.users ?? []).map { ($0.id, $0.login ?? $0.id) }) { $1 }
        var problems = repeated(logins.values.sorted()).map { login in
            "users: the login '\(login.clipped(to: 20))' belongs to two in '\(namespace.name)'"
        }
        let policy = namespace.purchaseOrderPolicy
        for level in [policy?.departmentHead, policy?.finance] {
            guard let role = level?.escalation?.role, !knownRoles.contains(role) else { continue }
            problems.append("purchaseOrderPolicy: there is no role '\(role.clipped(to: 20))'")
        }
        return problems
    }
}
