/// Limits of activities.
public enum ActivityLimits {
    /// How long an exactly-once step may take: nobody else writes meanwhile.
    public static let stepTime = Duration.seconds(1)
}
