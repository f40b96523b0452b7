import History
import Testing
import WorkflowAPI
import WorkflowTesting

struct ManualEngineClockTests {
    private let clock = ManualEngineClock(start: Timestamp(nanoseconds: 1_000_000_000))

    @Test func `the clock stands still until it is moved, forward or back`() {
        #expect(clock.now() == Timestamp(nanoseconds: 1_000_000_000))
        clock.advance(by: .seconds(2))
        #expect(clock.now() == Timestamp(nanoseconds: 3_000_000_000))
        clock.advance(by: .seconds(-3))
        #expect(clock.now() == .zero)
    }

    @Test func `a sleep until now or earlier does not park`() async throws {
        try await clock.sleep(until: clock.now())
        try await clock.sleep(until: .zero)
        #expect(clock.sleeperCount == 0 && clock.earliestDeadline == nil)
    }

    @Test func `sleeps end when their time has come and not before`() async throws {
        let deadlines = [1, 2, 3].map { clock.now() + .seconds($0) }
        let sleeps = deadlines.map { deadline in Task { [clock] in try await clock.sleep(until: deadline) } }
        await clock.waitForSleepers(3)
        #expect(clock.earliestDeadline == deadlines[0])
        clock.advance(by: .milliseconds(2999))
        try await sleeps[0].value
        try await sleeps[1].value
        #expect(clock.sleeperCount == 1 && clock.earliestDeadline == deadlines[2])
        clock.advance(by: .milliseconds(1))
        try await sleeps[2].value
    }

    @Test func `a cancelled sleep throws, parked or not`() async {
        let parked = Task { [clock] in try await clock.sleep(until: .distantFuture) }
        await clock.waitForSleepers()
        parked.cancel()
        await #expect(throws: CancellationError.self) { try await parked.value }
        let late = Task { [clock] in
            while !Task.isCancelled { await Task.yield() }
            try await clock.sleep(until: .distantFuture)
        }
        late.cancel()
        await #expect(throws: CancellationError.self) { try await late.value }
        #expect(clock.sleeperCount == 0)
    }
}
