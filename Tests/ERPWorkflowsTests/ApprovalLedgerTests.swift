import Foundation
import Testing
import WorkflowAPI

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
        var ledger = ApprovalLedger(noun: "order")
        let document = ApprovalDocument(
            kind: "purchase_order",
            id: "A",
            title: "Order A",
            summary: "",
            department: "operations",
            requestedBy: "rahim"
        )
        ledger.require(ApprovalRequest(document, levels: levels, rules: ApprovalRules(actForOthers: true)))
        return ledger
    }

    private func take(
        _ decision: ApprovalDecision,
        by person: DirectoryUser?,
        at time: Date,
        in ledger: inout ApprovalLedger
    ) {
        ledger.take(decision, by: Approver(user: person), at: time)
    }

    private func approve(_ ledger: inout ApprovalLedger, _ person: DirectoryUser?, _ name: String? = nil) {
        let approver = name ?? person?.id ?? ""
        take(ApprovalDecision(approver: approver, isApproval: true), by: person, at: time, in: &ledger)
    }

    @Test func `a decision counts for the open level that the approver may decide`() {
        var ledger = ledger()
        ledger.open(.departmentHead, at: time)
        approve(&ledger, head)
        #expect(ledger.standing(of: .departmentHead) == .approved)
        #expect(ledger.votes(for: .departmentHead).map(\.decision.approver) == ["karim"])
        #expect(ledger.standing(of: .finance) == .undecided)
        ledger.open(.finance, at: time)
        approve(&ledger, finance)
        #expect(ledger.votes(for: .finance).map(\.decision.approver) == ["nasrin"])
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
                "The requester may not decide on their own order.",
                "This person does not have the role of department head or finance for the department operations.",
                "There is no active user with this name in the company's directory.",
                "There is no active user with this name in the company's directory.",
            ]
        )
        #expect(ledger.standing(of: .departmentHead) == .undecided)
    }

    @Test func `one person may not decide two levels, and a level is decided once`() {
        var ledger = ledger()
        ledger.open(.departmentHead, at: time)
        approve(&ledger, both)
        approve(&ledger, head)
        ledger.open(.finance, at: time)
        approve(&ledger, both)
        #expect(ledger.standing(of: .finance) == .undecided)
        #expect(ledger.history.map(\.outcome) == [.approved, .refused, .refused])
        #expect(ledger.history[1].reason == "jamal has already decided as department head.")
        #expect(
            ledger.history[2].reason
                == "This person has already decided as department head, and nobody may decide on two levels of the same order."
        )
    }

    @Test func `whoever says the same twice is told that the first decision stands`() {
        var ledger = ledger()
        ledger.open(.departmentHead, at: time)
        approve(&ledger, head)
        approve(&ledger, head)
        let second = ApprovalDecision(approver: "karim", isApproval: false, reason: "no, wait")
        take(second, by: head, at: time, in: &ledger)
        #expect(ledger.history.map(\.outcome) == [.approved, .refused, .refused])
        let stands = "This person has already decided as department head; the first decision stands."
        #expect(ledger.history.dropFirst().map(\.reason) == [stands, stands])
        #expect(ledger.history[2].comments == "no, wait")
        #expect(ledger.standing(of: .departmentHead) == .approved)
    }

    @Test func `no decision counts in an order that is closed, and a rejection closes it`() {
        var ledger = ledger()
        ledger.open(.departmentHead, at: time)
        take(ApprovalDecision(approver: "karim", isApproval: false, reason: "no"), by: head, at: time, in: &ledger)
        approve(&ledger, finance)
        #expect(ledger.history.map(\.outcome) == [.rejected, .refused])
        #expect(ledger.history[1].reason == "The order was already rejected.")
        #expect(ledger.standing(of: .finance) == .undecided)

        var other = self.ledger()
        other.open(.departmentHead, at: time)
        other.close(because: "It rains.")
        other.close(because: "It snows.")
        approve(&other, head)
        #expect(other.standing(of: .departmentHead) == .undecided)
        #expect(other.history.map(\.reason) == ["It rains."])
    }

    @Test func `of many refused decisions the first are listed, the rest are counted, and all of it stays small`()
        throws
    {
        var ledger = ledger()
        ledger.open(.departmentHead, at: time)
        // A control character is the longest in JSON: six bytes.
        let name = String(repeating: "\u{1}", count: TextLimits.name)
        let words = String(repeating: "\u{1}", count: TextLimits.words)
        for _ in 0..<10_000 {
            take(ApprovalDecision(approver: name, isApproval: true, comments: words), by: nil, at: time, in: &ledger)
        }
        take(ApprovalDecision(approver: "karim", isApproval: true, comments: words), by: head, at: time, in: &ledger)
        #expect(ledger.history.count == ApprovalLedger.mostRefusals + 2)
        #expect(ledger.history.last?.outcome == .unlisted)
        #expect(ledger.history.last?.count == 9800)
        #expect(ledger.history.last?.reason == "9800 more decisions did not count; they are not listed.")
        #expect(ledger.history.dropLast().last?.outcome == .approved)
        #expect(ledger.history.dropLast().last?.comments == words)
        #expect(ledger.history[0].comments?.unicodeScalars.count == TextLimits.refusedWords)
        #expect(ledger.history[0].reason?.contains(name) == false)
        #expect(try JSONEncoder().encode(ledger.history).count < 1_048_576)
    }

    @Test func `an early decision is kept for its level and takes effect when it opens`() {
        var ledger = ledger()
        ledger.open(.departmentHead, at: time)
        take(ApprovalDecision(approver: "nasrin", isApproval: false, reason: "no"), by: finance, at: time, in: &ledger)
        #expect(ledger.standing(of: .finance) == .undecided)
        #expect(ledger.standing(of: .departmentHead) == .undecided)
        approve(&ledger, head)
        ledger.open(.finance, at: time)
        #expect(ledger.standing(of: .finance) != .undecided)
        #expect(ledger.history.map(\.outcome) == [.kept, .approved, .rejected])
    }

    @Test func `an order that needs nobody refuses every decision`() {
        var ledger = ledger([])
        approve(&ledger, head)
        #expect(ledger.history.first?.reason == "An order of this amount needs no approval.")
    }

    @Test func `thresholds are exclusive, and time limits follow the tenant's days`() throws {
        let policy = ApprovalPolicy()
        #expect(policy.levels(for: Money(taka: 50_000)) == [])
        #expect(policy.levels(for: Money(poisha: 5_000_001)) == [.departmentHead])
        #expect(policy.levels(for: Money(taka: 100_000)) == [.departmentHead])
        #expect(policy.levels(for: Money(poisha: 10_000_001)) == [.departmentHead, .finance])
        // 2026-11-19 is a Thursday in Dhaka: Friday and Saturday do not count.
        let thursday = Timestamp(nanoseconds: 1_795_060_800_000_000_000)
        func limit(_ days: Int, businessDays: Bool) -> Duration {
            ApprovalRules(businessDays: businessDays).deadline(days: days, from: thursday) - thursday
        }
        #expect(thursday.date == (try Date("2026-11-19T04:00:00Z", strategy: .iso8601)))
        #expect(limit(7, businessDays: false) == .seconds(7 * 86_400))
        #expect(limit(1, businessDays: true) == .seconds(3 * 86_400))
        #expect(limit(7, businessDays: true) == .seconds(11 * 86_400))
    }
}

extension ApprovalLevel {
    static let departmentHead = ApprovalLevel("department_head", isDepartmentOnly: true, days: 7)
    static let finance = ApprovalLevel("finance", days: 7)
}
