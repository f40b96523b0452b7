import Database
import ERPWorkflows
import Foundation
import History
import WorkflowAPI
import WorkflowCommands
import WorkflowRuntime

/// Open orders whose level waits for a decision, as the orders themselves say.
struct WaitingOrders {
    /// An order that waits for a person.
    struct Order {
        var workflowID: WorkflowID
        var level: String
        var details: PurchaseOrderDetails

        /// The row of the table.
        var row: [String] {
            [
                details.orderId ?? "-", workflowID.rawValue, level, details.department ?? "-",
                details.requestedBy ?? "-", details.amount.map(MoneyText.grouped) ?? "-",
                details.waitingSince?.dhaka ?? "-", details.deadline?.dhaka ?? "-",
            ]
        }

        /// The same as an object.
        var json: [String: any JSONRepresentable] {
            [
                "orderId": details.orderId, "workflowId": workflowID.rawValue, "level": level,
                "department": details.department, "requestedBy": details.requestedBy, "amount": details.amount?.text,
                "since": details.waitingSince?.rfc3339, "until": details.deadline?.rfc3339,
            ]
        }
    }

    static let header = [
        "ORDER", "WORKFLOW", "LEVEL", "DEPARTMENT", "REQUESTED BY", "AMOUNT", "SINCE (DHAKA)", "UNTIL (DHAKA)",
    ]

    /// Those whose time ends first stand first.
    private(set) var orders: [Order] = []
    /// How many are open and wait for no person.
    private(set) var others = 0
    /// Those that could not be asked, with why.
    private(set) var silent: [String] = []

    /// Asks every open order. With a person, only those remain that the person may decide: by role and department, not
    /// their own, and none of which they have decided a level. Throws a refusal when nobody knows the person.
    init(for person: String?, in namespace: Namespace, _ engine: WorkflowEngine, _ database: any ApplicationDatabase)
        async throws
    {
        let user = try await Self.user(person, in: namespace, database)
        let tasks = try await Self.tasks(for: user, in: namespace, database, at: engine.now().date)
        let client = OpenOrders.client(engine, namespace)
        for summary in try await OpenOrders.summaries(in: namespace, engine) {
            let execution = summary.execution
            let order = client.handle(PurchaseOrderApproval.self, id: execution.workflowID, runID: execution.runID)
            do {
                let details = try await order.query(\.details)
                guard let level = details.waitingFor else {
                    others += 1
                    continue
                }
                if let user {
                    guard tasks.contains(execution.runID.rawValue), try await !Self.hasDecided(user, order) else {
                        continue
                    }
                }
                orders.append(Order(workflowID: execution.workflowID, level: level, details: details))
            } catch let error as WorkflowServiceError {
                silent.append("'\(execution.workflowID)' could not be asked: \(error)")
            }
        }
        orders.sort { ($0.details.deadline ?? .distantFuture) < ($1.details.deadline ?? .distantFuture) }
    }

    /// The runs that wait for a decision which a person may take, in their own right or as a deputy.
    private static func tasks(
        for user: DirectoryUser?,
        in namespace: Namespace,
        _ database: any ApplicationDatabase,
        at time: Date
    ) async throws -> Set<String> {
        guard let user else { return [] }
        let tenant = namespace.rawValue
        let deputies = SQLDeputyService(database: database)
        let delegators = try await deputies.delegators(of: user.id, at: time, in: tenant)
        let tasks = try await SQLHumanTaskService(database: database).openTasks(for: user, delegators, in: tenant)
        return Set(tasks.filter { $0.kind == .approval }.map(\.key.runId))
    }

    /// A decision that waits for a later level takes a person's say as well.
    private static func hasDecided(
        _ user: DirectoryUser,
        _ order: WorkflowHandle<PurchaseOrderApproval>
    ) async throws -> Bool {
        let decided: Set<ApprovalHistoryEntry.Outcome> = [.approved, .rejected, .kept]
        return try await order.query(\.approvalHistory).contains {
            decided.contains($0.outcome) && ($0.approver == user.id || $0.onBehalfOf == user.id)
        }
    }

    private static func user(
        _ id: String?,
        in namespace: Namespace,
        _ database: any ApplicationDatabase
    ) async throws -> DirectoryUser? {
        guard let id else { return nil }
        guard let user = try await SQLDirectoryService(database: database).user(id, in: namespace.rawValue) else {
            throw WorkflowServiceError(.notFound, "there is no user '\(id)' in namespace '\(namespace)'")
        }
        return user
    }
}
