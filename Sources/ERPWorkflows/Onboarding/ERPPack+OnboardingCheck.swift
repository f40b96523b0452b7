import Database
import Foundation
import WorkflowAPI
import WorkflowRuntime

extension ERPPack {
    /// Looks at the start of an onboarding before it is made. Throws a refusal when it cannot come to anything.
    static func checkOnboarding(
        _ request: StartWorkflowRequest,
        _ database: SQLiteDatabase,
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
        let directory = services.directory(or: database)
        for (id, key) in [(input.managerId, "managerId"), (input.hrManagerId, "hrManagerId")] {
            guard try await directory.user(id, in: tenant)?.isActive == true else {
                throw WorkflowServiceError(
                    .invalidArgument,
                    "'\(id)' (\(key)) is no active user in namespace '\(tenant)'; "
                        + "'workflowctl erp load FILE' loads master data"
                )
            }
        }
    }
}
