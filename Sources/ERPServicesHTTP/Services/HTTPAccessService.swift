public import ERPWorkflows
public import Foundation

/// Badges that another service issues.
public struct HTTPAccessService: AccessService {
    static let issueBadge = HTTPOperation(.post, "/badges/issue")
    static let revokeBadge = HTTPOperation(.post, "/badges/revoke")
    static let operations = [issueBadge, revokeBadge]

    private let client: HTTPServiceClient

    /// The service that a client asks.
    public init(_ client: HTTPServiceClient) { self.client = client }

    /// Has a badge issued; gives its number.
    public func issueBadge(_ request: EmployeeRequest) async throws -> Provision {
        try await client.provision(Self.issueBadge, request)
    }

    /// Has it revoked.
    public func revokeBadge(_ employee: EmployeeKey, at time: Date) async throws {
        try await client.withdraw(Self.revokeBadge, employee, at: time)
    }
}
