/// The code of a workflow: an actor whose state is the run's state, and whose `run` is its life.
///
/// ```swift
/// actor Greeting: WorkflowDefinition {
///     private var name = "world"
///
///     func run(_ input: NoValue) async throws -> String {
///         try await Workflow.sleep(for: .seconds(60))
///         return "Hello, \(name)"
///     }
///
///     static func handlers(_ handlers: inout WorkflowHandlers<Greeting>) {
///         handlers.signal("rename") { workflow, name in workflow.name = name }
///         handlers.query("name") { workflow in workflow.name }
///     }
/// }
/// ```
///
/// Everything it does has to come out the same when it is done again from history: time, randomness, waiting and tasks
/// come from ``Workflow``, effects are activities. `@Workflow` writes `handlers` and `Messages` from attributes.
public protocol WorkflowDefinition: ReplaySafeNames {
    /// What `run` takes; ``NoValue`` for nothing.
    associatedtype Input: Decodable
    /// What `run` gives; ``NoValue`` for nothing.
    associatedtype Output: Encodable
    /// Descriptors of signals and queries, for clients: `handle.signal(\.approve, ...)`.
    associatedtype Messages = NoMessages

    /// The registered name; the type's name unless said otherwise.
    static var workflowName: String { get }

    /// One instance a run.
    init()

    /// The run's life: what it returns is the result, what it throws fails the run.
    func run(_ input: Input) async throws -> Output

    /// Says what handles each signal and query.
    static func handlers(_ handlers: inout WorkflowHandlers<Self>)

    /// One instance of the descriptors.
    static var messages: Messages { get }
}

extension WorkflowDefinition {
    /// The type's name.
    public static var workflowName: String { String(describing: Self.self) }

    /// No signals and no queries.
    public static func handlers(_ handlers: inout WorkflowHandlers<Self>) {}

    /// The executor of the run that owns this actor, whoever enters it.
    public nonisolated var unownedExecutor: UnownedSerialExecutor { ExecutorRegistry.executor(of: self) }
}

extension WorkflowDefinition where Messages == NoMessages {
    /// No descriptors.
    public static var messages: NoMessages { NoMessages() }
}

/// A workflow without descriptors.
public struct NoMessages: Sendable {
    /// Nothing.
    public init() {}
}

/// Names a signal and says what it takes.
public struct SignalDescriptor<Input>: Sendable {
    /// The registered name.
    public let name: String

    /// A descriptor of the signal with this name.
    public init(_ name: String) { self.name = name }
}

/// Names a query and says what it takes and gives.
public struct QueryDescriptor<Input, Output>: Sendable {
    /// The registered name.
    public let name: String

    /// A descriptor of the query with this name.
    public init(_ name: String) { self.name = name }
}
