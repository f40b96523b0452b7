import ArgumentParser
import ERPWorkflows
import WorkflowCommands

struct EmployeesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "employees",
        abstract:
            "Shows who is or was onboarded, and by which workflow; frees those whose workflow was ended from outside.",
        subcommands: [ShowEmployeesCommand.self, ReleaseEmployeeCommand.self],
        defaultSubcommand: ShowEmployeesCommand.self
    )
}

struct ShowEmployeesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Shows who is or was onboarded, and by which workflow."
    )

    @OptionGroup var global: GlobalOptions

    func run() async throws {
        try await global.withERP { database, tenant in
            let employees = try await SQLEmployeeService(database: database).employees(of: tenant)
            guard !global.json else {
                for one in employees {
                    Output.json([
                        "employeeId": one.employee.employeeId, "state": one.state.rawValue, "name": one.name,
                        "department": one.department, "position": one.position,
                        "startDate": one.startDate.description, "managerId": one.managerId,
                        "hrManagerId": one.hrManagerId, "location": one.location, "nid": one.maskedNID,
                        "workflowId": one.employee.workflowId, "runId": one.employee.runId,
                    ])
                }
                return
            }
            Output.table(
                ["EMPLOYEE", "NAME", "STATE", "DEPARTMENT", "POSITION", "START", "LOCATION", "WORKFLOW"],
                employees.map { one in
                    [
                        one.employee.employeeId, one.name, one.state.rawValue, one.department, one.position,
                        one.startDate.description, one.location, one.employee.workflowId,
                    ]
                }
            )
        }
    }
}
