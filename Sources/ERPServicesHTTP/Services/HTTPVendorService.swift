public import ERPWorkflows

/// Vendors of a master data service.
public struct HTTPVendorService: VendorService {
    static let vendor = HTTPOperation(.get, "/vendors/{id}")
    static let operations = [vendor]

    private let client: HTTPServiceClient

    /// The service that a client asks.
    public init(_ client: HTTPServiceClient) { self.client = client }

    /// The vendor of this id.
    public func vendor(_ id: String, in tenant: String) async throws -> Vendor? {
        try await client.find(Self.vendor, [id], tenant: tenant) { $0.id == id }
    }
}
