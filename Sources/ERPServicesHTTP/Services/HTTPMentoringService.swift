public import ERPWorkflows
public import Foundation

/// Mentors that another service chooses.
public struct HTTPMentoringService: MentoringService {
    static let assignMentor = HTTPOperation(.post, "/mentorships")
    static let endMentoring = HTTPOperation(.post, "/mentorships/end")
    static let operations = [assignMentor, endMentoring]

    private let client: HTTPServiceClient

    /// The service that a client asks.
    public init(_ client: HTTPServiceClient) { self.client = client }

    /// Has a mentor assigned; gives the user id.
    public func assignMentor(_ request: EmployeeRequest) async throws -> Provision {
        try await client.provision(Self.assignMentor, request)
    }

    /// Has it ended.
    public func endMentoring(_ employee: EmployeeKey, at time: Date) async throws {
        try await client.withdraw(Self.endMentoring, employee, at: time)
    }
}
