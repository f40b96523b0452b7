import Foundation
import WorkflowRuntime

/// The activities of onboarding as the workflow calls them.
///
/// Effects are waited for when the offer is withdrawn: their compensation may not begin before they have ended.
struct OnboardingSteps: Sendable {
    private static let options = ActivityOptions(
        startToCloseTimeout: .seconds(30),
        cancellationType: .waitCancellationCompleted
    )
    /// What the system could not do in an hour waits for a person.
    private static let patient = ActivityOptions(
        startToCloseTimeout: .seconds(30),
        scheduleToCloseTimeout: .seconds(3600),
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

    func prepare(_ request: OnboardingPreparationRequest) async throws -> OnboardingPreparation {
        try await execute(OnboardingActivities.prepare, request)
    }

    func register(_ registration: EmployeeRegistration) async throws {
        _ = try await execute(OnboardingActivities.register, registration)
    }

    func change(_ change: EmployeeChange) async throws {
        _ = try await execute(OnboardingActivities.change, change)
    }

    func lookUp(_ request: OnboardingPersonRequest) async throws -> DirectoryUser? {
        try await execute(OnboardingActivities.lookUpPerson, request)
    }

    func perform(_ task: OnboardingTaskID, _ request: OnboardingTaskRequest) async throws -> Provision {
        try await Workflow.execute(OnboardingActivities.perform(task), request, options: Self.patient)
    }

    func undo(_ task: OnboardingTaskID, _ step: EmployeeStep) async throws {
        _ = try await execute(OnboardingActivities.undo(task), step)
    }

    func closeTask(_ closing: HumanTaskClosing) async throws {
        _ = try await execute(HumanTaskActivities.closeTask, closing)
    }

    func changeTask(_ change: HumanTaskChange) async throws {
        _ = try await execute(HumanTaskActivities.changeTask, change)
    }

    func notify(_ messages: [NotificationMessage]) async throws {
        guard !messages.isEmpty else { return }
        _ = try await execute(PurchaseOrderActivities.notify, messages)
    }

    func withdraw(_ withdrawal: Withdrawal) async throws {
        _ = try await execute(PurchaseOrderActivities.withdraw, withdrawal)
    }

    func recordAudit(_ entry: AuditEntry) async throws {
        _ = try await execute(PurchaseOrderActivities.recordAudit, entry)
    }
}

/// Asks what is known about the people around an employee.
struct OnboardingPreparationRequest: Codable, Sendable {
    var tenant: String
    var managerId: String
    var hrManagerId: String
    /// When the run was started. Histories of older versions have none: they went by what held when they asked.
    var startedTime: Date?
    /// The run that asks, if its input is to be looked at.
    var runId: String?
}

/// What is known; `problem` says why onboarding cannot be.
struct OnboardingPreparation: Codable, Sendable {
    var policy: OnboardingPolicy
    var actForOthers: Bool
    /// By which rules people decide. Histories of older versions have none: ``actForOthers`` is all they knew.
    var approvalRules: ApprovalRules?
    var managerName: String
    var managerAddress: String
    var hrAddress: String
    /// The version of each setting of the tenant by which it goes.
    var versions: [String: Int64]?
    var problem: String?

    var rules: ApprovalRules { approvalRules ?? ApprovalRules(actForOthers: actForOthers, questionDays: nil) }
}

/// Adds an employee to the books, and their tasks to what waits for people.
struct EmployeeRegistration: Codable, Sendable {
    var record: EmployeeRecord
    var tasks: [HumanTask]
}

/// Changes how it stands with an employee; withdrawn, their open tasks are withdrawn too.
struct EmployeeChange: Codable, Sendable {
    var employee: EmployeeKey
    var state: EmployeeRecord.State
    var tasks: [HumanTaskKey]
    var note: String
    var time: Date
}

/// Asks for a user by their id, or by their login.
struct OnboardingPersonRequest: Codable, Sendable {
    var tenant: String
    var userId: String?
    var login: String?
}

/// Asks for a task to be done, and to be closed if it is.
struct OnboardingTaskRequest: Codable, Sendable {
    var request: EmployeeRequest
    var task: HumanTaskKey
}

/// Something done to what an employee was given.
struct EmployeeStep: Codable, Sendable {
    var employee: EmployeeKey
    var time: Date
}
