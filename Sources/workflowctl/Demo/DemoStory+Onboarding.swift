import ERPWorkflows
import Foundation
import WorkflowAPI
import WorkflowCommands

/// A new colleague: what the system does by itself, and what waits for people.
extension DemoStory {
    func onboarding() async throws {
        title("5. A new engineer begins today: account, mail, workstation, badge, orientation and mentor by themselves")
        let today = try LocalDate(inDhaka: Date())
        let input =
            #"{"employeeId":"E-7001","name":"Shirin Akhter","email":"shirin@home.example","phone":"+880 1711-000009","#
            + #""nid":"১২৩৪৫৬৭৮৯০","department":"operations","position":"Site engineer","startDate":"\#(today)","#
            + #""managerId":"karim","hrManagerId":"salma","location":"Dhaka"}"#
        try program.show("start", "EmployeeOnboarding", "--id", "E-7001", "--input", input)
        try await wait("E-7001", for: "first_week_tasks")
        try program.show("query", "E-7001", "progress")
        note("The last one is Salma's of HR, who decides on the benefits:")
        try program.show("tasks", "list", "--as", "salma")
        let lines = try program.run(["tasks", "list", "--as", "salma", "--json"]).split(separator: "\n")
        guard let line = lines.first(where: { $0.contains("E-7001") }),
            let task = DemoProgram.value("task", in: String(line))
        else { throw WorkflowServiceError(.unavailable, "nothing of E-7001 waits for salma") }
        try program.show("tasks", "approve", task, "--as", "salma")
        try program.run(["result", "E-7001", "--timeout", "30s"])
        try program.show("erp", "employees")
    }
}
