import Database
import Foundation
import Testing
import WorkflowAPI
import WorkflowRuntime

@testable import ERPWorkflows

/// The services of people as such: what they give and to whom.
@Suite(.serialized, .onEveryDatabase) struct PeopleServiceTests {
    private func request(
        _ id: String,
        run: String? = nil,
        tenant: String = "default",
        name: String = "Shirin Akhter"
    ) throws -> EmployeeRequest {
        EmployeeRequest(
            employee: EmployeeKey(tenant: tenant, employeeId: id, workflowId: "w-\(id)", runId: run ?? "r-\(id)"),
            name: name,
            department: "operations",
            location: "Dhaka",
            managerId: "salma",
            startDate: try LocalDate("2026-11-22"),
            time: Company.time
        )
    }

    private func services(_ company: Company) -> OnboardingServices {
        OnboardingServices(
            employees: SQLEmployeeService(database: company.database),
            identity: SQLIdentityService(database: company.database),
            assets: SQLAssetService(database: company.database),
            access: SQLAccessService(database: company.database),
            benefits: SQLBenefitsService(database: company.database),
            orientations: SQLOrientationService(database: company.database),
            mentoring: SQLMentoringService(database: company.database),
            directory: SQLDirectoryService(database: company.database),
            tasks: SQLHumanTaskService(database: company.database),
            policies: SQLPolicyService(database: company.database)
        )
    }

    @Test func `two tenants with the same ids never get each other's things`() async throws {
        let company = try await Company.withPeople()
        defer { company.close() }
        var other = SeedFile(namespaces: [SeedNamespace(name: "other", people: Company.people)])
        other.namespaces[0].users = Company.seed.namespaces[0].users
        try await SeedLoader(database: company.database).load(other, at: Company.time)
        let services = services(company)
        var given: [[String?]] = []
        for tenant in ["default", "other"] {
            var all: [String?] = []
            for task in OnboardingTaskID.allCases {
                all.append(try await services.perform(task, try request("E-1", tenant: tenant)).given)
            }
            given.append(all)
        }
        // Each is the first of their tenant.
        #expect(given[0] == given[1])
        #expect(given[0].prefix(4) == ["shirin.akhter", "shirin.akhter@example.com.bd", "WS-1", "B-00001"])
        for task in OnboardingTaskID.allCases {
            let employee = try request("E-1", tenant: "other").employee
            try await services.undo(task, EmployeeStep(employee: employee, time: Company.time))
        }
        #expect(
            try await company.rows(
                """
                SELECT tenant, state FROM erp_badge UNION ALL SELECT tenant, state FROM erp_user_account
                UNION ALL SELECT tenant, state FROM erp_workstation_assignment
                """
            ) == [
                "default active", "other revoked", "default active", "other disabled", "default assigned",
                "other returned",
            ]
        )
    }

    @Test func `giving again gives the same, and what was undone is not given late`() async throws {
        let company = try await Company.withPeople()
        defer { company.close() }
        let services = services(company)
        for task in OnboardingTaskID.allCases {
            let first = try await services.perform(task, try request("E-1"))
            #expect(first.given != nil, "\(task)")
            #expect(try await services.perform(task, try request("E-1")) == first)
            // Undone before it was done by another run, and twice.
            let late = EmployeeStep(employee: try request("E-1", run: "late").employee, time: Company.time)
            try await services.undo(task, late)
            try await services.undo(task, late)
            if task == .benefitsEnrollment { continue }
            await #expect(throws: ApplicationError.self, "\(task)") {
                try await services.perform(task, try request("E-1", run: "late"))
            }
        }
        #expect(try await company.rows("SELECT count(*) FROM erp_badge WHERE badge_number IS NOT NULL") == ["1"])
    }

    @Test func `names are made of Latin letters, with a number where they are taken`() async throws {
        let company = try await Company.withPeople()
        defer { company.close() }
        let identity = services(company).identity
        var names: [String?] = []
        for (id, name) in [
            ("1", "Abdur Rahim"), ("2", "abdur  RAHIM"), ("3", "Rahim"), ("4", "শিরিন আখতার"), ("5", "José O'Neil-Díaz"),
        ] {
            names.append(try await identity.createAccount(try request(id, name: name)).given)
        }
        // "rahim" is a user of the directory.
        #expect(names == ["abdur.rahim", "abdur.rahim2", "rahim2", "e4", "jose.o.neil.diaz"])
        #expect(UserName.base(name: "শ", employeeId: "শ") == "employee")
        #expect(UserName.base(name: String(repeating: "ab ", count: 100), employeeId: "1").count <= 40)
    }

    @Test func `workstations and seats run out, and mentors take turns`() async throws {
        let company = try await Company.withPeople()
        defer { company.close() }
        let services = services(company)
        var tags: [String?] = []
        var slots: [String?] = []
        var mentors: [String?] = []
        for id in ["1", "2", "3"] {
            tags.append(try await services.assets.assignWorkstation(try request(id)).given)
            slots.append(try await services.orientations.bookOrientation(try request(id)).given)
            mentors.append(try await services.mentoring.assignMentor(try request(id)).given)
        }
        #expect(tags == ["WS-1", "WS-2", nil])
        #expect(
            slots == [
                "2026-11-22 10:00, room R-1", "2026-11-22 10:00, room R-1", "2026-11-23 10:00, room R-1",
            ]
        )
        #expect(mentors == ["karim", "rahim", "karim"])
        try await services.assets.returnWorkstation(try request("1").employee, at: Company.time)
        #expect(try await services.assets.assignWorkstation(try request("3")).given == "WS-1")
        // The database holds it even against code that forgets to ask.
        for statement in [
            """
            INSERT INTO erp_workstation_assignment VALUES ('default', 'x', 'x', 'WS-1', 'assigned', 0)
            """,
            "INSERT INTO erp_orientation VALUES ('default', 'x', 'x', 'R-1', '2026-11-22', 3, 'booked', 0)",
            "INSERT INTO erp_orientation VALUES ('default', 'x', 'x', 'R-1', '2026-11-22', 1, 'booked', 0)",
            "INSERT INTO erp_badge VALUES ('default', 'x', 'x', NULL, 'active', 0)",
        ] {
            await #expect(throws: (any Error).self, "\(statement)") {
                try await company.database.transact { tx in _ = try tx.execute(statement) }
            }
        }
    }

    @Test func `what a tenant has for its employees is checked before it is loaded`() async throws {
        let company = try await Company.withPeople()
        defer { company.close() }
        var people = Company.people
        people.mailDomain = "no domain"
        people.rooms = [SeedRoom(id: "R", location: "", seats: 0), SeedRoom(id: "R", location: "x", seats: 1)]
        #expect(
            SeedCheck.problems(of: people, in: "t") == [
                "people of 't': the mailDomain 'no domain' is none",
                "people of 't': the location of a room must have 1 to 200 characters",
                "people of 't': the room 'R' must have 1 to 1000 seats", "people of 't': the room 'R' stands twice",
            ]
        )
        let mentors = SeedPeople(mentors: [SeedMentor(user: "nobody", department: "operations")])
        let file = SeedFile(namespaces: [SeedNamespace(name: "default", people: mentors)])
        await #expect(throws: WorkflowServiceError.self) {
            try await SeedLoader(database: company.database).load(file, at: Company.time)
        }
        #expect(try await company.rows("SELECT count(*) FROM erp_mentor") == ["2"])
    }
}
