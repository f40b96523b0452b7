/// Why a request was refused: a code to act on and one line for people, with the ids and the next step.
public struct WorkflowServiceError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What kind of refusal.
    public var code: Code
    /// One line with the ids and the next step; never a payload.
    public var message: String
    /// The run that the refusal is about, where there is one.
    public var execution: WorkflowExecution?

    /// A refusal of its parts.
    public init(_ code: Code, _ message: String, execution: WorkflowExecution? = nil) {
        self.code = code
        self.message = message
        self.execution = execution
    }

    /// The message.
    public var description: String { message }

    /// The kinds of refusal.
    public struct Code: Hashable, Sendable, CustomStringConvertible {
        /// The name, as it stands in JSON.
        public let description: String

        /// Something in the request cannot be accepted.
        public static let invalidArgument = Code(description: "invalidArgument")
        /// There is no such execution, run, activity or namespace.
        public static let notFound = Code(description: "notFound")
        /// An open run has the id.
        public static let alreadyStarted = Code(description: "alreadyStarted")
        /// The run is closed.
        public static let workflowClosed = Code(description: "workflowClosed")
        /// The answer is to a task that no longer is the current one; drop it.
        public static let staleTask = Code(description: "staleTask")
        /// No worker that knows the type is running.
        public static let noWorker = Code(description: "noWorker")
        /// The query was asked and failed.
        public static let queryFailed = Code(description: "queryFailed")
        /// The wait was long enough.
        public static let timeout = Code(description: "timeout")
        /// A named limit would be passed.
        public static let limitExceeded = Code(description: "limitExceeded")
        /// The store cannot be used at the moment; try again.
        public static let unavailable = Code(description: "unavailable")
        /// The store failed while committing; repeat with the same request id to learn what came of it.
        public static let outcomeUnknown = Code(description: "outcomeUnknown")
        /// The service does not offer this.
        public static let unimplemented = Code(description: "unimplemented")
    }
}
