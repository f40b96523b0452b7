public import WorkflowAPI

/// An activity as a worker knows it: its name and what runs an attempt.
public struct ActivityRegistration: Sendable {
    /// The registered name.
    public let name: String
    package let work: Work

    /// How an attempt is run.
    package enum Work: Sendable {
        /// Anywhere, for as long as it takes.
        case ordinary(@Sendable (_ input: [Payload], _ context: ActivityContext) async throws -> [Payload])
        /// Inside the transaction that records its completion.
        case transactional(StepPreparation)
    }

    /// Reads the input, which needs no transaction, and gives what does.
    package typealias StepPreparation = @Sendable (_ input: [Payload]) throws -> PreparedStep
    /// The part of an exactly-once step that runs inside of the transaction.
    package typealias PreparedStep = @Sendable (any StoreTransaction) throws -> [Payload]

    /// Registers a function under a descriptor's name. Input that cannot be read is a failure that is not retried.
    public init<Input: Decodable & SendableMetatype, Output: Encodable & SendableMetatype>(
        _ activity: ActivityDescriptor<Input, Output>,
        _ body: @escaping @Sendable (Input) async throws -> Output
    ) {
        let name = activity.name
        self.name = name
        work = .ordinary { payloads, _ in
            let input = try Self.input(payloads, of: name, as: Input.self)
            return [try PayloadConverter.payload(try await body(input))]
        }
    }

    /// Registers an exactly-once step: `body` runs inside of the transaction that records its completion, so that what it
    /// writes exists if and only if the history says that it was done, whatever crashes.
    ///
    /// It has no effects but through the transaction, which may run it again when the database undid it. It may take a
    /// second, since nobody else writes meanwhile; slow work belongs in an ordinary activity before it. What it throws
    /// undoes what it wrote, and is a failed attempt as with any other activity. The service has to offer it
    /// (``WorkflowAPI/ServiceCapabilities/storeTransactions``); a worker of one that does not refuses to start.
    public init<Input: Decodable & SendableMetatype, Output: Encodable & SendableMetatype>(
        _ activity: ActivityDescriptor<Input, Output>,
        transactional body: @escaping @Sendable (Input, borrowing any StoreTransaction) throws -> Output
    ) {
        let name = activity.name
        self.name = name
        work = .transactional { payloads in
            let input = PreparedInput(value: try Self.input(payloads, of: name, as: Input.self))
            return { transaction in [try PayloadConverter.payload(try body(input.value, transaction))] }
        }
    }

    /// Registers an exactly-once step that gives nothing.
    public init<Input: Decodable & SendableMetatype>(
        _ activity: ActivityDescriptor<Input, Void>,
        transactional body: @escaping @Sendable (Input, borrowing any StoreTransaction) throws -> Void
    ) {
        self.init(
            ActivityDescriptor<Input, NoValue>(activity.name),
            transactional: { input, transaction in
                try body(input, transaction)
                return NoValue()
            }
        )
    }

    /// Whether the activity is an exactly-once step.
    package var isTransactional: Bool { if case .transactional = work { true } else { false } }

    private static func input<Input: Decodable>(
        _ payloads: [Payload],
        of name: String,
        as type: Input.Type
    ) throws -> Input {
        do {
            return try PayloadConverter.argument(payloads, as: type)
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
    }
}

/// `@unchecked Sendable`: made for one attempt, read by the one thread that runs it, and never written.
private struct PreparedInput<Input>: @unchecked Sendable {
    let value: Input
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
