package import WorkflowAPI

/// A timer that runs.
package struct PendingTimer: Hashable, Sendable {
    package var startedEventID: Int64
    package var timerID: String
    package var fireTime: Timestamp
}
