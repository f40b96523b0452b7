public import WorkflowAPI

/// An error with a name that retry policies and callers know it by. What activities and workflows throw on purpose.
public struct ApplicationError: Error, Sendable, CustomStringConvertible {
    /// The name by which it is recognised.
    public var type: String
    /// One line for people; it is recorded, so no secrets.
    public var message: String
    /// Values for the caller.
    public var details: [Payload]
    /// Trying again is pointless.
    public var nonRetryable: Bool
    /// Replaces the interval that the retry policy computes.
    public var nextRetryDelay: Duration?

    /// An error of its parts.
    public init(
        type: String,
        message: String,
        details: [Payload] = [],
        nonRetryable: Bool = false,
        nextRetryDelay: Duration? = nil
    ) {
        self.type = type
        self.message = message
        self.details = details
        self.nonRetryable = nonRetryable
        self.nextRetryDelay = nextRetryDelay
    }

    /// One of the values for the caller; nil when there are not so many. Throws ``PayloadError``.
    public func detail<Detail: Decodable>(_ index: Int = 0, as type: Detail.Type = Detail.self) throws -> Detail? {
        try details.indices.contains(index) ? PayloadConverter.value(details[index], as: type) : nil
    }

    /// The type and the message.
    public var description: String { "\(type): \(message)" }
}

/// An activity ended without a result, and will not be tried again; ``cause`` says why.
public struct ActivityError: Error, Sendable, CustomStringConvertible {
    /// The activity's id within the run.
    public var activityID: String
    /// The registered name.
    public var activityType: String
    /// Why it is not tried again.
    public var retryState: RetryState
    /// How it ended: ``ApplicationError``, ``TimeoutError``, `CancellationError` or ``RecordedError``.
    public var cause: any Error
    /// The failure as recorded.
    public var failure: Failure

    /// The application error behind it, if that is what it was.
    public var applicationError: ApplicationError? { cause as? ApplicationError }

    /// One line for people.
    public var description: String { "activity \(activityType) failed: \(failure.message)" }
}

/// A time limit passed.
public struct TimeoutError: Error, Sendable, CustomStringConvertible {
    /// Which limit.
    public var type: TimeoutType
    /// One line for people.
    public var message: String
    /// What was last heard of it.
    public var lastHeartbeatDetails: [Payload]

    /// The message.
    public var description: String { message }
}

/// A recorded failure of a kind that has no error type of its own.
public struct RecordedError: Error, Sendable, CustomStringConvertible {
    /// The failure as recorded.
    public var failure: Failure

    /// The message.
    public var description: String { failure.message }
}

/// The ambient API was used outside of workflow code, or from a task that left it.
public struct NotInWorkflowError: Error, Sendable, CustomStringConvertible {
    /// What was called, and from where.
    public var description: String
}

/// The run is being dropped from the cache: code has to unwind. Nothing that is done with it has any effect.
public struct WorkflowEvictedError: Error, Sendable {}
