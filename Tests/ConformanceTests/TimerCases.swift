import History
import Testing
import WorkflowAPI
import WorkflowTesting

enum TimerCases {
    static let all: [ConformanceCase] = [
        ConformanceCase("a timer fires at its time, not before") { h in
            try await h.start()
            try await h.turn([.timer("t1", .seconds(60))])
            #expect(try await h.describe().pendingTimers.map(\.fireTime) == [h.now + .seconds(60)])
            try await h.advance(by: .milliseconds(59_999))
            #expect(try await h.types() == .turned + [.timerStarted])
            try await h.advance(by: .milliseconds(1))
            #expect(try await h.types() == .turned + [.timerStarted, .timerFired, .taskScheduled])
            #expect(try await h.attributes(6) == .timerFired(.init(timerID: "t1", startedEventID: 5)))
            #expect(try await h.describe().pendingTimers.isEmpty)
        },
        ConformanceCase("timers fire in order of their time") { h in
            try await h.start()
            try await h.turn([.timer("late", .seconds(3)), .timer("early", .seconds(1)), .timer("mid", .seconds(2))])
            try await h.advance(by: .seconds(10))
            let fired = try await h.events().compactMap { event -> String? in
                if case .timerFired(let fired) = event.attributes { fired.timerID } else { nil }
            }
            #expect(fired == ["early", "mid", "late"])
        },
        ConformanceCase("a timer of no time fires when the queue is next looked at") { h in
            try await h.start()
            try await h.turn([.timer("t1", .zero)])
            try await h.fireDue()
            #expect(try await h.types() == .turned + [.timerStarted, .timerFired, .taskScheduled])
        },
        ConformanceCase("timers are rounded up to a millisecond") { h in
            try await h.start()
            try await h.turn([.timer("t1", .nanoseconds(1_000_001))])
            guard case .timerStarted(let timer) = try await h.attributes(5) else { throw UnexpectedEvent() }
            #expect(timer.startToFireTimeout == .milliseconds(2))
        },
        ConformanceCase("a cancelled timer never fires") { h in
            try await h.start()
            try await h.turn([.timer("t1"), .timer("t2")])
            try await h.signal("go")
            try await h.turn([.cancelTimer("t1")])
            #expect(try await h.describe().pendingTimers.map(\.timerID) == ["t2"])
            try await h.advance(by: .seconds(60))
            let tail = try await h.types().suffix(3)
            #expect(Array(tail) == [.timerCanceled, .timerFired, .taskScheduled])
        },
        ConformanceCase("a timer can be started and cancelled in one turn") { h in
            try await h.start()
            try await h.turn([.timer("t1"), .cancelTimer("t1"), .timer("t1", .seconds(5))])
            #expect(try await h.types() == .turned + [.timerStarted, .timerCanceled, .timerStarted])
            try await h.advance(by: .seconds(5))
            #expect(try await h.attributes(8) == .timerFired(.init(timerID: "t1", startedEventID: 7)))
        },
        ConformanceCase("a timer that fires while a task is taken is buffered") { h in
            try await h.start()
            try await h.turn([.timer("t1", .seconds(5))])
            try await h.signal("go")
            let task = try await h.take()
            try await h.advance(by: .seconds(5))
            #expect(try await h.types() == .turned + [.timerStarted, .signaled, .taskScheduled, .taskStarted])
            #expect(try await h.describe().pendingTimers.isEmpty)
            try await h.complete(task)
            let tail = try await h.types().suffix(3)
            #expect(Array(tail) == [.taskCompleted, .timerFired, .taskScheduled])
        },
        ConformanceCase("a clock set back never fires a timer twice or takes a firing back") { h in
            try await h.start()
            try await h.turn([.timer("t1", .seconds(60))])
            try await h.advance(by: .seconds(60))
            h.clock.advance(by: .seconds(-7200))
            try await h.fireDue()
            try await h.turn()
            try await h.advance(by: .seconds(7200))
            let types = try await h.types()
            #expect(types == .turned + [.timerStarted, .timerFired] + .turn)
        },
        ConformanceCase("event times never go back though the clock does") { h in
            try await h.start()
            let began = h.now
            h.clock.advance(by: .seconds(-60))
            try await h.turn([.timer("t1", .seconds(10))])
            try await h.signal("go")
            let events = try await h.events()
            #expect(events.allSatisfy { $0.time == began })
            #expect(try await h.describe().pendingTimers.map(\.fireTime) == [began + .seconds(10)])
        },
        ConformanceCase("timers of a closed run do not fire") { h in
            try await h.start()
            try await h.turn([.timer(), .complete()])
            try await h.advance(by: .seconds(60))
            #expect(try await h.types() == .turned + [.timerStarted, .completed])
            #expect(try await h.describe().pendingTimers.isEmpty)
        },
        ConformanceCase("many timers that are due at once all fire") { h in
            try await h.start()
            try await h.turn((1...40).map { .timer("t\($0)", .seconds(5)) })
            try await h.advance(by: .seconds(5))
            let types = try await h.types()
            #expect(types.filter { $0 == .timerFired }.count == 40)
            #expect(types.filter { $0 == .taskScheduled }.count == 2)
        },
    ]
}
