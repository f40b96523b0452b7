import Foundation
import Testing
import WorkflowAPI

@testable import ERPWorkflows

/// Whatever people say in whatever order.
@Suite struct ApprovalPropertyTests {
    private let time = Date(timeIntervalSince1970: 1_795_000_000)
    private static let roles = ["department_head", "finance", "cfo"]

    /// Eight people with any roles, each of whom may be anybody's deputy.
    private struct Office {
        var people: [DirectoryUser]
        var delegators: [[Delegator]]

        init(_ random: inout SeededGenerator) {
            let people = (0..<8).map { number in
                DirectoryUser(
                    id: "p\(number)",
                    name: "",
                    email: "",
                    department: Bool.random(using: &random) ? "operations" : "hr",
                    roles: ApprovalPropertyTests.roles.filter { _ in Int.random(in: 0..<3, using: &random) == 0 },
                    isActive: Int.random(in: 0..<8, using: &random) > 0
                )
            }
            self.people = people
            delegators = people.map { _ in
                people.filter { _ in Int.random(in: 0..<4, using: &random) == 0 }.map { person in
                    Delegator(user: person, role: person.roles.randomElement(using: &random))
                }
            }
        }
    }

    @Test func `nobody decides two levels or their own request, not even through a deputy`() {
        var random = SeededGenerator()
        let seed = random.seed
        print("approval property test: seed \(seed)")
        for round in 0..<400 {
            let office = Office(&random)
            let ledger = said(by: office, &random)
            let counted = ledger.history.filter { [.approved, .rejected].contains($0.outcome) }
            let place = "seed \(seed), round \(round): \(counted)"
            let says = counted.flatMap { [$0.approver, $0.onBehalfOf].compactMap(\.self) }
            #expect(Set(says).count == says.count, "somebody's say was taken twice; \(place)")
            #expect(!says.contains("p0"), "the requester decided; \(place)")
            for entry in counted {
                #expect(entry.caller == entry.approver.map { "\($0)@desk" }, "somebody decided for another; \(place)")
                let holder = office.people.first { $0.id == entry.onBehalfOf ?? entry.approver }?.roles ?? []
                let level = ledger.levels.first { $0.name == entry.level }
                let able = [level?.role, level?.escalation?.role].compactMap(\.self)
                #expect(!Set(able).isDisjoint(with: holder), "without the role; \(place)")
            }
            for level in ledger.levels {
                let votes = ledger.votes(for: level)
                #expect(votes.count <= level.quorum, "more votes than the quorum; \(place)")
                if ledger.standing(of: level) == .approved {
                    #expect(votes.count == level.quorum && votes.allSatisfy(\.decision.isApproval), "\(place)")
                }
            }
        }
    }

    /// A ledger after many decisions by anybody, while its levels open one after the other.
    private func said(by office: Office, _ random: inout SeededGenerator) -> ApprovalLedger {
        var ledger = ApprovalLedger(noun: "paper")
        let levels = (0..<Int.random(in: 1...3, using: &random)).map { number in
            ApprovalLevel(
                "level\(number)",
                role: Self.roles.randomElement(using: &random),
                isDepartmentOnly: Bool.random(using: &random),
                quorum: Int.random(in: 1...2, using: &random),
                days: 3,
                escalation: Self.roles.randomElement(using: &random).map { ApprovalEscalation(role: $0) }
            )
        }
        let document = ApprovalDocument(
            kind: "paper",
            id: "P",
            title: "P",
            summary: "",
            department: "operations",
            requestedBy: "p0"
        )
        ledger.require(ApprovalRequest(document, levels: levels))
        var next = 0
        for _ in 0..<60 {
            if next == 0 || next < levels.count && ledger.standing(of: levels[next - 1]) == .approved {
                ledger.open(levels[next], at: time)
                next += 1
            }
            if Int.random(in: 0..<20, using: &random) == 0 { ledger.escalate(at: time) }
            let number = Int.random(in: 0..<8, using: &random)
            let sender = Int.random(in: 0..<5, using: &random) == 0 ? Int.random(in: 0..<8, using: &random) : number
            let decision = ApprovalDecision(
                approver: "p\(number)",
                isApproval: Int.random(in: 0..<15, using: &random) > 0,
                caller: "p\(sender)@desk"
            )
            let approver = Approver(user: office.people[number], delegators: office.delegators[number])
            ledger.take(decision, by: approver, at: time)
        }
        return ledger
    }
}
