import Foundation
import WorkflowRuntime

/// The activities of a purchase order as the workflow calls them.
///
/// Effects are waited for when the order is cancelled: their compensation may not begin before they have ended.
struct PurchaseOrderSteps: Sendable {
    private static let options = ActivityOptions(
        startToCloseTimeout: .seconds(30),
        cancellationType: .waitCancellationCompleted
    )

    private func execute<Input: Encodable, Output: Decodable>(
        _ activity: ActivityDescriptor<Input, Output>,
        _ input: Input,
        fileID: String = #fileID,
        line: Int = #line
    ) async throws -> Output {
        try await Workflow.execute(activity, input, options: Self.options, fileID: fileID, line: line)
    }

    func prepare(_ request: PreparationRequest) async throws -> Preparation {
        try await execute(PurchaseOrderActivities.prepare, request)
    }

    func reserveBudget(_ request: BudgetRequest) async throws -> BudgetAnswer {
        try await execute(PurchaseOrderActivities.reserveBudget, request)
    }

    func releaseBudget(_ step: OrderStep) async throws {
        _ = try await execute(PurchaseOrderActivities.releaseBudget, step)
    }

    func createOrder(_ request: PurchaseOrderRequest) async throws -> String {
        try await execute(PurchaseOrderActivities.createOrder, request)
    }

    func cancelOrder(_ step: OrderStep) async throws {
        _ = try await execute(PurchaseOrderActivities.cancelOrder, step)
    }

    func notify(_ messages: [NotificationMessage]) async throws {
        _ = try await execute(PurchaseOrderActivities.notify, messages)
    }

    func withdraw(_ withdrawal: Withdrawal) async throws {
        _ = try await execute(PurchaseOrderActivities.withdraw, withdrawal)
    }

    func recordAudit(_ entry: AuditEntry) async throws {
        _ = try await execute(PurchaseOrderActivities.recordAudit, entry)
    }
}

/// Asks what is known about an order's vendor and requester.
struct PreparationRequest: Codable, Sendable {
    var tenant: String
    var vendorId: String
    var requestedBy: String
    /// When the run was started. Histories of older versions have none: they went by what held when they asked.
    var startedTime: Date?
    /// The run that asks, if its input is to be looked at.
    var runId: String?
}

/// What is known; `problem` says why the order cannot be.
struct Preparation: Codable, Sendable {
    var policy: ApprovalPolicy
    var rules: ApprovalRules
    var vendorName: String = ""
    var vendorAddress: String = ""
    var requesterAddress: String = ""
    /// The version of each setting of the tenant by which the order is judged.
    var versions: [String: Int64]?
    var problem: String?
}

/// Something done to the work on an order.
struct OrderStep: Codable, Sendable {
    var order: OrderKey
    var time: Date
}

/// A message that follows another, if that one went out.
struct Withdrawal: Codable, Sendable {
    var key: String
    var message: NotificationMessage
}
