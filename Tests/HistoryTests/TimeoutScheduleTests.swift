import History
import Testing
import WorkflowAPI

struct TimeoutScheduleTests {
    private func limits(
        _ scheduleToClose: Int?,
        _ scheduleToStart: Int?,
        _ startToClose: Int?,
        _ heartbeat: Int?
    ) -> ActivityTimeouts {
        ActivityTimeouts(
            scheduleToClose: scheduleToClose.map { .seconds($0) },
            scheduleToStart: scheduleToStart.map { .seconds($0) },
            startToClose: startToClose.map { .seconds($0) },
            heartbeat: heartbeat.map { .seconds($0) }
        )
    }

    @Test func `schedule-to-close fills what is missing and cuts what is longer`() throws {
        let filled = try TimeoutSchedule.validate(limits(30, nil, nil, nil), runTimeout: nil)
        #expect(filled == limits(30, 30, 30, nil))
        let cut = try TimeoutSchedule.validate(limits(30, 40, 50, 60), runTimeout: nil)
        #expect(cut == limits(30, 30, 30, 30))
        let kept = try TimeoutSchedule.validate(limits(30, 5, 10, 2), runTimeout: nil)
        #expect(kept == limits(30, 5, 10, 2))
    }

    @Test func `start-to-close alone takes the rest from the run timeout`() throws {
        let endless = try TimeoutSchedule.validate(limits(nil, nil, 10, nil), runTimeout: nil)
        #expect(endless == limits(nil, nil, 10, nil))
        let bounded = try TimeoutSchedule.validate(limits(nil, nil, 10, nil), runTimeout: .seconds(60))
        #expect(bounded == limits(60, 60, 10, nil))
        let queued = try TimeoutSchedule.validate(limits(nil, 5, 10, nil), runTimeout: .seconds(60))
        #expect(queued == limits(60, 5, 10, nil))
    }

    @Test func `no limit is longer than the run and no heartbeat longer than an attempt`() throws {
        let cut = try TimeoutSchedule.validate(limits(900, 900, 900, 900), runTimeout: .seconds(60))
        #expect(cut == limits(60, 60, 60, 60))
        let heartbeat = try TimeoutSchedule.validate(limits(nil, nil, 10, 20), runTimeout: nil)
        #expect(heartbeat.heartbeat == .seconds(10))
    }

    @Test func `zero means not set`() throws {
        let filled = try TimeoutSchedule.validate(limits(30, 0, 0, 0), runTimeout: nil)
        #expect(filled == limits(30, 30, 30, nil))
        #expect(throws: WorkflowServiceError.self) {
            try TimeoutSchedule.validate(limits(0, nil, 0, nil), runTimeout: nil)
        }
    }

    @Test func `an activity without schedule-to-close and start-to-close is refused, as is a negative limit`() {
        for given in [
            limits(nil, nil, nil, nil), limits(nil, 5, nil, 5), limits(-1, nil, 10, nil), limits(10, -1, 10, nil),
            limits(nil, nil, -1, nil), limits(nil, nil, 10, -1),
        ] {
            let refusal = #expect(throws: WorkflowServiceError.self) {
                try TimeoutSchedule.validate(given, runTimeout: .seconds(60))
            }
            #expect(refusal?.code == .invalidArgument)
        }
    }
}
