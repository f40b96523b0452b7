import Testing

@testable import ERPServicesHTTP

struct CircuitBreakerTests {
    private typealias Admission = CircuitBreaker.Admission

    private func ticket(_ breaker: inout CircuitBreaker, at now: Duration) throws -> CircuitBreaker.Ticket {
        guard case .admitted(let ticket) = breaker.admit(at: now) else {
            throw CircuitBreakerTestError(state: breaker.state)
        }
        return ticket
    }

    @Test func `failures in a row open the circuit, an answer between them begins the count anew`() throws {
        var breaker = CircuitBreaker(threshold: 3, coolDown: .seconds(30))
        for _ in 0..<2 { breaker.record(.failed, of: try ticket(&breaker, at: .zero), at: .zero) }
        #expect(breaker.state == .closed(failures: 2))
        breaker.record(.answered, of: try ticket(&breaker, at: .zero), at: .zero)
        #expect(breaker.state == .closed(failures: 0))
        for _ in 0..<2 {
            let hasOpened = breaker.record(.failed, of: try ticket(&breaker, at: .zero), at: .zero)
            #expect(!hasOpened)
        }
        breaker.record(.abandoned, of: try ticket(&breaker, at: .zero), at: .zero)
        #expect(breaker.state == .closed(failures: 2), "what was given up says nothing")
        let hasOpened = breaker.record(.failed, of: try ticket(&breaker, at: .seconds(5)), at: .seconds(7))
        #expect(hasOpened)
        #expect(breaker.state == .open(until: .seconds(37)))
        let admission = breaker.admit(at: .seconds(36))
        #expect(admission == .refused(.seconds(1)))
    }

    @Test func `after the cool-down one request goes through, and decides`() throws {
        var breaker = CircuitBreaker(threshold: 1, coolDown: .seconds(30))
        breaker.record(.failed, of: try ticket(&breaker, at: .zero), at: .zero)
        let probe = try ticket(&breaker, at: .seconds(30))
        #expect(breaker.state == .halfOpen(isProbing: true))
        let second = breaker.admit(at: .seconds(31))
        #expect(second == .refused(.seconds(30)), "one at a time")
        let hasOpened = breaker.record(.failed, of: probe, at: .seconds(31))
        #expect(hasOpened)
        #expect(breaker.state == .open(until: .seconds(61)))
        breaker.record(.answered, of: try ticket(&breaker, at: .seconds(61)), at: .seconds(62))
        #expect(breaker.state == .closed(failures: 0))
    }

    @Test func `a probe that is given up makes room for the next`() throws {
        var breaker = CircuitBreaker(threshold: 1, coolDown: .seconds(30))
        breaker.record(.failed, of: try ticket(&breaker, at: .zero), at: .zero)
        breaker.record(.abandoned, of: try ticket(&breaker, at: .seconds(30)), at: .seconds(31))
        #expect(breaker.state == .halfOpen(isProbing: false))
        breaker.record(.answered, of: try ticket(&breaker, at: .seconds(32)), at: .seconds(33))
        #expect(breaker.state == .closed(failures: 0))
    }

    @Test func `what began before the last change of state changes nothing`() throws {
        var breaker = CircuitBreaker(threshold: 1, coolDown: .seconds(30))
        let slow = try ticket(&breaker, at: .zero)
        breaker.record(.failed, of: try ticket(&breaker, at: .zero), at: .zero)
        breaker.record(.answered, of: slow, at: .seconds(1))
        #expect(breaker.state == .open(until: .seconds(30)))
        let probe = try ticket(&breaker, at: .seconds(40))
        breaker.record(.failed, of: slow, at: .seconds(41))
        #expect(breaker.state == .halfOpen(isProbing: true))
        breaker.record(.answered, of: probe, at: .seconds(42))
        breaker.record(.failed, of: slow, at: .seconds(43))
        #expect(breaker.state == .closed(failures: 0))
    }
}

private struct CircuitBreakerTestError: Error {
    var state: CircuitBreaker.State
}
