/// Names the work on one order: the business key, and the run that works on it. Every effect is keyed by it, so that doing
/// it again does nothing, and an order that was rejected can be submitted again by another run.
public struct OrderKey: Codable, Hashable, Sendable {
    /// The tenant.
    public var tenant: String
    /// The order's own id.
    public var orderId: String
    /// The workflow that works on it.
    public var workflowId: String
    /// Its run.
    public var runId: String
}
