package import Database
import Foundation
public import WorkflowRuntime

/// What a purchase order does outside of its workflow. Every activity is idempotent by its business key: doing it again
/// changes nothing.
public struct PurchaseOrderActivities: ActivityContainer {
    static let prepare = ActivityDescriptor<PreparationRequest, Preparation>("preparePurchaseOrder")
    static let reserveBudget = ActivityDescriptor<BudgetRequest, BudgetAnswer>("reserveBudget")
    static let releaseBudget = ActivityDescriptor<OrderStep, NoValue>("releaseBudget")
    static let createOrder = ActivityDescriptor<PurchaseOrderRequest, String>("createPurchaseOrder")
    static let cancelOrder = ActivityDescriptor<OrderStep, NoValue>("cancelPurchaseOrder")
    static let notify = ActivityDescriptor<[NotificationMessage], NoValue>("notify")
    static let withdraw = ActivityDescriptor<Withdrawal, NoValue>("withdrawNotification")
    static let recordAudit = ActivityDescriptor<AuditEntry, NoValue>("recordAudit")

    let budget: any BudgetService
    let directory: any DirectoryService
    let vendors: any VendorService
    let purchasing: any PurchasingService
    let notifications: any NotificationService
    let audit: any AuditService
    let policies: any PolicyService
    /// The names of the effects whose services are all over the engine's own file, so that they are exactly-once steps.
    private let stepNames: Set<String>
    private let inspect: EncryptionRequirement.Inspection

    /// Activities over these services.
    public init(
        budget: any BudgetService,
        directory: any DirectoryService,
        vendors: any VendorService,
        purchasing: any PurchasingService,
        notifications: any NotificationService,
        audit: any AuditService,
        policies: any PolicyService
    ) {
        self.budget = budget
        self.directory = directory
        self.vendors = vendors
        self.purchasing = purchasing
        self.notifications = notifications
        self.audit = audit
        self.policies = policies
        stepNames = []
        inspect = EncryptionRequirement.none
    }

    /// Activities over the tables in the engine's own file, but for the services that take their place. Budget, order
    /// number, messages and audit are steps inside of the transaction that records them as done, as long as everything that
    /// they need is in the file.
    package init(database: any ApplicationDatabase, replacing services: ERPServices = ERPServices()) {
        budget = services.budget(or: database)
        directory = services.directory(or: database)
        vendors = services.vendors(or: database)
        purchasing = services.purchasing(or: database)
        notifications = services.notifications(or: database)
        audit = services.audit(or: database)
        policies = SQLPolicyService(database: database)
        inspect = EncryptionRequirement.inspection(of: database)
        stepNames = Set(Self.stepsOnStore.map(\.name)).subtracting(Self.namesNeeding(services))
    }

    /// All of them, under the names that histories record.
    public var activities: [ActivityRegistration] {
        [ActivityRegistration(Self.prepare, prepare)]
            + effects.filter { !stepNames.contains($0.name) }
            + Self.stepsOnStore.filter { stepNames.contains($0.name) }
    }

    /// What the order needs to know: the tenant's policy, the vendor, the requester; or why it cannot be.
    private func prepare(_ request: PreparationRequest) async throws -> Preparation {
        try await inspect(request.runId, request.startedTime)
        let tenant = request.tenant
        let start = request.startedTime ?? .distantFuture
        let policy = try await policies.approvalPolicy(of: tenant, at: start)
        var rules = try await policies.approvalRules(of: tenant, at: start)
        rules.businessDays = policy.businessDays
        let requester = try await directory.user(request.requestedBy, in: tenant)
        let vendor = try await vendors.vendor(request.vendorId, in: tenant)
        // Whoever can be told is named also when the order cannot be.
        var preparation = Preparation(
            policy: policy,
            rules: rules,
            vendorName: vendor?.name ?? "",
            vendorAddress: vendor?.email ?? "",
            requesterAddress: requester?.email ?? "",
            versions: try await policies.policyVersions(of: tenant, at: start).only(TenantSetting.ofOrders)
        )
        if vendor == nil {
            preparation.problem = "vendor \(request.vendorId) is not known"
        } else if requester?.isActive != true {
            preparation.problem = "the requester \(request.requestedBy) is not an active user"
        } else if let vendor, !vendor.isActive {
            preparation.problem = "vendor \(vendor.id) is on hold\(vendor.holdReason.map { ": \($0)" } ?? "")"
        }
        return preparation
    }
}
