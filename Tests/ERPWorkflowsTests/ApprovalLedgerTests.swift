import Foundation
import Testing

@testable import ERPWorkflows

struct ApprovalLedgerTests {
    private let time = Date(timeIntervalSince1970: 1_790_000_000)
    private let head = ApprovalLedgerTests.user("karim", "operations", ["department_head"])
    private let otherHead = ApprovalLedgerTests.user("salma", "hr", ["department_head"])
    private let finance = ApprovalLedgerTests.user("nasrin", "finance", ["finance"])
    private let both = ApprovalLedgerTests.user("jamal", "operations", ["department_head", "finance"])

    private static func user(_ id: String, _ department: String, _ roles: [String]) -> DirectoryUser {
        DirectoryUser(id: id, name: id, email: "", department: department, roles: roles, isActive: true)
    }

    private func ledger(_ levels: [ApprovalLevel] = [.departmentHead, .finance]) -> ApprovalLedger {
        ApprovalLedger(requester: "rahim", department: "operations", levels: levels)
    }

    private func approve(_ ledger: inout ApprovalLedger, _ person: DirectoryUser?, _ name: String? = nil) {
        let approver = name ?? person?.id ?? ""
        ledger.take(ApprovalDecision(approver: approver, isApproval: true), by: person, at: time)
    }

    @Test func `a decision counts for the open level that the approver may decide`() {
        var ledger = ledger()
        ledger.open(.departmentHead, at: time)
        approve(&ledger, head)
        #expect(ledger.decision(of: .departmentHead)?.approver == "karim")
        #expect(ledger.decision(of: .finance) == nil)
        ledger.open(.finance, at: time)
        approve(&ledger, finance)
        #expect(ledger.decision(of: .finance)?.approver == "nasrin")
        #expect(ledger.history.map(\.outcome) == [.approved, .approved])
    }

    @Test func `every rule that a decision can break refuses it, says why, and changes nothing`() {
        var ledger = ledger()
        ledger.open(.departmentHead, at: time)
        approve(&ledger, Self.user("rahim", "operations", ["department_head"]))
        approve(&ledger, otherHead)
        approve(&ledger, nil, "ghost")
        var gone = head
        gone.isActive = false
        approve(&ledger, gone)
        #expect(ledger.history.map(\.outcome) == [.refused, .refused, .refused, .refused])
        #expect(
            ledger.history.map { $0.reason ?? "" } == [
                "the requester may not decide their own order",
                "salma does not have the role department head or finance for department operations",
                "ghost is not an active user", "karim is not an active user",
            ]
        )
        #expect(ledger.decision(of: .departmentHead) == nil)
    }

    @Test func `one person may not decide two levels, and a level is decided once`() {
        var ledger = ledger()
        ledger.open(.departmentHead, at: time)
        approve(&ledger, both)
        approve(&ledger, head)
        ledger.open(.finance, at: time)
        approve(&ledger, both)
        #expect(ledger.decision(of: .finance) == nil)
        #expect(ledger.history.map(\.outcome) == [.approved, .refused, .refused])
        #expect(ledger.history[1].reason == "the level department head was already decided by jamal")
        #expect(ledger.history[2].reason?.contains("one person may not decide two") == true)
    }

    @Test func `an early decision is kept for its level and takes effect when it opens`() {
        var ledger = ledger()
        ledger.open(.departmentHead, at: time)
        ledger.take(ApprovalDecision(approver: "nasrin", isApproval: false, reason: "no"), by: finance, at: time)
        #expect(ledger.decision(of: .finance) == nil)
        #expect(ledger.decision(of: .departmentHead) == nil)
        approve(&ledger, head)
        ledger.open(.finance, at: time)
        #expect(ledger.decision(of: .finance)?.isApproval == false)
        #expect(ledger.history.map(\.outcome) == [.kept, .approved, .rejected])
    }

    @Test func `an order that needs nobody refuses every decision`() {
        var ledger = ledger([])
        approve(&ledger, head)
        #expect(ledger.history.first?.reason == "an order of this amount needs no approval")
    }

    @Test func `thresholds are exclusive, and time limits follow the tenant's days`() throws {
        let policy = ApprovalPolicy()
        #expect(policy.levels(for: Money(taka: 50_000)) == [])
        #expect(policy.levels(for: Money(poisha: 5_000_001)) == [.departmentHead])
        #expect(policy.levels(for: Money(taka: 100_000)) == [.departmentHead])
        #expect(policy.levels(for: Money(poisha: 10_000_001)) == [.departmentHead, .finance])
        // 2026-11-19 is a Thursday in Dhaka: Friday and Saturday do not count.
        let thursday = try Date("2026-11-19T04:00:00Z", strategy: .iso8601)
        #expect(policy.timeLimit(openedAt: thursday) == .seconds(7 * 86_400))
        let business = ApprovalPolicy(approvalDays: 1, businessDays: true)
        #expect(business.timeLimit(openedAt: thursday) == .seconds(3 * 86_400))
        let week = ApprovalPolicy(approvalDays: 7, businessDays: true)
        #expect(week.timeLimit(openedAt: thursday) == .seconds(11 * 86_400))
    }
}
