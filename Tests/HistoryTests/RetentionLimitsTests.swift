import Testing

@testable import History

@Suite struct RetentionLimitsTests {
    @Test func `a batch takes what fits and at least one run`() {
        #expect(RetentionLimits.batch([]) == 0)
        #expect(RetentionLimits.batch([RetentionLimits.batchBytes * 100, 1]) == 1)
        #expect(RetentionLimits.batch([RetentionLimits.batchBytes / 2, RetentionLimits.batchBytes / 2, 1]) == 2)
        #expect(RetentionLimits.batch(Array(repeating: 1000, count: 64)) == 64)
        #expect(RetentionLimits.batch([.max, .max, .max]) == 1)
    }
}
