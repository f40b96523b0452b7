import ERPWorkflows
import Foundation
import WorkflowRuntime

extension HTTPServiceClient {
    /// Asks for something for an employee. An answer says what was given or why nothing could be, never neither.
    func provision(_ operation: HTTPOperation, _ request: EmployeeRequest) async throws -> Provision {
        let answer: Provision = try await send(operation, request, tenant: request.employee.tenant)
        guard (answer.given == nil) != (answer.problem == nil) else {
            throw ServiceFailure.badAnswer("the answer has to say what was given, or the problem")
                .error(of: operation, service: service)
        }
        return answer
    }

    /// Takes something back from an employee.
    func withdraw(_ operation: HTTPOperation, _ employee: EmployeeKey, at time: Date) async throws {
        try await send(operation, EmployeeMoment(employee: employee, time: time), tenant: employee.tenant)
    }
}
