/// How messages are tried again.
public struct DeliveryPolicy: Hashable, Sendable {
    /// The pause after the first failure; each further one is twice as long.
    public var firstPause: Duration
    /// The longest pause.
    public var longestPause: Duration
    /// After so many attempts a message has failed: with the defaults after about twenty hours.
    public var mostAttempts: Int
    /// For how long a claim hides messages from others; never less than two sendings take.
    public var lease: Duration
    /// How many messages are claimed at once.
    public var batch: Int

    /// A policy; what is not given has the default.
    public init(
        firstPause: Duration = .seconds(30),
        longestPause: Duration = .seconds(3600),
        mostAttempts: Int = 26,
        lease: Duration = .seconds(120),
        batch: Int = 16
    ) {
        self.firstPause = firstPause
        self.longestPause = longestPause
        self.mostAttempts = mostAttempts
        self.lease = lease
        self.batch = batch
    }

    /// The pause after the attempt of this number, from 1.
    func pause(after attempt: Int) -> Duration {
        var pause = firstPause
        for _ in 1..<max(1, min(attempt, 64)) where pause < longestPause { pause = pause * 2 }
        return min(pause, longestPause)
    }
}
