public import Foundation

/// Accounts and mail boxes. A user name is unique in its tenant, is made of the name, and stays taken for ever.
public protocol IdentityService: Sendable {
    /// Creates an account, once; gives its user name. Refused after ``disableAccount(_:at:)`` of the same run.
    func createAccount(_ request: EmployeeRequest) async throws -> Provision
    /// Disables the account, and keeps one from still being created.
    func disableAccount(_ employee: EmployeeKey, at time: Date) async throws
    /// Creates a mail box under the same user name, once; gives its address. Refused after ``closeMailbox(_:at:)`` of the
    /// same run.
    func createMailbox(_ request: EmployeeRequest) async throws -> Provision
    /// Closes the mail box, and keeps one from still being created.
    func closeMailbox(_ employee: EmployeeKey, at time: Date) async throws
}
