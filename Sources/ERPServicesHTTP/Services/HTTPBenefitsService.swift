public import ERPWorkflows
public import Foundation

/// Benefit plans of another service.
public struct HTTPBenefitsService: BenefitsService {
    static let enrol = HTTPOperation(.post, "/enrolments")
    static let endBenefits = HTTPOperation(.post, "/enrolments/end")
    static let operations = [enrol, endBenefits]

    private let client: HTTPServiceClient

    /// The service that a client asks.
    public init(_ client: HTTPServiceClient) { self.client = client }

    /// Has the employee enrolled; gives the names of the plans.
    public func enrol(_ request: EmployeeRequest) async throws -> Provision {
        try await client.provision(Self.enrol, request)
    }

    /// Has every enrolment of the run ended.
    public func endBenefits(_ employee: EmployeeKey, at time: Date) async throws {
        try await client.withdraw(Self.endBenefits, employee, at: time)
    }
}
