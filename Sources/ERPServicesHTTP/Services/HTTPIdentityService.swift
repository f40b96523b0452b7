public import ERPWorkflows
public import Foundation

/// Accounts and mail boxes that another service keeps.
public struct HTTPIdentityService: IdentityService {
    static let createAccount = HTTPOperation(.post, "/accounts")
    static let disableAccount = HTTPOperation(.post, "/accounts/disable")
    static let createMailbox = HTTPOperation(.post, "/mailboxes")
    static let closeMailbox = HTTPOperation(.post, "/mailboxes/close")
    static let operations = [createAccount, disableAccount, createMailbox, closeMailbox]

    private let client: HTTPServiceClient

    /// The service that a client asks.
    public init(_ client: HTTPServiceClient) { self.client = client }

    /// Has an account created; gives its user name.
    public func createAccount(_ request: EmployeeRequest) async throws -> Provision {
        try await client.provision(Self.createAccount, request)
    }

    /// Has the account disabled.
    public func disableAccount(_ employee: EmployeeKey, at time: Date) async throws {
        try await client.withdraw(Self.disableAccount, employee, at: time)
    }

    /// Has a mail box created; gives its address.
    public func createMailbox(_ request: EmployeeRequest) async throws -> Provision {
        try await client.provision(Self.createMailbox, request)
    }

    /// Has the mail box closed.
    public func closeMailbox(_ employee: EmployeeKey, at time: Date) async throws {
        try await client.withdraw(Self.closeMailbox, employee, at: time)
    }
}
