public import ERPWorkflows
public import Logging

extension ERPServices {
    /// Asks the services that a configuration names over HTTP. All of them share the process's connections; each has a
    /// circuit breaker of its own, so that these services are to be made once.
    public init(
        over configuration: HTTPServiceConfiguration,
        clock: some Clock<Duration> = ContinuousClock(),
        random: @escaping @Sendable () -> Double = { Double.random(in: 0...1) },
        logger: Logger
    ) {
        self.init()
        func client(_ service: RemoteService) -> HTTPServiceClient? {
            guard let address = configuration.addresses[service] else { return nil }
            if address.showsToken {
                logger.warning("a token is sent without TLS", metadata: ["service": "\(service.name)"])
            }
            return HTTPServiceClient(
                service: service.name,
                address: address,
                limits: configuration.limits,
                clock: clock,
                random: random,
                logger: logger
            )
        }
        vendors = client(.masterData).map(HTTPVendorService.init)
        directory = client(.auth).map(HTTPDirectoryService.init)
        notifications = client(.notification).map(HTTPNotificationService.init)
        let budgets = client(.budget)
        budget = budgets.map(HTTPBudgetService.init)
        invoiceBudget = budgets.map(HTTPInvoiceBudgetService.init)
        purchasing = client(.purchasing).map(HTTPPurchasingService.init)
        invoices = client(.invoice).map(HTTPInvoiceService.init)
        ledger = client(.ledger).map(HTTPLedgerService.init)
        let payers = client(.payment)
        payments = payers.map(HTTPPaymentService.init)
        withholding = payers.map(HTTPWithholdingService.init)
        identity = client(.identity).map(HTTPIdentityService.init)
        assets = client(.asset).map(HTTPAssetService.init)
        access = client(.access).map(HTTPAccessService.init)
        benefits = client(.benefits).map(HTTPBenefitsService.init)
        orientations = client(.calendar).map(HTTPOrientationService.init)
        mentoring = client(.mentoring).map(HTTPMentoringService.init)
        audit = client(.audit).map(HTTPAuditService.init)
    }
}
