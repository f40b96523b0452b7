package import WorkflowAPI

/// How a local activity stands in the history: as a marker that Temporal's Core reads as its own.
///
/// The detail `data` is JSON: `seq`, `attempt`, `activity_id`, `activity_type`, `complete_time`, `backoff`,
/// `original_schedule_time`, times and durations as `{"seconds":…,"nanos":…}`. The detail `result` is what it gave. One
/// that failed has a failure beside `data`; `backoff` says that it is to be tried again after that time.
package struct LocalActivityMarker {
    /// The detail with the facts. Codecs leave it as it is, so that operators can read what happened.
    package static let dataKey = "data"
    /// The detail with the result.
    package static let resultKey = "result"

    /// How it ended.
    package var end: LocalActivityEnd
    /// The id within the run.
    package var activityID: String
    /// The registered name.
    package var activityType: String

    /// What a marker says; nil if it is none of a local activity, or cannot be read.
    package init?(_ event: HistoryEvent.MarkerRecorded) {
        guard event.markerName == MarkerName.localActivity, let data = event.details[Self.dataKey]?.first,
            let facts = try? JSONTree(data.data), let sequence = facts.integer("seq"),
            case .string(let activityID)? = facts[["activity_id"]],
            case .string(let activityType)? = facts[["activity_type"]]
        else { return nil }
        let outcome: LocalActivityEnd.Outcome
        if let failure = event.failure {
            outcome =
                facts.span("backoff").map { .postponed(.nanoseconds($0), failure) }
                ?? .failed(failure)
        } else {
            outcome = .completed(event.details[Self.resultKey] ?? [])
        }
        end = LocalActivityEnd(
            sequence: Int(clamping: sequence),
            outcome: outcome,
            attempt: Int(clamping: facts.integer("attempt") ?? 1),
            time: Timestamp(nanoseconds: facts.span("complete_time") ?? 0)
        )
        self.activityID = activityID
        self.activityType = activityType
    }

    /// The command that records an end.
    static func command(_ end: LocalActivityEnd, of local: LocalActivityTask) -> Command.RecordMarker {
        var backoff = "null"
        var details: [String: [Payload]] = [:]
        var failure: Failure?
        switch end.outcome {
        case .completed(let result): details[resultKey] = result
        case .failed(let cause): failure = cause
        case .postponed(let pause, let cause):
            backoff = span(pause.clampedNanoseconds)
            failure = cause
        }
        details[dataKey] = [
            .json(
                """
                {"seq":\(end.sequence),"attempt":\(end.attempt),\
                "activity_id":\(JSONText.quoted(local.activityID)),\
                "activity_type":\(JSONText.quoted(local.activityType)),\
                "complete_time":\(span(end.time.nanoseconds)),"backoff":\(backoff),\
                "original_schedule_time":\(span(local.scheduledTime.nanoseconds))}
                """
            )
        ]
        return .init(markerName: MarkerName.localActivity, details: details, failure: failure)
    }

    private static func span(_ nanoseconds: Int64) -> String {
        #"{"seconds":\#(nanoseconds / 1_000_000_000),"nanos":\#(nanoseconds % 1_000_000_000)}"#
    }
}

extension JSONTree {
    fileprivate func integer(_ path: String...) -> Int64? {
        guard case .number(let text)? = self[path] else { return nil }
        return Int64(text)
    }

    /// Seconds and nanoseconds as nanoseconds, within the range that there is.
    fileprivate func span(_ key: String) -> Int64? {
        guard let seconds = integer(key, "seconds") else { return nil }
        return (Duration.seconds(seconds) + .nanoseconds(integer(key, "nanos") ?? 0)).clampedNanoseconds
    }
}
