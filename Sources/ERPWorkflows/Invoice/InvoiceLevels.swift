/// Who has to agree to an invoice: by its total, by its difference from its order, and by the tenant's policy.
enum InvoiceLevels {
    /// The level at which accounts payable accepts a difference from the order.
    static let matching = "matching"

    /// The levels of an invoice in order; `isDifferent` when its difference from its order has to be accepted first.
    static func levels(total: Money, isDifferent: Bool, _ policy: InvoicePolicy) -> [ApprovalLevel] {
        let accepting = ApprovalLevel(
            matching,
            title: "accounts payable (matching)",
            role: "accounts_payable",
            isApart: true,
            days: policy.matchingDays
        )
        let approving = policy.thresholds.levels(forTotal: total).map { role in
            ApprovalLevel(
                role,
                title: titles[role],
                isDepartmentOnly: role == "department_head",
                days: policy.days.of(role: role) ?? policy.days.accountsPayable
            )
        }
        return (isDifferent ? [accepting] : []) + approving
    }

    private static let titles = ["cfo": "CFO", "ceo": "CEO"]
}
