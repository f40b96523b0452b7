public import Foundation

/// Keeps the records of employees. One run at a time has an employee of a tenant in hands.
public protocol EmployeeService: Sendable {
    /// Adds a record, once by its key. Throws a refusal that names the other workflow when another run has the employee in
    /// hands or has brought them in, and after ``change(_:to:at:)`` to `withdrawn` of the same run.
    func register(_ record: EmployeeRecord) async throws
    /// Changes how it stands with an employee; `withdrawn` is for ever, and a run that is withdrawn before it has registered
    /// may be withdrawn too.
    func change(_ employee: EmployeeKey, to state: EmployeeRecord.State, at time: Date) async throws
    /// All employees of a tenant, by id; the runs of one employee in the order in which they were made.
    func employees(of tenant: String) async throws -> [EmployeeRecord]
}
