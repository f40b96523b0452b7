import Testing
import WorkflowAPI
import WorkflowTesting

@testable import History

struct TaskMatcherTests {
    private let clock = ManualEngineClock()
    private let main = TaskWake(.workflow, .default, "main")
    private let sticky = TaskWake(.workflow, .default, "sticky")

    private var soon: Timestamp { clock.now() + .seconds(10) }

    @Test func `a wake before the wait is not missed`() async {
        let ticket = WakeTicket()
        ticket.wake()
        ticket.wake()
        await ticket.wait(until: soon, on: clock)
        #expect(clock.sleeperCount == 0)
    }

    @Test func `a wait ends with a wake, with its deadline, and with its task`() async {
        for end in 0..<3 {
            let ticket = WakeTicket()
            let waiting = Task { [clock] in await ticket.wait(until: clock.now() + .seconds(10), on: clock) }
            await clock.waitForSleepers()
            switch end {
            case 0: ticket.wake()
            case 1: clock.advance(by: .seconds(10))
            default: waiting.cancel()
            }
            await waiting.value
            #expect(clock.sleeperCount == 0)
        }
    }

    @Test func `a wait that is put aside ends when it is let go, if it was to end meanwhile, or else goes on`() async {
        let matcher = TaskMatcher()
        let poller = WorkflowTaskPoller(worker: WorkerIdentity(identity: "a"), stickyQueue: nil)
        for end in 0..<3 {
            let ticket = matcher.park([main], for: poller)
            #expect(matcher.reserve(.default, "main") == nil, "nobody waits yet")
            let waiting = Task { [clock] in await ticket.wait(until: clock.now() + .seconds(10), on: clock) }
            await clock.waitForSleepers()
            #expect(matcher.reserve(.default, "sticky") == nil)
            #expect(matcher.reserve(.default, "main") === ticket)
            #expect(matcher.reserve(.default, "main") == nil, "one task, one poller")
            switch end {
            case 0: waiting.cancel()
            case 1: clock.advance(by: .seconds(10))
            default: break
            }
            ticket.letGo()
            if end == 2 {
                #expect(matcher.reserve(.default, "main") === ticket, "it sleeps on")
                ticket.letGo()
                ticket.wake()
            }
            await waiting.value
            matcher.leave(ticket, [main])
        }
    }

    @Test func `a wait without a deadline ends with a wake`() async {
        let ticket = WakeTicket()
        async let waiting: Void = ticket.wait(until: nil, on: clock)
        ticket.wake()
        await waiting
    }

    @Test func `a wake reaches every poller of its queue and nobody else`() async {
        let matcher = TaskMatcher()
        let first = matcher.park([sticky, main])
        let second = matcher.park([main])
        let other = matcher.park([sticky])
        let activity = matcher.park([TaskWake(.activity, .default, "main")])
        let elsewhere = matcher.park([TaskWake(.workflow, "tenant-b", "main")])
        matcher.wake([main])
        await first.wait(until: soon, on: clock)
        await second.wait(until: soon, on: clock)
        #expect(clock.sleeperCount == 0)
        for asleep in [other, activity, elsewhere] {
            let waiting = Task { [clock] in await asleep.wait(until: clock.now() + .seconds(10), on: clock) }
            await clock.waitForSleepers()
            #expect(clock.sleeperCount == 1)
            waiting.cancel()
            await waiting.value
        }
    }

    @Test func `of pollers that wait, one is woken for a workflow task and all for activity tasks`() async {
        for (kind, woken) in [(TaskWake.Kind.workflow, 1), (.activity, 2)] {
            let matcher = TaskMatcher()
            let key = TaskWake(kind, .default, "main")
            let tickets = [matcher.park([key]), matcher.park([key])]
            let waits = tickets.map { ticket in
                Task { [clock] in await ticket.wait(until: clock.now() + .seconds(10), on: clock) }
            }
            await clock.waitForSleepers(2)
            while !tickets.allSatisfy(\.isWaiting) { await Task.yield() }
            matcher.wake([key])
            #expect(tickets.filter(\.isExpected).count == woken)
            matcher.wake([key])
            #expect(tickets.filter(\.isExpected).count == 2, "the second wake wakes the second one")
            for wait in waits { await wait.value }
        }
    }

    @Test func `a poller that left is not woken and everybody else is when anything may have changed`() async {
        let matcher = TaskMatcher()
        let left = matcher.park([main])
        let stayed = matcher.park([sticky, main])
        matcher.leave(left, [main])
        matcher.wakeAll()
        await stayed.wait(until: soon, on: clock)
        let waiting = Task { [clock] in await left.wait(until: clock.now() + .seconds(10), on: clock) }
        await clock.waitForSleepers()
        clock.advance(by: .seconds(10))
        await waiting.value
    }

    @Test func `as many pollers wake as there are tasks, and all of them when too few wait`() async {
        for (tasks, woken) in [(1, 1), (2, 2), (3, 3), (4, 3)] {
            let matcher = TaskMatcher()
            let tickets = (0..<3).map { _ in matcher.park([main]) }
            let waits = tickets.map { ticket in
                Task { [clock] in await ticket.wait(until: clock.now() + .seconds(10), on: clock) }
            }
            await clock.waitForSleepers(3)
            while !tickets.allSatisfy(\.isWaiting) { await Task.yield() }
            // This one looks at the moment.
            let looking = matcher.park([main])
            matcher.wake([main: tasks])
            #expect(tickets.filter(\.isExpected).count == woken)
            #expect(looking.isExpected == (tasks > 3))
            matcher.wakeAll()
            for wait in waits { await wait.value }
        }
    }
}
