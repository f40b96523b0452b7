/// A tax that an invoice bears. Written `vat`, `withholding_contractor`, `withholding_supplier`,
/// `withholding_service_provider`.
public enum TaxKind: Hashable, Sendable, CaseIterable, Codable, CustomStringConvertible {
    /// Value added tax, which the vendor charges on top of the net.
    case vat
    /// Income tax that the payer withholds at the source for vendors of a kind.
    case withholding(VendorKind)

    /// VAT, then withholding from contractors, suppliers and service providers.
    public static let allCases: [TaxKind] = [
        .vat, .withholding(.contractor), .withholding(.supplier), .withholding(.serviceProvider),
    ]

    /// The name in JSON and in tables.
    public var name: String {
        switch self {
        case .vat: "vat"
        case .withholding(let kind): "withholding_\(kind.rawValue)"
        }
    }

    /// The tax of a name; nil when there is none.
    public init?(_ name: String) {
        guard let kind = TaxKind.allCases.first(where: { $0.name == name }) else { return nil }
        self = kind
    }

    /// As it stands in sentences: `withholding from contractors`.
    public var description: String {
        switch self {
        case .vat: "VAT"
        case .withholding(.contractor): "withholding from contractors"
        case .withholding(.supplier): "withholding from suppliers"
        case .withholding(.serviceProvider): "withholding from service providers"
        }
    }

    /// Reads the name.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let kind = TaxKind(try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(
                in: container,
                debugDescription: "not a tax; known are: \(TaxKind.allCases.map(\.name).joined(separator: ", "))"
            )
        }
        self = kind
    }

    /// Writes the name.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(name)
    }
}
