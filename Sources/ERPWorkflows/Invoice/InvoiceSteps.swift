import Foundation
import WorkflowRuntime

/// The activities of an invoice as the workflow calls them.
///
/// Effects are waited for when the invoice is cancelled: their compensation may not begin before they have ended.
struct InvoiceSteps: Sendable {
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

    func prepare(_ request: InvoicePreparationRequest) async throws -> InvoicePreparation {
        try await execute(InvoiceActivities.prepare, request)
    }

    func register(_ registration: InvoiceRegistration) async throws -> InvoiceAnswer {
        try await execute(InvoiceActivities.register, registration)
    }

    func match(_ request: MatchRequest) async throws -> OrderMatch {
        try await execute(InvoiceActivities.match, request)
    }

    func reserveBudget(_ request: InvoiceBudgetRequest) async throws -> BudgetAnswer {
        try await execute(InvoiceActivities.reserveBudget, request)
    }

    func releaseBudget(_ step: InvoiceStep) async throws {
        _ = try await execute(InvoiceActivities.releaseBudget, step)
    }

    func post(_ request: InvoicePostingRequest) async throws -> InvoicePosting {
        try await execute(InvoiceActivities.post, request)
    }

    func end(_ ending: InvoiceEnding) async throws { _ = try await execute(InvoiceActivities.end, ending) }

    func notify(_ notice: InvoiceNotice) async throws { _ = try await execute(InvoiceActivities.notify, notice) }

    func recordAudit(_ entry: AuditEntry) async throws {
        _ = try await execute(InvoiceActivities.recordAudit, entry)
    }
}

/// Asks what is known about an invoice's tenant, vendor and submitter.
struct InvoicePreparationRequest: Codable, Sendable {
    var tenant: String
    var vendorId: String
    var submittedBy: String
    /// When the run was started. Histories of older versions have none: they went by what held when they asked.
    var startedTime: Date?
    /// The run that asks, if its input is to be looked at.
    var runId: String?
}

/// What is known, as it is when the run begins.
struct InvoicePreparation: Codable, Sendable {
    var terms: InvoiceTerms
    var vendor: Vendor?
    var submitter: DirectoryUser?
}

/// Something done to the work on an invoice.
struct InvoiceStep: Codable, Sendable {
    var invoice: InvoiceKey
    var time: Date
}

/// Messages to people; the same to everybody who has a role.
struct InvoiceNotice: Codable, Sendable {
    /// To certain people.
    var messages: [NotificationMessage]
    /// To those with the role, each under a key of their own.
    var toRole: NotificationMessage?
    var role: String?
}
