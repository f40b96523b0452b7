/// The master data of vendors.
public protocol VendorService: Sendable {
    /// A vendor; nil when there is none with this id.
    func vendor(_ id: String, in tenant: String) async throws -> Vendor?
}

/// What a vendor is to tax: decides the rate that is withheld.
public enum VendorKind: String, Codable, Hashable, Sendable {
    case contractor
    case supplier
    case serviceProvider = "service_provider"
}

/// Whom orders go to.
public struct Vendor: Codable, Hashable, Sendable {
    /// The vendor id.
    public var id: String
    /// The name.
    public var name: String
    /// The mail address.
    public var email: String
    /// What it is to tax; nil when nobody has said.
    public var kind: VendorKind?
    /// Taxpayer's identification number: 10 or 12 digits.
    public var tin: String?
    /// Business identification number: 9 or 13 digits.
    public var bin: String?
    /// The mobile number as 01XXXXXXXXX.
    public var mobile: String?
    /// Orders may go to it.
    public var isActive: Bool
    /// Why not, when they may not.
    public var holdReason: String?
}
