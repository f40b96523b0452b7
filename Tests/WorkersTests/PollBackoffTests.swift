import Testing
import Workers

struct PollBackoffTests {
    @Test func `each failure doubles the wait up to the maximum and a success starts anew`() {
        var backoff = PollBackoff(maximum: .seconds(1), random: { 1 })
        let waits = (0..<6).map { _ in backoff.next() }
        #expect(waits[0] == .milliseconds(100))
        #expect(waits[1] == .milliseconds(200))
        #expect(waits[3] == .milliseconds(800))
        #expect(waits[4] == .seconds(1))
        #expect(waits[5] == .seconds(1))
        backoff.reset()
        #expect(backoff.next() == .milliseconds(100))
    }

    @Test func `jitter drops at most half of a step`() {
        let seed = UInt64.random(in: 0 ... .max)
        var generator = SplitMix(state: seed)
        for _ in 0..<200 {
            let number = Double.random(in: 0..<1, using: &generator)
            var backoff = PollBackoff(maximum: .seconds(10), random: { number })
            var step = Duration.milliseconds(100)
            for _ in 0..<10 {
                let wait = backoff.next()
                #expect(wait >= step / 2 && wait <= step, "seed \(seed)")
                step = min(step * 2, .seconds(10))
            }
        }
    }
}

/// A generator with a seed to print.
struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
