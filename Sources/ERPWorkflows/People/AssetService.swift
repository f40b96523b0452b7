public import Foundation

/// Workstations, each in the hands of one employee at a time.
public protocol AssetService: Sendable {
    /// Assigns one that is free at the employee's location, once; gives its tag. Refused after
    /// ``returnWorkstation(_:at:)`` of the same run.
    func assignWorkstation(_ request: EmployeeRequest) async throws -> Provision
    /// Takes it back, and keeps one from still being assigned.
    func returnWorkstation(_ employee: EmployeeKey, at time: Date) async throws
}
