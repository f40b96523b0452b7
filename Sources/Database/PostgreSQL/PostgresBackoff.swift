#if PostgreSQL
/// How long to wait before the next attempt to connect: doubled each time up to a limit, and spread, so that the processes
/// of one site do not come back all at once.
struct PostgresBackoff {
    static let first: Int64 = 50_000_000
    static let longest: Int64 = 2_000_000_000
    private var failures = 0
    private let random: @Sendable () -> Double

    /// `random` answers from 0 up to 1.
    init(random: @escaping @Sendable () -> Double) { self.random = random }

    /// Nanoseconds to wait after one more failure: between half of the step and all of it.
    mutating func next() -> Int64 {
        let step = min(Self.longest, Self.first << min(failures, 10))
        failures += 1
        return step / 2 + Int64(Double(step / 2) * min(1, max(0, random())))
    }

    /// It went well.
    mutating func reset() { failures = 0 }
}
#endif
