/// Names the work on one employee: the business key, and the run that works on it. Everything that an employee is given is
/// keyed by it, so that giving it again does nothing, and an offer that was withdrawn can be made again by another run.
public struct EmployeeKey: Codable, Hashable, Sendable {
    /// The tenant.
    public var tenant: String
    /// The employee's own id.
    public var employeeId: String
    /// The workflow that works on it.
    public var workflowId: String
    /// Its run.
    public var runId: String

    /// A key of its parts.
    public init(tenant: String, employeeId: String, workflowId: String, runId: String) {
        self.tenant = tenant
        self.employeeId = employeeId
        self.workflowId = workflowId
        self.runId = runId
    }
}
