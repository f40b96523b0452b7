public import Foundation

/// Orientations: at 10 o'clock in Dhaka, on a business day of the tenant, in a room at the employee's location.
public protocol OrientationService: Sendable {
    /// Books the first free seat on or after the employee's first day, once; gives day and room. Refused after
    /// ``cancelOrientation(_:at:)`` of the same run.
    func bookOrientation(_ request: EmployeeRequest) async throws -> Provision
    /// Gives the seat back, and keeps one from still being booked.
    func cancelOrientation(_ employee: EmployeeKey, at time: Date) async throws
}
