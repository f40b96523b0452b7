import WorkflowAPI
import WorkflowCommands
import WorkflowMacros
import WorkflowRuntime

struct Order: Codable, Sendable {
    var id: String
    var taka: Int
}

@ActivityContainer
struct Billing {
    @Activity func charge(_ order: Order) async throws -> String { "receipt for \(order.id)" }
}

/// Charges an order once somebody has approved it; gives up after a week.
@Workflow
actor OrderApproval {
    private var approver: String?

    func run(_ order: Order) async throws -> String {
        let billing = Billing.Proxy(options: ActivityOptions(startToCloseTimeout: .seconds(10)))
        guard try await Workflow.condition(timeout: .seconds(7 * 86_400), { self.approver != nil }) else {
            return "nobody approved"
        }
        return try await billing.charge(order)
    }

    @WorkflowSignal func approve(_ approver: String) { self.approver = approver }

    @WorkflowQuery var status: String { approver.map { "approved by \($0)" } ?? "waits" }
}

@main
struct OrdersCtl: WorkflowCommandLine {
    static let registry = WorkflowRegistry(
        taskQueue: "orders",
        workflows: [WorkflowRegistration(OrderApproval.self)],
        activities: { _ in [Billing()] }
    )
}
