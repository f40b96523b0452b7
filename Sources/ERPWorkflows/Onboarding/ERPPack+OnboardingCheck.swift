import Database
import Foundation
import WorkflowAPI
import WorkflowRuntime

extension ERPPack {
    /// Looks at the start of an onboarding before it is made. Throws a refusal when it cannot come to anything.
    static func checkOnboarding(
        _ request: StartWorkflowRequest,
        _ database: any ApplicationDatabase,
        replacing services: ERPServices
    ) async throws {
        let input: EmployeeOnboardingInput
        do {
            input = try PayloadConverter.value(request.input.first ?? .null, as: EmployeeOnboardingInput.self)
        } catch let error as PayloadError {
            throw WorkflowServiceError(.invalidArgument, "the input is no onboarding: \(error.message)")
        }
        let tenant = request.namespace.rawValue
        guard input.tenantId == nil || input.tenantId == tenant else {
            throw WorkflowServiceError(
                .invalidArgument,
                "the employee's tenantId is not the namespace '\(tenant)'; name the tenant with --namespace"
            )
        }
        let distance = try LocalDate(inDhaka: Date()).days(until: input.startDate)
        guard abs(distance) <= OnboardingWork.mostDays else {
            throw WorkflowServiceError(.invalidArgument, "the start date is more than ten years from today")
        }
        let directory = services.directory(or: database)
        var departments: Set<String> = []
        for (id, key) in [(input.managerId, "managerId"), (input.hrManagerId, "hrManagerId")] {
            guard let user = try await directory.user(id, in: tenant), user.isActive else {
                throw WorkflowServiceError(
                    .invalidArgument,
                    "'\(id)' (\(key)) is no active user in namespace '\(tenant)'; "
                        + "'workflowctl erp load FILE' loads master data"
                )
            }
            departments.insert(user.department)
        }
        departments.formUnion(try await services.budget(or: database).budgets(of: tenant).map(\.department))
        guard departments.contains(input.department) else {
            let near =
                NearestName.of(input.department, among: departments.sorted()).map { "; did you mean '\($0)'?" } ?? ""
            throw WorkflowServiceError(
                .invalidArgument,
                "nobody knows the department '\(input.department)' in namespace '\(tenant)': no budget names it, and neither "
                    + "manager belongs to it\(near)"
            )
        }
    }
}
