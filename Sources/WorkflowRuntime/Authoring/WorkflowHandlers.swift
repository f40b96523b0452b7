import WorkflowAPI

/// What handles each signal and query of a workflow.
public struct WorkflowHandlers<Definition: WorkflowDefinition>: Sendable {
    typealias SignalHandler = @Sendable (isolated Definition, [Payload]) async throws -> Void
    typealias QueryHandler = @Sendable (isolated Definition, [Payload]) throws -> Payload

    private(set) var signals: [String: SignalHandler] = [:]
    private(set) var queries: [String: QueryHandler] = [:]
    private(set) var signalChecks: [String: InputCheck] = [:]
    private(set) var queryChecks: [String: InputCheck] = [:]

    init() {}

    /// A signal with an argument. The handler runs as a task of the run; it may wait and call activities.
    public mutating func signal<Input: Decodable>(
        _ name: String,
        _ handler: @escaping @Sendable (isolated Definition, Input) async throws -> Void
    ) where Input: SendableMetatype {
        signalChecks[name] = InputCheck(Input.self)
        signals[name] = { workflow, payloads in
            let input: Input
            do {
                input = try PayloadConverter.argument(payloads, as: Input.self)
            } catch {
                throw UnreadableArgument(reason: String(describing: error))
            }
            try await handler(workflow, input)
        }
    }

    /// A signal without an argument.
    public mutating func signal(
        _ name: String,
        _ handler: @escaping @Sendable (isolated Definition) async throws -> Void
    ) {
        signalChecks[name] = InputCheck(NoValue.self)
        signals[name] = { workflow, _ in try await handler(workflow) }
    }

    /// A query with an argument. The handler reads; it may change nothing and ask for nothing.
    public mutating func query<Input: Decodable, Output: Encodable>(
        _ name: String,
        _ handler: @escaping @Sendable (isolated Definition, Input) throws -> Output
    ) where Input: SendableMetatype, Output: SendableMetatype {
        queryChecks[name] = InputCheck(Input.self)
        queries[name] = { workflow, payloads in
            try PayloadConverter.payload(
                try handler(workflow, try PayloadConverter.argument(payloads, as: Input.self))
            )
        }
    }

    /// A query without an argument.
    public mutating func query<Output: Encodable>(
        _ name: String,
        _ handler: @escaping @Sendable (isolated Definition) throws -> Output
    ) where Output: SendableMetatype {
        queryChecks[name] = InputCheck(NoValue.self)
        queries[name] = { workflow, _ in try PayloadConverter.payload(try handler(workflow)) }
    }
}

// The same by the descriptors in `Messages`, so that a name stands once and its types are held together.
extension WorkflowHandlers {
    /// A signal with an argument: `handlers.signal(\.approve) { workflow, approval in ... }`.
    public mutating func signal<Input: Decodable & SendableMetatype>(
        _ signal: KeyPath<Definition.Messages, SignalDescriptor<Input>>,
        _ handler: @escaping @Sendable (isolated Definition, Input) async throws -> Void
    ) {
        self.signal(Definition.messages[keyPath: signal].name, handler)
    }

    /// A signal without an argument.
    public mutating func signal(
        _ signal: KeyPath<Definition.Messages, SignalDescriptor<NoValue>>,
        _ handler: @escaping @Sendable (isolated Definition) async throws -> Void
    ) {
        self.signal(Definition.messages[keyPath: signal].name, handler)
    }

    /// A query with an argument.
    public mutating func query<Input: Decodable & SendableMetatype, Output: Encodable & SendableMetatype>(
        _ query: KeyPath<Definition.Messages, QueryDescriptor<Input, Output>>,
        _ handler: @escaping @Sendable (isolated Definition, Input) throws -> Output
    ) {
        self.query(Definition.messages[keyPath: query].name, handler)
    }

    /// A query without an argument: `handlers.query(\.status) { workflow in workflow.status }`.
    public mutating func query<Output: Encodable & SendableMetatype>(
        _ query: KeyPath<Definition.Messages, QueryDescriptor<NoValue, Output>>,
        _ handler: @escaping @Sendable (isolated Definition) throws -> Output
    ) {
        self.query(Definition.messages[keyPath: query].name, handler)
    }
}

/// A signal's argument cannot be read: the signal is skipped, with a marker that `describe` shows.
struct UnreadableArgument: Error {
    var reason: String
}
