import Foundation
import WorkflowAPI
import WorkflowRuntime
import WorkflowTesting

@testable import ERPWorkflows

/// A workflow as a user of the library writes it: nothing but an approval.
actor PaperApproval: WorkflowDefinition {
    private let approval = Approval(of: "paper")

    static func handlers(_ handlers: inout WorkflowHandlers<PaperApproval>) {
        handlers.approval { $0.approval }
        handlers.query("waiting") { $0.approval.waiting }
    }

    func run(_ request: ApprovalRequest) async throws -> String {
        let outcome = try await approval.run(request)
        return outcome.reason ?? "approved"
    }
}

/// Papers that people of a company approve, each from their own login.
struct Desk: Sendable {
    let company: Company

    init() async throws {
        company = try await Company(also: [WorkflowRegistration(PaperApproval.self)])
        let seed = SeedFile(namespaces: [
            SeedNamespace(
                name: "default",
                users: [
                    Self.user("jamal", "operations", ["department_head", "finance"]),
                    Self.user("farida", "finance", ["finance"]), Self.user("cfo", "finance", ["cfo"], login: "boss"),
                    Self.user("shirin", "hr", []), Self.user("tanvir", "hr", []),
                ]
            )
        ])
        try await SeedLoader(database: company.database).load(seed, at: Company.time)
    }

    private static func user(_ id: String, _ department: String, _ roles: [String], login: String? = nil) -> SeedUser {
        SeedUser(id: id, name: id, email: "\(id)@example.com", department: department, roles: roles, login: login)
    }

    var environment: TimeSkippingEnvironment { company.environment }
    var tasks: SQLHumanTaskService { SQLHumanTaskService(database: company.database) }
    var deputies: SQLDeputyService { SQLDeputyService(database: company.database) }

    func start(
        _ levels: [ApprovalLevel],
        _ rules: ApprovalRules = ApprovalRules(),
        by requester: String = "rahim"
    ) async throws -> WorkflowHandle<PaperApproval> {
        let document = ApprovalDocument(
            kind: "paper",
            id: "P",
            title: "Paper P",
            summary: "\(requester) wants P.",
            department: "operations",
            requestedBy: requester
        )
        let handle = try await environment.client.start(
            PaperApproval.self,
            id: "P",
            taskQueue: environment.taskQueue,
            input: ApprovalRequest(document, levels: levels, rules: rules)
        )
        try await environment.settle()
        return handle
    }

    /// Says something from a login, which is the person's own unless another is given.
    func say(_ signal: String, _ input: some Encodable & SendableMetatype, from login: String) async throws {
        try await environment.client.service.signalWorkflow(
            SignalWorkflowRequest(
                workflowID: "P",
                signalName: signal,
                input: [try PayloadConverter.payload(input)],
                identity: login.isEmpty ? "" : "\(login)@desk",
                requestID: UUID().uuidString
            )
        )
    }

    func approve(_ person: String, from login: String? = nil) async throws {
        try await say("approve", ApprovalSignal(approver: person), from: login ?? person)
        try await environment.settle()
    }

    func reject(_ person: String) async throws {
        try await say("reject", RejectionSignal(approver: person, reason: "no"), from: person)
        try await environment.settle()
    }

    var history: [ApprovalHistoryEntry] {
        get async throws {
            let answer = try await environment.client.service.queryWorkflow(
                QueryWorkflowRequest(
                    workflowID: "P",
                    query: WorkflowQuery(id: "1", queryType: "approvalHistory", arguments: [])
                )
            )
            return try PayloadConverter.argument(answer, as: [ApprovalHistoryEntry].self)
        }
    }

    /// `approved karim`, `refused rahim`: the outcomes with their persons.
    var told: [String] {
        get async throws {
            try await history.map { entry in
                let deputy = entry.onBehalfOf.map { " for \($0)" } ?? ""
                return entry.outcome.rawValue + (entry.approver.map { " \($0)" } ?? "") + deputy
            }
        }
    }

    var lastReason: String? {
        get async throws { try await history.last?.reason }
    }

    /// The tasks that wait for a person, by level.
    func waiting(for person: String) async throws -> [String] {
        let directory = SQLDirectoryService(database: company.database)
        guard let user = try await directory.user(person, in: "default") else { return [] }
        let now = environment.clock.now().date
        let delegators = try await deputies.delegators(of: person, at: now, in: "default")
        return try await tasks.openTasks(for: user, delegators, in: "default").compactMap(\.level)
    }

    func delegate(_ user: String, to deputy: String, _ from: String, _ until: String, role: String? = nil) async throws
    {
        let deputyship = Deputyship(
            tenant: "default",
            user: user,
            deputy: deputy,
            role: role,
            from: try LocalDate(from),
            until: try LocalDate(until)
        )
        try await deputies.delegate(deputyship, by: "\(user)@desk", at: environment.clock.now().date)
    }
}
