public import History
public import Logging
public import WorkflowAPI

/// Asks a program for the service that carries its messages to people; see ``WorkflowRegistry/delivery``.
public struct DeliveryRequest: Sendable {
    /// How, as the user said: `log`, `command:PATH` and what else the program knows.
    public var how: String
    /// Over which engine.
    public var engine: WorkflowEngine
    /// Of which tenant.
    public var namespace: Namespace
    /// Where lines go.
    public var logger: Logger

    init(how: String, engine: WorkflowEngine, namespace: Namespace, logger: Logger) {
        self.how = how
        self.engine = engine
        self.namespace = namespace
        self.logger = logger
    }
}
