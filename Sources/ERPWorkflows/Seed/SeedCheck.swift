/// Finds what is wrong with a seed file before anything is written.
enum SeedCheck {
    /// The problems, one line each, with the place.
    static func problems(of file: SeedFile) -> [String] {
        var problems: [String] = []
        func check(_ holds: Bool, _ problem: @autoclosure () -> String) {
            if !holds { problems.append(problem()) }
        }
        check(!file.namespaces.isEmpty, "namespaces: at least one is needed")
        for name in repeated(file.namespaces.map(\.name)) { problems.append("namespaces: '\(name)' stands twice") }
        for namespace in file.namespaces {
            let users = namespace.users ?? []
            let vendors = namespace.vendors ?? []
            let budgets = namespace.budgets ?? []
            for id in repeated(users.map(\.id)) {
                problems.append("users: '\(id)' stands twice in '\(namespace.name)'")
            }
            for id in repeated(vendors.map(\.id)) {
                problems.append("vendors: '\(id)' stands twice in '\(namespace.name)'")
            }
            let keys = budgets.map { "\($0.department) \($0.fiscalYear?.description ?? "")" }
            for key in repeated(keys) { problems.append("budgets: '\(key)' stands twice in '\(namespace.name)'") }
            for user in users {
                check(!user.id.isEmpty && !user.department.isEmpty, "users: id and department may not be empty")
                for role in user.roles ?? [] { check(!role.isEmpty, "users: '\(user.id)' has an empty role") }
            }
            for vendor in vendors { problems += self.problems(of: vendor) }
            for budget in budgets {
                check(!budget.department.isEmpty, "budgets: the department may not be empty")
                check(budget.allocated >= .zero, "budgets: '\(budget.department)' may not be negative")
            }
        }
        return problems
    }

    private static func problems(of vendor: SeedVendor) -> [String] {
        var problems: [String] = []
        if vendor.id.isEmpty { problems.append("vendors: id may not be empty") }
        if let tin = vendor.tin, !Identifiers.isTIN(tin) {
            problems.append("vendors: the TIN of '\(vendor.id)' must have 10 or 12 digits")
        }
        if let bin = vendor.bin, !Identifiers.isBIN(bin) {
            problems.append("vendors: the BIN of '\(vendor.id)' must have 9 or 13 digits")
        }
        if let mobile = vendor.mobile, Identifiers.mobile(mobile) == nil {
            problems.append("vendors: the mobile number of '\(vendor.id)' must be 01[3-9] and 8 digits")
        }
        return problems
    }

    private static func repeated(_ names: [String]) -> [String] {
        var seen: Set<String> = []
        return names.filter { !seen.insert($0).inserted }
    }
}
