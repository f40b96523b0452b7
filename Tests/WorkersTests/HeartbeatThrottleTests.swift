import Testing
import Workers
import WorkflowAPI

struct HeartbeatThrottleTests {
    private func throttle(_ timeout: Duration?) -> HeartbeatThrottle {
        HeartbeatThrottle(timeout: timeout, defaultInterval: .seconds(30), maximumInterval: .seconds(60))
    }

    @Test func `the interval is 80 percent of the timeout, or the default, and never above the maximum`() {
        #expect(throttle(.seconds(10)).interval == .seconds(8))
        #expect(throttle(nil).interval == .seconds(30))
        #expect(throttle(.zero).interval == .seconds(30))
        #expect(throttle(.seconds(600)).interval == .seconds(60))
    }

    @Test func `the first heartbeat goes at once and of those in an interval only the newest`() {
        var throttle = throttle(.seconds(10))
        #expect(throttle.step(at: .zero) == .idle)
        let wakesFirst = throttle.record([.json("1")])
        #expect(wakesFirst)
        #expect(throttle.step(at: .seconds(1)) == .send([.json("1")]))
        #expect(throttle.pending == nil)
        let wakesSecond = throttle.record([.json("2")])
        let wakesThird = throttle.record([.json("3")])
        #expect(wakesSecond && !wakesThird)
        #expect(throttle.step(at: .seconds(4)) == .wait(.seconds(5)))
        #expect(throttle.pending == [.json("3")])
        #expect(throttle.step(at: .seconds(9)) == .send([.json("3")]))
        #expect(throttle.step(at: .seconds(30)) == .idle)
    }

    @Test func `details that could not be sent wait for the next interval unless newer ones have come`() {
        var throttle = throttle(.seconds(10))
        _ = throttle.record([.json("1")])
        #expect(throttle.step(at: .zero) == .send([.json("1")]))
        throttle.restore([.json("1")])
        #expect(throttle.step(at: .zero) == .wait(.seconds(8)))
        #expect(throttle.step(at: .seconds(8)) == .send([.json("1")]))
        _ = throttle.record([.json("2")])
        throttle.restore([.json("1")])
        #expect(throttle.pending == [.json("2")])
    }
}
