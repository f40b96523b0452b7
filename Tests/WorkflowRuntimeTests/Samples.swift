import WorkflowRuntime
import WorkflowTesting

enum Sample {
    static let reserve = ActivityDescriptor<String, String>("reserve")
    static let pay = ActivityDescriptor<Int, Bool>("pay")
    static let options = ActivityOptions(startToCloseTimeout: .seconds(10))

    static let activities = [
        ActivityRegistration(reserve) { "r-\($0)" },
        ActivityRegistration(pay) { _ in true },
    ]
}

struct Order: Codable {
    var id: String
    var amount: Int
}

/// Fan-out, helper objects, a race between people and a time limit.
actor Approval: WorkflowDefinition {
    private var approvals: [String] = []
    private var notes: [String] = []

    struct Messages: Sendable {
        let approve = SignalDescriptor<String>("approve")
        let approvals = QueryDescriptor<NoValue, [String]>("approvals")
    }
    static let messages = Messages()

    func run(_ order: Order) async throws -> String {
        async let first = Workflow.execute(Sample.reserve, order.id, options: Sample.options)
        async let second = Workflow.execute(Sample.reserve, "ship", options: Sample.options)
        let both = try await (first, second)
        notes.append(try await Workflow.execute(Sample.reserve, "note", options: Sample.options))
        guard try await Workflow.condition(timeout: .seconds(30 * 86_400), { self.approvals.count >= 2 }) else {
            return "expired"
        }
        _ = try await Workflow.execute(Sample.pay, order.amount, options: Sample.options)
        return "\(both.0) \(both.1) \(approvals.joined(separator: "+")) \(try Workflow.uuid())"
    }

    static func handlers(_ handlers: inout WorkflowHandlers<Approval>) {
        handlers.signal("approve") { (workflow, by: String) in workflow.approvals.append(by) }
        handlers.query("approvals") { workflow in workflow.approvals }
    }
}
