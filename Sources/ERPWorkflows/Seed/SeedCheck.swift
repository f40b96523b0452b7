import WorkflowRuntime

/// Finds what is wrong with a seed file before anything is written.
enum SeedCheck {
    /// The roles that decide something. One that does not is a slip of the pen, and its approver would wait in vain.
    static let knownRoles = [
        "department_head", "finance", "accounts_payable", "finance_manager", "cfo", "ceo", "hr", "it", "security",
    ]

    /// The problems, one line each, with the place.
    static func problems(of file: SeedFile) -> [String] {
        var problems: [String] = []
        func check(_ holds: Bool, _ problem: @autoclosure () -> String) {
            if !holds { problems.append(problem()) }
        }
        func checkName(_ text: String, _ what: @autoclosure () -> String) {
            if let problem = TextLimits.problem(text, from: 1, to: TextLimits.name) {
                problems.append("\(what()) \(problem)")
            }
        }
        check(!file.namespaces.isEmpty, "namespaces: at least one is needed")
        for name in repeated(file.namespaces.map(\.name)) { problems.append("namespaces: '\(name)' stands twice") }
        for namespace in file.namespaces {
            checkName(namespace.name, "namespaces: the name '\(namespace.name.clipped(to: 20))'")
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
            for code in repeated((namespace.accounts ?? []).map(\.code)) {
                problems.append("accounts: '\(code)' stands twice in '\(namespace.name)'")
            }
            for account in namespace.accounts ?? [] {
                checkName(account.code, "accounts: the code '\(account.code.clipped(to: 20))'")
                checkName(account.name, "accounts: the name of '\(account.code.clipped(to: 20))'")
            }
            problems += approvalProblems(of: namespace)
            let types = ERPPack.workflows.map(\.name)
            for type in namespace.requireEncryption ?? [] where !types.contains(type) {
                problems.append(
                    "requireEncryption: there is no workflow '\(type.clipped(to: 40))'; known are: "
                        + types.joined(separator: ", ")
                )
            }
            for user in users { problems += self.problems(of: user, in: namespace.name) }
            for vendor in vendors { problems += self.problems(of: vendor, in: namespace.name) }
            for budget in budgets {
                checkName(budget.department, "budgets: the department")
                check(budget.allocated >= .zero, "budgets: '\(budget.department)' may not be negative")
            }
            if let people = namespace.people { problems += self.problems(of: people, in: namespace.name) }
        }
        return problems
    }

    private static func problems(of user: SeedUser, in tenant: String) -> [String] {
        let name = "users: '\(user.id.clipped(to: 20))'"
        let place = "\(name) of '\(tenant.clipped(to: 20))'"
        let roles = user.roles ?? []
        var problems = tooLong(
            [
                ("id", user.id, 1, TextLimits.name), ("department", user.department, 1, TextLimits.name),
                ("name", user.name, 1, TextLimits.name), ("email", user.email, 0, TextLimits.name),
                ("login", user.login ?? user.id, 1, TextLimits.name),
            ] + roles.map { ("a role", $0, 1, TextLimits.name) },
            of: name
        )
        guard roles.count <= 100 else { return problems + ["\(name): at most 100 roles"] }
        for role in Set(roles).subtracting(knownRoles).sorted() {
            let near = NearestName.of(role, among: knownRoles).map { "; did you mean '\($0)'?" } ?? ""
            problems.append(
                "\(place): there is no role '\(role.clipped(to: 20))'; known are: "
                    + knownRoles.joined(separator: ", ") + near
            )
        }
        return problems + badAddress(user.email, at: place)
    }

    private static func badAddress(_ address: String, at place: String) -> [String] {
        guard !Identifiers.isMailAddress(address) else { return [] }
        return ["\(place): the email '\(address.clipped(to: 40))' is not of the form name@domain"]
    }

    private static func problems(of vendor: SeedVendor, in tenant: String) -> [String] {
        var problems = tooLong(
            [
                ("id", vendor.id, 1, TextLimits.name), ("name", vendor.name, 1, TextLimits.name),
                ("email", vendor.email, 0, TextLimits.name),
                ("holdReason", vendor.holdReason ?? "", 0, TextLimits.words),
            ],
            of: "vendors: '\(vendor.id.clipped(to: 20))'"
        )
        if let tin = vendor.tin, (try? TIN(tin)) == nil {
            problems.append("vendors: the TIN of '\(vendor.id)' must have 10 or 12 digits")
        }
        if let bin = vendor.bin, (try? BIN(bin)) == nil {
            problems.append("vendors: the BIN of '\(vendor.id)' must have 9 or 13 digits")
        }
        if let mobile = vendor.mobile, Identifiers.mobile(mobile) == nil {
            problems.append("vendors: the mobile number of '\(vendor.id)' must be 01[3-9] and 8 digits")
        }
        let place = "vendors: '\(vendor.id.clipped(to: 20))' of '\(tenant.clipped(to: 20))'"
        return problems + badAddress(vendor.email, at: place)
    }

    /// What goes into orders, and with them into histories, has the limits that orders have.
    private static func tooLong(_ texts: [(name: String, text: String, Int, Int)], of what: String) -> [String] {
        texts.compactMap { name, text, least, most in
            TextLimits.problem(text, from: least, to: most).map { "\(what): \(name) \($0)" }
        }
    }

    static func repeated(_ names: [String]) -> [String] {
        var seen: Set<String> = []
        return names.filter { !seen.insert($0).inserted }
    }
}
