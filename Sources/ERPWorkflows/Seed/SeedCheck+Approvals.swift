extension SeedCheck {
    /// What would keep approvals from working: a login of two people, a level that escalates to nobody.
    static func approvalProblems(of namespace: SeedNamespace) -> [String] {
        // Whoever signs in with a login is one person.
        let logins = Dictionary((namespace.users ?? []).map { ($0.id, $0.login ?? $0.id) }) { $1 }
        var problems = repeated(logins.values.sorted()).map { login in
            "users: the login '\(login.clipped(to: 20))' belongs to two in '\(namespace.name)'"
        }
        for user in namespace.users ?? [] {
            guard let login = user.login, login != user.id, let other = logins[login], other != login else { continue }
            problems.append(
                "users: '\(user.id.clipped(to: 20))' signs in with the id of somebody else in '\(namespace.name)'"
            )
        }
        func check(_ levels: [ApprovalLevelPolicy?], of policy: String) {
            for role in levels.compactMap({ $0?.escalation?.role }) where !knownRoles.contains(role) {
                problems.append("\(policy): there is no role '\(role.clipped(to: 20))'")
            }
        }
        let orders = namespace.purchaseOrderPolicy
        check([orders?.departmentHead, orders?.finance], of: "purchaseOrderPolicy")
        check(namespace.invoicePolicy?.levels.all ?? [], of: "invoicePolicy")
        check([namespace.people?.onboardingPolicy?.benefits], of: "onboardingPolicy")
        return problems
    }
}
