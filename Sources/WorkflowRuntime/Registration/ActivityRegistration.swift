package import WorkflowAPI

/// An activity as a worker knows it: its name and what runs an attempt.
public struct ActivityRegistration: Sendable {
    /// The registered name.
    public let name: String
    package let execute: @Sendable (_ input: [Payload], _ context: ActivityContext) async throws -> [Payload]

    /// Registers a function under a descriptor's name. Input that cannot be read is a failure that is not retried.
    public init<Input: Decodable & SendableMetatype, Output: Encodable & SendableMetatype>(
        _ activity: ActivityDescriptor<Input, Output>,
        _ body: @escaping @Sendable (Input) async throws -> Output
    ) {
        let name = activity.name
        self.name = name
        execute = { payloads, _ in
            let input: Input
            do {
                input = try PayloadConverter.argument(payloads, as: Input.self)
            } catch {
                if let payload = payloads.first, payload.isEncrypted {
                    // Another worker may have the key, or this one after its next start.
                    let failure = PayloadCodecChain.failure(payload.missingKey)
                    throw ApplicationError(type: PayloadCodecChain.failureType, message: failure.message)
                }
                throw ApplicationError(
                    type: "InvalidInput",
                    message: "the input of activity \(name) cannot be read: \(error)",
                    nonRetryable: true
                )
            }
            return [try PayloadConverter.payload(try await body(input))]
        }
    }
}

extension ActivityRegistration {
    /// Registers a function that gives nothing.
    public init<Input: Decodable & SendableMetatype>(
        _ activity: ActivityDescriptor<Input, Void>,
        _ body: @escaping @Sendable (Input) async throws -> Void
    ) {
        self.init(ActivityDescriptor<Input, NoValue>(activity.name)) { input in
            try await body(input)
            return NoValue()
        }
    }

    /// Registers a function that takes nothing.
    public init<Output: Encodable & SendableMetatype>(
        _ activity: ActivityDescriptor<Void, Output>,
        _ body: @escaping @Sendable () async throws -> Output
    ) {
        self.init(ActivityDescriptor<NoValue, Output>(activity.name)) { _ in try await body() }
    }

    /// Registers a function that takes and gives nothing.
    public init(_ activity: ActivityDescriptor<Void, Void>, _ body: @escaping @Sendable () async throws -> Void) {
        self.init(ActivityDescriptor<NoValue, NoValue>(activity.name)) { _ in
            try await body()
            return NoValue()
        }
    }
}

/// One activity is a group of one, so that groups and single activities go into one list.
extension ActivityRegistration: ActivityContainer {
    /// Itself.
    public var activities: [ActivityRegistration] { [self] }
}

/// A group of activities that share what they need, a database for instance.
public protocol ActivityContainer: Sendable {
    /// Its activities.
    var activities: [ActivityRegistration] { get }
}
