/// How much of the past is forgotten at once.
package enum RetentionLimits {
    /// History that one transaction deletes at most, so that those who work beside it hardly wait.
    package static let batchBytes: Int64 = 8 << 20
    /// Runs that one transaction deletes at most.
    package static let batchRuns = 64

    /// How many of the runs, by the sizes of their histories, one transaction takes: at least the first.
    static func batch(_ sizes: [Int64]) -> Int {
        var (count, bytes) = (0, Int64(0))
        for size in sizes {
            bytes = bytes.addingReportingOverflow(max(0, size)).partialValue
            if count > 0, bytes > batchBytes || bytes < 0 { break }
            count += 1
        }
        return count
    }
}
