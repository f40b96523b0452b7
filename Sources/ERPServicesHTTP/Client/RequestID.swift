import Crypto
import WorkflowAPI
import WorkflowRuntime

/// What a request is known by: the run, the activity and the step within it. Every repeat carries the same, whichever
/// attempt of the activity makes it, and no other request of the run does.
enum RequestID {
    /// The step is the operation with a digest of everything that is sent, since an activity may ask several times. Outside
    /// of an activity there is only that.
    static func make(
        _ operation: HTTPOperation,
        target: String,
        tenant: String,
        body: [UInt8],
        activity: ActivityInfo?
    ) -> String {
        var hash = SHA256()
        for part in [operation.method.rawValue, target, tenant] {
            hash.update(data: Array(part.utf8) + [0])
        }
        hash.update(data: body)
        let digest = hash.finalize().prefix(8).map { hex($0) }.joined()
        guard let activity else { return "direct/\(digest)" }
        let run = RequestTarget.encoded(activity.execution.runID.rawValue)
        return "\(run)/\(RequestTarget.encoded(activity.activityID))/\(digest)"
    }

    private static func hex(_ byte: UInt8) -> String {
        let digits = String(byte, radix: 16)
        return digits.count == 1 ? "0" + digits : digits
    }
}
