/// The master data of vendors.
public protocol VendorService: Sendable {
    /// A vendor; nil when there is none with this id.
    func vendor(_ id: String, in tenant: String) async throws -> Vendor?
}

/// What a vendor is to tax: decides the rate that is withheld.
public enum VendorKind: String, Codable, Hashable, Sendable, CaseIterable {
    case contractor
    case supplier
    case serviceProvider = "service_provider"

    /// Reads the name. Throws `DecodingError` that lists the kinds.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let kind = VendorKind(rawValue: try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(
                in: container,
                debugDescription: "not a kind of vendor; known are: "
                    + VendorKind.allCases.map(\.rawValue).joined(separator: ", ")
            )
        }
        self = kind
    }
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
