import Database
import Foundation
import Testing
import WorkflowAPI

@testable import ERPWorkflows

/// What waits for people, as rows.
@Suite(.serialized, .onEveryDatabase) struct HumanTaskTests {
    private func task(
        _ name: String,
        run: String = "r1",
        tenant: String = "default",
        role: String? = "it",
        assignee: String? = nil
    ) -> HumanTask {
        HumanTask(
            key: HumanTaskKey(tenant: tenant, workflowId: "W", runId: run, task: name),
            workflowType: "EmployeeOnboarding",
            kind: .todo,
            title: "Do \(name)",
            role: role,
            department: "it",
            assignee: assignee,
            requestedBy: "rahim",
            excluded: ["rahim"],
            openedTime: Company.time
        )
    }

    private func user(_ id: String, _ roles: [String], _ department: String = "it") -> DirectoryUser {
        DirectoryUser(id: id, name: id, email: "", department: department, roles: roles, isActive: true)
    }

    @Test func `a task is opened and closed once, and numbered by its tenant`() async throws {
        let company = try await Company()
        defer { company.close() }
        let tasks = SQLHumanTaskService(database: company.database)
        #expect(try await tasks.open(task("create-badge")) == 1)
        #expect(try await tasks.open(task("create-badge")) == 1)
        #expect(try await tasks.open(task("create-email")) == 2)
        #expect(try await tasks.open(task("create-badge", run: "r2")) == 3)
        #expect(try await tasks.open(task("create-badge", tenant: "other")) == 1)
        #expect(try await tasks.openTasks(in: "default").map(\.name) == ["T-1", "T-2", "T-3"])
        #expect(try await tasks.openTasks(in: "other").map(\.key.tenant) == ["other"])
        #expect(try await tasks.openTasks(in: "nobody").isEmpty)

        let key = task("create-badge").key
        let end = Company.time.addingTimeInterval(60)
        #expect(try await tasks.close(HumanTaskClosing(key, .done, by: "lina", note: "fine", time: end)))
        #expect(try await !tasks.close(HumanTaskClosing(key, .skipped, note: "late", time: end)))
        let closed = try #require(try await tasks.task(1, in: "default"))
        #expect(closed.state == .done && closed.closedBy == "lina" && closed.note == "fine" && closed.closedTime == end)
        try await tasks.change(HumanTaskChange(key, otherRole: "hr"))
        #expect(try await tasks.task(1, in: "default")?.otherRole == nil)
        #expect(try await tasks.open(task("create-badge")) == 1)
        #expect(try await tasks.task(1, in: "default")?.state == .done)
        // The other tenant's task of the same name is as it was.
        #expect(try await tasks.task(1, in: "other")?.state == .open)
        #expect(try await tasks.tasks(ofWorkflow: "W", in: "default").map(\.number) == [1, 2, 3])
    }

    @Test func `the database keeps what is closed as it is`() async throws {
        let company = try await Company()
        defer { company.close() }
        let tasks = SQLHumanTaskService(database: company.database)
        _ = try await tasks.open(task("create-badge"))
        _ = try await tasks.close(HumanTaskClosing(task("create-badge").key, .done, time: Company.time))
        for sql in ["UPDATE erp_task SET note = 'x'", "UPDATE erp_task SET state = 'open', closed_time = NULL"] {
            await #expect(throws: StoreError.self) { try await company.database.transact { try $0.execute(sql) } }
        }
        await #expect(throws: StoreError.self) {
            try await company.database.transact { try $0.execute("INSERT INTO erp_task SELECT * FROM erp_task") }
        }
    }

    @Test func `who may act follows from roles, department, assignment and exclusion`() {
        var task = task("create-badge")
        #expect(task.isFor(user("lina", ["it"])))
        #expect(!task.isFor(user("lina", ["hr"])))
        #expect(!task.isFor(user("rahim", ["it"])))
        var gone = user("lina", ["it"])
        gone.isActive = false
        #expect(!task.isFor(gone))
        task.isDepartmentOnly = true
        #expect(!task.isFor(user("lina", ["it"], "hr")))
        task.otherRole = "hr"
        #expect(task.isFor(user("salma", ["hr"], "hr")))
        task.isOtherDepartmentOnly = true
        #expect(!task.isFor(user("salma", ["hr"], "hr")))
        var assigned = self.task("x", assignee: "lina")
        #expect(assigned.isFor(user("lina", [])) && assigned.isFor(user("karim", ["it"])))
        assigned.role = nil
        #expect(assigned.isFor(user("lina", [])) && !assigned.isFor(user("karim", ["it"])))
        // What somebody has to do stays with them; what they decide does not.
        let delegators = [Delegator(user: user("lina", ["it"]))]
        #expect(!self.task("x").isFor(user("tanvir", []), delegators))
        var approval = self.task("approval/it")
        approval.kind = .approval
        #expect(approval.isFor(user("tanvir", []), delegators))
        #expect(!approval.isFor(user("rahim", []), delegators))
        #expect(!approval.isFor(user("tanvir", []), [Delegator(user: user("lina", ["it"]), role: "hr")]))
    }

    @Test func `a task is named T and its number`() {
        #expect(HumanTask.number("T-12") == 12)
        #expect(HumanTask.number("t-3") == 3)
        #expect(HumanTask.number("7") == 7)
        for name in ["", "T-", "PO-1", "T-1x", "T--1", "-1", "٣"] { #expect(HumanTask.number(name) == nil, "\(name)") }
    }
}
