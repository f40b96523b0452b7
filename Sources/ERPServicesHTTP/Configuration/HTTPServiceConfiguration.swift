/// Which services run elsewhere, and where. A service without an address stays the one over the engine's own file.
public struct HTTPServiceConfiguration: Hashable, Sendable {
    /// Where they are.
    public var addresses: [RemoteService: HTTPServiceAddress]
    /// How they are asked.
    public var limits: HTTPServiceLimits

    /// A configuration made in code.
    public init(
        addresses: [RemoteService: HTTPServiceAddress] = [:],
        limits: HTTPServiceLimits = HTTPServiceLimits()
    ) {
        self.addresses = addresses
        self.limits = limits
    }

    /// Reads `MASTER_DATA_URL`, `MASTER_DATA_TOKEN` and so on for every ``RemoteService``. A variable that is empty is one
    /// that is not set; `ProcessInfo.processInfo.environment` has those of the process. Throws ``HTTPConfigurationError`` for the first that cannot be used.
    public init(
        environment: [String: String],
        limits: HTTPServiceLimits = HTTPServiceLimits()
    ) throws {
        self.init(addresses: [:], limits: limits)
        for service in RemoteService.allCases {
            guard let url = environment[service.urlVariable], !url.isEmpty else { continue }
            addresses[service] = try HTTPServiceAddress(
                url,
                token: environment[service.tokenVariable],
                name: service.urlVariable
            )
        }
        try Self.checkCompanions(Set(addresses.keys))
    }

    /// Services whose tables in the file are checked against each other by the database: one of them elsewhere would leave
    /// the others in the file refusing everything.
    private static let companions: [(service: RemoteService, needs: RemoteService, because: String)] = [
        (.purchasing, .invoice, "invoices in the file are matched with orders in the file"),
        (.budget, .payment, "payments in the file are checked against budgets in the file"),
        (.ledger, .payment, "payments in the file are checked against entries in the file"),
        (.payment, .invoice, "invoices in the file are approved by payments in the file"),
        (.invoice, .payment, "payments in the file are checked against invoices in the file"),
        (.invoice, .budget, "budgets in the file are charged by invoices in the file"),
    ]

    private static func checkCompanions(_ given: Set<RemoteService>) throws {
        for (service, needed, reason) in companions where given.contains(service) && !given.contains(needed) {
            throw HTTPConfigurationError("\(service.urlVariable) needs \(needed.urlVariable) as well: \(reason)")
        }
    }
}
