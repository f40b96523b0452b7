import Foundation
import Testing
import WorkflowAPI

@testable import ERPWorkflows

struct ApprovalClockTests {
    private let opened = Timestamp(nanoseconds: 1_795_000_000_000_000_000)

    private func at(_ hours: Int) -> Timestamp { opened + .seconds(3600 * hours) }

    @Test func `reminder, escalation and end come in their order, each once`() {
        let level = ApprovalLevel("finance", days: 4, escalation: ApprovalEscalation(role: "cfo", afterPercent: 50))
        var clock = ApprovalClock(level, openedAt: opened, ApprovalRules())
        #expect(clock.next?.moment == .reminder && clock.next?.time == at(48))
        clock.pass(.reminder)
        #expect(clock.next?.moment == .escalation && clock.next?.time == at(48))
        clock.pass(.escalation)
        #expect(clock.next?.moment == .deadline && clock.next?.time == at(96))
        #expect(clock.deadline == at(96))
        let silent = ApprovalClock(ApprovalLevel("x", days: 1, reminderPercent: nil), openedAt: opened, ApprovalRules())
        #expect(silent.next?.moment == .deadline && silent.next?.time == at(24))
    }

    @Test func `what is still to come is put off by as long as the clock stood`() {
        var clock = ApprovalClock(ApprovalLevel("finance", days: 4), openedAt: opened, ApprovalRules())
        clock.pass(.reminder)
        clock.stop(at: at(50))
        clock.stop(at: at(60))
        #expect(clock.next == nil && clock.isStopped)
        clock.goOn(at: at(80))
        #expect(clock.next?.moment == .deadline && clock.next?.time == at(126))
        clock.goOn(at: at(90))
        #expect(clock.deadline == at(126) && !clock.isStopped)
        clock.stop(at: at(100))
        clock.goOn(at: at(101))
        #expect(clock.deadline == at(127))
    }

    @Test func `rules of runs that began when nobody could say how long let the clock go on after thirty days`() throws
    {
        let old = try JSONDecoder().decode(
            ApprovalRules.self,
            from: Data(try JSONEncoder().encode(ApprovalRules(questionDays: nil)))
        )
        var clock = ApprovalClock(ApprovalLevel("finance", days: 4), openedAt: opened, old)
        clock.stop(at: at(1))
        #expect(clock.next?.moment == .unanswered && clock.next?.time == at(1 + 30 * 24))
    }

    @Test func `an end that is put off to a day on which nobody works moves to the next business day`() {
        // Opened on a Wednesday in Dhaka; one business day is Thursday.
        var clock = ApprovalClock(
            ApprovalLevel("finance", days: 1),
            openedAt: opened,
            ApprovalRules(businessDays: true)
        )
        #expect(LocalDate(inDhaka: opened).description == "2026-11-18")
        #expect(clock.deadline == at(24))
        clock.stop(at: at(2))
        clock.goOn(at: at(26))
        // Friday and Saturday are off.
        #expect(clock.deadline == at(96))
        #expect(LocalDate(inDhaka: clock.deadline).description == "2026-11-22")
    }
}
