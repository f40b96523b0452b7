package import WorkflowAPI

/// Turns errors into recorded failures and back.
package enum FailureConverter {
    /// Where failures of this library say they come from.
    package static let source = "SwiftWorkflow"

    /// The failure to record for an error. A plain Swift error is an application failure named after its type.
    package static func failure(for error: any Error) -> Failure {
        switch error {
        case let error as ApplicationError:
            return Failure(
                message: error.message,
                source: source,
                info: .application(
                    .init(
                        type: error.type,
                        nonRetryable: error.nonRetryable,
                        details: error.details,
                        nextRetryDelay: error.nextRetryDelay
                    )
                )
            )
        case let error as ActivityError: return error.failure
        case let error as RecordedError: return error.failure
        case let error as TimeoutError:
            return Failure(
                message: error.message,
                source: source,
                info: .timeout(type: error.type, lastHeartbeatDetails: error.lastHeartbeatDetails)
            )
        case is CancellationError:
            return Failure(message: "canceled", source: source, info: .canceled(details: []))
        default:
            return Failure(
                message: String(describing: error),
                source: source,
                info: .application(.init(type: String(describing: type(of: error))))
            )
        }
    }

    /// The error that stands for a recorded failure.
    package static func error(for failure: Failure) -> any Error {
        switch failure.info {
        case .application(let application):
            return ApplicationError(
                type: application.type,
                message: failure.message,
                details: application.details,
                nonRetryable: application.nonRetryable,
                nextRetryDelay: application.nextRetryDelay
            )
        case .timeout(let type, let details):
            return TimeoutError(type: type, message: failure.message, lastHeartbeatDetails: details)
        case .canceled: return CancellationError()
        case .activity(let activity):
            return ActivityError(
                activityID: activity.activityID,
                activityType: activity.activityType,
                retryState: activity.retryState,
                cause: failure.cause.map { FailureConverter.error(for: $0) } ?? RecordedError(failure: failure),
                failure: failure
            )
        case .terminated, .server, .childWorkflow, .unknown: return RecordedError(failure: failure)
        }
    }
}
