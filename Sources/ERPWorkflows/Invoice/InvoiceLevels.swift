import WorkflowRuntime

/// Who has to agree to an invoice: by its total, by its difference from its order, and by the tenant's policy.
enum InvoiceLevels {
    /// The level at which accounts payable accepts a difference from the order.
    static let matching = "matching"

    /// What the thresholds are held against: the total as stated or as computed, whichever is more. They may differ by a
    /// poisha each, and nobody gets by a level by stating one less or one more.
    static func total(of input: InvoiceInput, _ taxes: TaxBreakdown) -> Money { max(input.totalAmount, taxes.total) }

    /// The levels of an invoice in order, as its workflow asks for them.
    static func levels(
        of input: InvoiceInput,
        _ taxes: TaxBreakdown,
        isDifferent: Bool,
        _ policy: InvoicePolicy
    ) -> [ApprovalLevel] {
        let larger = levels(total: total(of: input, taxes), isDifferent: isDifferent, policy)
        let computed = levels(total: taxes.total, isDifferent: isDifferent, policy)
        // Runs that came by here before went by the computed total alone; for nearly all it makes no difference.
        guard larger.count != computed.count, !Workflow.patched("levels-by-larger-total") else { return larger }
        return computed
    }

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
        return ((isDifferent ? [accepting] : []) + approving).map { level in
            policy.levels.of(level: level.name)?.applied(to: level) ?? level
        }
    }

    private static let titles = ["cfo": "CFO", "ceo": "CEO"]
}
