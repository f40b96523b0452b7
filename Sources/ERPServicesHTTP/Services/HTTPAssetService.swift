public import ERPWorkflows
public import Foundation

/// Workstations that another service keeps.
public struct HTTPAssetService: AssetService {
    static let assignWorkstation = HTTPOperation(.post, "/workstations/assign")
    static let returnWorkstation = HTTPOperation(.post, "/workstations/return")
    static let operations = [assignWorkstation, returnWorkstation]

    private let client: HTTPServiceClient

    /// The service that a client asks.
    public init(_ client: HTTPServiceClient) { self.client = client }

    /// Has one assigned; gives its tag.
    public func assignWorkstation(_ request: EmployeeRequest) async throws -> Provision {
        try await client.provision(Self.assignWorkstation, request)
    }

    /// Has it taken back.
    public func returnWorkstation(_ employee: EmployeeKey, at time: Date) async throws {
        try await client.withdraw(Self.returnWorkstation, employee, at: time)
    }
}
