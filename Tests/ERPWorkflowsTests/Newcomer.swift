import Database
import Foundation
import WorkflowAPI
import WorkflowRuntime
import WorkflowTesting

@testable import ERPWorkflows

/// Employees of the company under test. Its clock begins on Wednesday 2026-11-18 at 17:46:40 in Dhaka.
extension Company {
    static let today = "2026-11-18"

    static let people = SeedPeople(
        mailDomain: "example.com.bd",
        workstations: [
            SeedWorkstation(tag: "WS-2", model: "Desktop", location: "Dhaka"),
            SeedWorkstation(tag: "WS-1", model: "Laptop", location: "Dhaka"),
            SeedWorkstation(tag: "WS-0", model: "Laptop", location: "Dhaka", inService: false),
            SeedWorkstation(tag: "WS-3", model: "Laptop", location: "Sylhet"),
        ],
        benefitPlans: [
            SeedBenefitPlan(id: "PF", name: "Provident fund"),
            SeedBenefitPlan(id: "CAR", name: "Car", standard: false),
        ],
        rooms: [SeedRoom(id: "R-1", location: "Dhaka", seats: 2)],
        mentors: [
            SeedMentor(user: "karim", department: "operations"), SeedMentor(user: "rahim", department: "operations"),
        ]
    )

    static func withPeople(
        _ people: SeedPeople? = Company.people,
        strict: Bool = false,
        replaced: [ActivityRegistration] = []
    ) async throws -> Company {
        let company = try await Company(replaced: replaced)
        var seed = SeedFile(namespaces: [SeedNamespace(name: "default", people: people)])
        seed.namespaces[0].users = [
            SeedUser(
                id: "nasrin",
                name: "nasrin",
                email: "nasrin@example.com",
                department: "finance",
                roles: ["finance", "it", "security"]
            )
        ]
        if strict { seed.namespaces[0].approvals = TenantApprovals(actForOthers: false) }
        try await SeedLoader(database: company.database).load(seed, at: Company.time)
        return company
    }

    static func newcomer(
        _ id: String = "E-1",
        name: String = "Shirin Akhter",
        start: String = "2026-11-22",
        location: String = "Dhaka",
        manager: String = "karim"
    ) throws -> EmployeeOnboardingInput {
        EmployeeOnboardingInput(
            employeeId: id,
            name: name,
            email: "shirin@home.example",
            phone: try MobileNumber("+880 1711-000001"),
            nid: try NID("1234567890"),
            department: "operations",
            position: "Engineer",
            startDate: try LocalDate(start),
            managerId: manager,
            hrManagerId: "salma",
            location: location
        )
    }

    func onboard(
        _ input: EmployeeOnboardingInput,
        id: String? = nil
    ) async throws -> WorkflowHandle<EmployeeOnboarding> {
        try await environment.client.start(
            EmployeeOnboarding.self,
            id: WorkflowID(id ?? input.employeeId),
            taskQueue: environment.taskQueue,
            input: input
        )
    }

    func moveClock(to day: String, hour: Int = 0) async throws {
        let end = try LocalDate(day).startInDhaka() + .seconds(3600 * hour)
        let delay = end - environment.clock.now()
        let isThere = FlagBox()
        environment.after(delay) { isThere.set() }
        while !isThere.isSet { try await environment.advance() }
        try await environment.settle()
    }

    func rows(_ sql: String) async throws -> [String] {
        try await database.look { tx in
            try tx.query(sql).map { row in
                row.values.map { value in
                    switch value {
                    case .null: "-"
                    case .integer(let number): String(number)
                    case .text(let text): text
                    default: "?"
                    }
                }.joined(separator: " ")
            }
        }
    }

    func tasks(_ id: String = "E-1") async throws -> [HumanTask] {
        try await SQLHumanTaskService(database: database).tasks(ofWorkflow: id, in: "default")
    }
}

extension OnboardingTaskList {
    subscript(id: OnboardingTaskID) -> OnboardingTask {
        get throws { try tasks.first { $0.taskId == id }.orThrow() }
    }

    var states: [String] { tasks.map(\.state.rawValue) }
}

extension Optional {
    struct Missing: Error {}
    fileprivate func orThrow() throws -> Wrapped {
        guard let self else { throw Missing() }
        return self
    }
}
