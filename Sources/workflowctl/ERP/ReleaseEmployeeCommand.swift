import ArgumentParser
import ERPWorkflows
import Foundation
import History
import WorkflowAPI
import WorkflowCommands

struct ReleaseEmployeeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "release",
        abstract: "Takes back what an employee was given whose workflow was ended from outside, and frees the id.",
        discussion: """
            Refused while the workflow is open (cancel it instead: it undoes what it did) and once onboarding has come to \
            its end. A repeat does nothing more.
            """
    )

    @OptionGroup var global: GlobalOptions
    @Argument(help: "The employee's own id.") var employeeID: String
    @Option(help: "Why; recorded in the audit trail.") var reason: String

    func validate() throws {
        try checkSaid(reason, "--reason")
    }

    func run() async throws {
        try await global.withERPEngine { engine, database in
            let service = SQLEmployeeService(database: database)
            let tenant = global.tenant.rawValue
            let records = try await service.employees(of: tenant).filter { $0.employee.employeeId == employeeID }
            guard !records.isEmpty else {
                throw WorkflowServiceError(.notFound, "there is no employee '\(employeeID)' in namespace '\(tenant)'")
            }
            if let active = records.first(where: { $0.state == .active }) {
                throw WorkflowServiceError(
                    .invalidArgument,
                    "employee '\(employeeID)' was onboarded by workflow '\(active.employee.workflowId)'; "
                        + "what has come to its end is not taken back"
                )
            }
            guard let record = records.first(where: { $0.state == .onboarding }) else { return tell(false) }
            let employee = record.employee
            guard try await StrandedOrders.isClosed(tenant, employee.workflowId, employee.runId, engine) else {
                throw WorkflowServiceError(
                    .invalidArgument,
                    "employee '\(employeeID)' is in the hands of workflow '\(employee.workflowId)', which is open; "
                        + "'\(ProgramName.current) cancel \(employee.workflowId)' ends it in good order"
                )
            }
            tell(
                try await service.release(employee, because: reason, by: CallerIdentity.current, at: engine.now().date)
            )
        }
    }

    private func tell(_ isReleased: Bool) {
        if global.json {
            Output.json(["employeeId": employeeID, "isReleased": isReleased])
        } else {
            Output.line(
                isReleased
                    ? "employee \(employeeID): everything is taken back, and the id is free"
                    : "employee \(employeeID) holds nothing any more"
            )
        }
    }
}
