/// How long a service is waited for, how often it is asked, and how much it may say.
public struct HTTPServiceLimits: Hashable, Sendable {
    /// The longest that one request takes, from the connection to the last byte of the answer.
    public var timeout: Duration
    /// How often a request is made at most before the activity's own retry policy goes on. Only what may be repeated is.
    public var attempts: Int
    /// The pause before the second request is up to this long, chosen at random; each further one up to twice as long.
    public var firstPause: Duration
    /// The longest pause. A service that asks for a longer one is asked again by the activity's retry policy.
    public var longestPause: Duration
    /// After so many failures in a row nothing is asked for the time of ``coolDown``.
    public var failureThreshold: Int
    /// For how long a service that fails is left alone.
    public var coolDown: Duration
    /// The most bytes of an answer.
    public var mostBytes: Int

    /// Limits; what is not given has the default. With the defaults a request and its repeats end within the 30 seconds
    /// that the pack gives an activity.
    public init(
        timeout: Duration = .seconds(8),
        attempts: Int = 3,
        firstPause: Duration = .milliseconds(200),
        longestPause: Duration = .seconds(2),
        failureThreshold: Int = 5,
        coolDown: Duration = .seconds(30),
        mostBytes: Int = 4 * 1024 * 1024
    ) {
        self.timeout = timeout
        self.attempts = attempts
        self.firstPause = firstPause
        self.longestPause = longestPause
        self.failureThreshold = failureThreshold
        self.coolDown = coolDown
        self.mostBytes = mostBytes
    }

    /// The pause after the attempt of this number, from 1: between half and all of what doubles each time, so that many
    /// callers do not come back at the same moment.
    func pause(after attempt: Int, random: Double) -> Duration {
        var longest = firstPause
        for _ in 1..<max(1, min(attempt, 64)) where longest < longestPause { longest = longest * 2 }
        return min(longest, longestPause) * (0.5 + min(max(random, 0), 1) / 2)
    }
}
