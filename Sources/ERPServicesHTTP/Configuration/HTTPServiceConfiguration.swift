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
    }
}
