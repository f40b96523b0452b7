import WorkflowAPI

extension PendingTimer {
    /// A row of `timer` from its columns `started_event_id`, `timer_id` and `fire_time`.
    static func row(_ reader: some RowReader) -> PendingTimer {
        PendingTimer(startedEventID: reader.integer(0), timerID: reader.text(1), fireTime: reader.timestamp(2))
    }
}
