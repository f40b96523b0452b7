/// Names the work on one invoice: the business key, and the run that works on it. Every effect is keyed by it, so that
/// doing it again does nothing, and an invoice that was rejected can be submitted again by another run.
public struct InvoiceKey: Codable, Hashable, Sendable {
    /// The tenant.
    public var tenant: String
    /// The invoice's own id.
    public var invoiceId: String
    /// The workflow that works on it.
    public var workflowId: String
    /// Its run.
    public var runId: String
}
