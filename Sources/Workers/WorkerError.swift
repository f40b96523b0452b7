/// Why a worker cannot be made or cannot start.
public struct WorkerError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What kind of mistake.
    public var code: Code
    /// One line that names the mistake and the next step.
    public var message: String

    /// An error of its parts.
    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    /// The message.
    public var description: String { message }

    /// The kinds of mistake.
    public struct Code: Hashable, Sendable, CustomStringConvertible {
        /// The name of the code.
        public let description: String

        /// Two workflows or two activities have one name.
        public static let duplicateName = Code(description: "duplicateName")
        /// There is nothing to run: neither a workflow nor an activity.
        public static let nothingRegistered = Code(description: "nothingRegistered")
        /// A value of the configuration is out of its range.
        public static let invalidConfiguration = Code(description: "invalidConfiguration")
        /// The service cannot run an activity as it is registered.
        public static let missingCapability = Code(description: "missingCapability")
        /// The crash-blame file cannot be made.
        public static let crashBlameUnavailable = Code(description: "crashBlameUnavailable")
        /// ``Worker/run()`` was called a second time.
        public static let alreadyRun = Code(description: "alreadyRun")
    }
}
