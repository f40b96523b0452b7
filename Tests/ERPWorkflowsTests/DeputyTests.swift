import Foundation
import Testing
import WorkflowAPI
import WorkflowRuntime
import WorkflowTesting

@testable import ERPWorkflows

/// Who decides for somebody else, and when they may. The clock starts on 2026-11-18 in Dhaka.
@Suite(.serialized) struct DeputyTests {
    @Test func `a deputy decides from the first day to the last, and is recorded for whom`() async throws {
        let desk = try await Desk()
        defer { desk.company.close() }
        try await desk.delegate("karim", to: "tanvir", "2026-11-20", "2026-11-21")
        let paper = try await desk.start([.departmentHead])
        try await desk.approve("tanvir")
        #expect(try await desk.told == ["refused tanvir"])
        #expect(try await desk.waiting(for: "tanvir") == [])
        desk.environment.after(.seconds(4 * 86_400)) {
            #expect(try await desk.waiting(for: "tanvir") == [])
            try await desk.say("approve", ApprovalSignal(approver: "tanvir"), from: "tanvir")
        }
        desk.environment.after(.seconds(3 * 86_400)) {
            #expect(try await desk.waiting(for: "tanvir") == ["department_head"])
            try await desk.say("approve", ApprovalSignal(approver: "tanvir"), from: "tanvir")
        }
        #expect(try await desk.environment.result(of: paper) == "approved")
        #expect(try await desk.told == ["refused tanvir", "approved tanvir for karim"])
        let task = try #require(try await desk.tasks.tasks(ofWorkflow: "P", in: "default").first)
        #expect(task.closedBy == "tanvir")
    }

    @Test func `deputies of today are told, in their role only`() async throws {
        let desk = try await Desk()
        defer { desk.company.close() }
        try await desk.delegate("nasrin", to: "tanvir", "2026-11-01", "2026-11-30", role: "finance")
        try await desk.delegate("jamal", to: "shirin", "2026-11-01", "2026-11-30", role: "department_head")
        _ = try await desk.start([.finance])
        #expect(
            try await desk.company.outbox.map(\.recipient) == ["farida", "jamal", "nasrin", "tanvir"]
        )
        #expect(try await desk.waiting(for: "shirin") == [])
        try await desk.approve("shirin")
        #expect(try await desk.lastReason == RefusalText.noRole(for: [.finance], of: "operations"))
        try await desk.approve("tanvir")
        #expect(try await desk.told == ["refused shirin", "approved tanvir for nasrin"])
        #expect(
            try await desk.company.audit.map(\.details).first
                == "tanvir may decide for nasrin as finance from 2026-11-01 to 2026-11-30"
        )
    }

    @Test func `four eyes look at both: neither may be the requester`() async throws {
        let desk = try await Desk()
        defer { desk.company.close() }
        try await desk.delegate("karim", to: "rahim", "2026-11-01", "2026-11-30")
        try await desk.delegate("jamal", to: "tanvir", "2026-11-01", "2026-11-30")
        _ = try await desk.start([.departmentHead], by: "rahim")
        try await desk.approve("rahim")
        #expect(try await desk.lastReason == "The requester may not decide on their own paper.")

        let other = try await Desk()
        defer { other.company.close() }
        try await other.delegate("jamal", to: "tanvir", "2026-11-01", "2026-11-30")
        _ = try await other.start([.departmentHead], by: "jamal")
        #expect(try await other.waiting(for: "tanvir") == [])
        try await other.approve("tanvir")
        #expect(try await other.lastReason == "A deputy of the requester may not decide on the requester's paper.")
        #expect(try await other.told == ["refused tanvir"])
    }

    @Test func `four eyes look at both: neither may have decided another level`() async throws {
        let desk = try await Desk()
        defer { desk.company.close() }
        // Jamal has both roles; Tanvir stands for him, and Farida for Karim.
        try await desk.delegate("jamal", to: "tanvir", "2026-11-01", "2026-11-30")
        try await desk.delegate("karim", to: "farida", "2026-11-01", "2026-11-30")
        let paper = try await desk.start([.departmentHead, .finance])
        try await desk.approve("tanvir")
        #expect(try await desk.told == ["approved tanvir for jamal"])
        try await desk.approve("jamal")
        #expect(
            try await desk.lastReason == "tanvir has already decided for this person as department head, "
                + "and nobody may decide twice on the same paper."
        )
        try await desk.approve("tanvir")
        #expect(
            try await desk.lastReason == "This person has already decided as department head, "
                + "and nobody may decide on two levels of the same paper."
        )
        #expect(try await desk.waiting(for: "jamal") == [])
        #expect(try await desk.waiting(for: "farida") == ["finance"])
        try await desk.approve("farida")
        #expect(try await desk.environment.result(of: paper) == "approved")
        #expect(
            try await desk.told == ["approved tanvir for jamal", "refused jamal", "refused tanvir", "approved farida"]
        )
    }

    @Test func `a deputy whose delegator has decided may not, and one's own right comes first`() async throws {
        let desk = try await Desk()
        defer { desk.company.close() }
        try await desk.delegate("jamal", to: "nasrin", "2026-11-01", "2026-11-30", role: "finance")
        try await desk.delegate("jamal", to: "shirin", "2026-11-01", "2026-11-30", role: "finance")
        _ = try await desk.start([.departmentHead, .finance])
        try await desk.approve("jamal")
        try await desk.approve("shirin")
        #expect(
            try await desk.lastReason
                == "jamal, for whom this person may decide, has already decided as department head, "
                + "and nobody may decide twice on the same paper."
        )
        try await desk.approve("nasrin")
        #expect(try await desk.told == ["approved jamal", "refused shirin", "approved nasrin"])
    }

    @Test func `deputyships are refused that cannot be, changed by the same again, and of one tenant`() async throws {
        let desk = try await Desk()
        defer { desk.company.close() }
        for (user, deputy, from, until, role) in [
            ("karim", "karim", "2026-11-01", "2026-11-22", nil), ("karim", "ghost", "2026-11-01", "2026-11-22", nil),
            ("karim", "tanvir", "2026-11-23", "2026-11-22", nil), ("karim", "tanvir", "2026-11-01", "2026-11-17", nil),
            ("karim", "tanvir", "2026-11-01", "2026-11-22", "finance"),
        ] {
            await #expect(throws: WorkflowServiceError.self) {
                try await desk.delegate(user, to: deputy, from, until, role: role)
            }
        }
        try await desk.delegate("karim", to: "tanvir", "2026-11-01", "2026-11-30")
        try await desk.delegate("karim", to: "tanvir", "2026-11-01", "2026-11-25")
        #expect(try await desk.deputies.deputyships(of: "default").map(\.until.description) == ["2026-11-25"])
        let now = desk.environment.clock.now().date
        let isRevoked = try await desk.deputies
            .revoke("tanvir", of: "karim", role: nil, in: "default", by: "karim@desk", at: now)
        #expect(isRevoked)
        #expect(try await desk.deputies.deputyships(of: "default").map(\.until.description) == ["2026-11-17"])
        #expect(try await desk.deputies.deputyships(of: "other").isEmpty)
        #expect(
            try await desk.company.audit.filter { $0.action == "delegated" }.map(\.actor) == [
                "karim@desk", "karim@desk",
            ]
        )
        _ = try await desk.start([.departmentHead])
        try await desk.approve("tanvir")
        #expect(try await desk.told == ["refused tanvir"])
    }
}
