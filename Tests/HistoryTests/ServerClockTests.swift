#if PostgreSQL
import Synchronization
import Testing
import WorkflowAPI
import WorkflowTesting

@testable import History

@Suite struct ServerClockTests {
    private let machine = ManualEngineClock()

    private func clock(ahead: Duration) -> ServerClock {
        ServerClock(local: { [machine] in machine.now() }, server: machine.now() + ahead, asked: machine.now())
    }

    @Test func `the server's clock goes on with the machine's, and is corrected by what the server says later`() {
        let clock = clock(ahead: .seconds(5))
        #expect(clock.now() == machine.now() + .seconds(5))
        machine.advance(by: .seconds(100))
        #expect(clock.now() == machine.now() + .seconds(5))
        // The machine's clock was slow meanwhile, or was set back.
        clock.adopt(machine.now() + .seconds(7), asked: machine.now())
        #expect(clock.now() == machine.now() + .seconds(7))
        machine.advance(by: .seconds(-3600))
        clock.adopt(machine.now() + .seconds(3607), asked: machine.now())
        #expect(clock.now() == machine.now() + .seconds(3607))
    }

    @Test func `of the answers at the opening, the one that came back soonest counts`() async throws {
        // The first one stands in the way of a server that has to start a process, and the clock would be late by two seconds.
        let delays: [Duration] = [.seconds(4), .milliseconds(40), .milliseconds(1), .seconds(60)]
        let asked = Mutex(0)
        let offset = try await ServerClock.offset({ machine.now() }) {
            let time = machine.now() + .seconds(5)
            machine.advance(
                by: delays[
                    asked.withLock {
                        $0 += 1; return $0 - 1
                    }
                ]
            )
            return time
        }
        #expect(offset == .seconds(5) - .microseconds(500))
        #expect(asked.withLock { $0 } == 3)
    }

    @Test func `an answer that took long corrects only what it proves to be wrong`() {
        let clock = clock(ahead: .seconds(5))
        let asked = machine.now()
        machine.advance(by: .seconds(2))
        // Looked at within the last two seconds: between three and five seconds ahead would be right.
        clock.adopt(asked + .milliseconds(5_500), asked: asked)
        #expect(clock.now() == machine.now() + .seconds(5))
        clock.adopt(asked + .seconds(9), asked: asked)
        #expect(clock.now() == machine.now() + .seconds(8))
        // The machine's clock was set back between question and answer.
        clock.adopt(machine.now(), asked: machine.now() + .seconds(1))
        #expect(clock.now() == machine.now() + .seconds(8))
    }
}
#endif
