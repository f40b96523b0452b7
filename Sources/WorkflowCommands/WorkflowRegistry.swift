public import ArgumentParser
public import History
public import ServiceLifecycle
public import WorkflowAPI
public import WorkflowRuntime

/// What a command line knows to run: the workflow types and activities of a program.
public struct WorkflowRegistry: Sendable {
    /// The workflow types.
    public var workflows: [WorkflowRegistration]
    /// Makes the activities over an open engine.
    public var activities: @Sendable (WorkflowEngine) async throws -> [any ActivityContainer]
    /// Makes or migrates what the program keeps in the store beside the engine's tables; `schema migrate` and everything
    /// that may make the file call it.
    public var prepare: @Sendable (WorkflowEngine) async throws -> Void
    /// Looks at a start that the command line is about to make, with what the program knows beyond types: throws a refusal
    /// when it cannot come to anything, an order to a vendor that nobody knows for instance.
    public var checkStart: @Sendable (StartWorkflowRequest, WorkflowEngine) async throws -> Void
    /// A line for people, on stderr and not with `--json`, after something was started or signaled: where to see what came
    /// of it, for instance.
    public var remark: @Sendable (CommandDeed) -> String?
    /// Makes the service that carries the program's messages to people, run beside a worker that is told how to
    /// (`worker --notify`); nil for a program that sends none. Throws a refusal when it does not know that way.
    public var delivery: (@Sendable (DeliveryRequest) async throws -> any Service)?
    /// Commands of the program's own, beside those of the engine.
    public var commands: [any ParsableCommand.Type]
    /// Change payloads on their way into the store and back, in every command and in the worker. Encryption with the keys
    /// of `--payload-keys` comes after them.
    public var payloadCodecs: [any PayloadCodec]
    /// The task queue of `start` and `worker` unless they name another.
    public var taskQueue: TaskQueue

    /// A registry of its parts.
    public init(
        taskQueue: TaskQueue,
        workflows: [WorkflowRegistration],
        activities: @escaping @Sendable (WorkflowEngine) async throws -> [any ActivityContainer] = { _ in [] },
        prepare: @escaping @Sendable (WorkflowEngine) async throws -> Void = { _ in },
        checkStart: @escaping @Sendable (StartWorkflowRequest, WorkflowEngine) async throws -> Void = { _, _ in },
        payloadCodecs: [any PayloadCodec] = [],
        remark: @escaping @Sendable (CommandDeed) -> String? = { _ in nil },
        delivery: (@Sendable (DeliveryRequest) async throws -> any Service)? = nil,
        commands: [any ParsableCommand.Type] = []
    ) {
        self.payloadCodecs = payloadCodecs
        self.taskQueue = taskQueue
        self.workflows = workflows
        self.activities = activities
        self.prepare = prepare
        self.checkStart = checkStart
        self.remark = remark
        self.delivery = delivery
        self.commands = commands
    }

    func registration(of workflowType: String) -> WorkflowRegistration? {
        workflows.first { $0.name == workflowType }
    }
}
