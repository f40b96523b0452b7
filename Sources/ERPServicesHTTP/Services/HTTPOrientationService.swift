public import ERPWorkflows
public import Foundation

/// Orientations in the calendar of another service.
public struct HTTPOrientationService: OrientationService {
    static let bookOrientation = HTTPOperation(.post, "/orientations/book")
    static let cancelOrientation = HTTPOperation(.post, "/orientations/cancel")
    static let operations = [bookOrientation, cancelOrientation]

    private let client: HTTPServiceClient

    /// The service that a client asks.
    public init(_ client: HTTPServiceClient) { self.client = client }

    /// Has a seat booked; gives day and room.
    public func bookOrientation(_ request: EmployeeRequest) async throws -> Provision {
        try await client.provision(Self.bookOrientation, request)
    }

    /// Has the seat given back.
    public func cancelOrientation(_ employee: EmployeeKey, at time: Date) async throws {
        try await client.withdraw(Self.cancelOrientation, employee, at: time)
    }
}
