import ArgumentParser
import ERPWorkflows
import Foundation
import History
import WorkflowAPI
import WorkflowCommands
import WorkflowRuntime

struct StoryCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "story",
        abstract: "Tells the history of a purchase order in sentences, in Dhaka time."
    )

    @OptionGroup var global: GlobalOptions
    @Argument(help: "The workflow id.") var id: String

    func run() async throws {
        try await global.withEngine { engine in
            for line in try await StoryCommand.lines(of: WorkflowID(id), engine, global.tenant) { Output.line(line) }
        }
    }

    static func lines(
        of id: WorkflowID,
        _ engine: WorkflowEngine,
        _ namespace: Namespace
    ) async throws -> [String] {
        let client = WorkflowClient(
            service: engine.client,
            namespace: namespace,
            identity: CallerIdentity.current,
            makeID: NewID.make
        )
        let order = client.handle(PurchaseOrderApproval.self, id: id)
        let type = try await order.describe().summary.workflowType
        guard type == PurchaseOrderApproval.workflowName else {
            throw WorkflowServiceError(.invalidArgument, "'\(id)' is a \(type), not a purchase order; see 'show \(id)'")
        }
        let events = try await engine.client.history(GetHistoryRequest(namespace: namespace, workflowID: id))
        let approvals = try await order.query(\.approvalHistory)
        return OrderStory.lines(events, approvals).map { "\(dhakaTime($0.time))  \($0.text)" }
    }

    private static func dhakaTime(_ moment: Date) -> String {
        var style = Date.ISO8601FormatStyle(dateTimeSeparator: .space)
        style.timeZone = TimeZone(secondsFromGMT: 6 * 3600) ?? .gmt
        return String(moment.formatted(style.year().month().day().time(includingFractionalSeconds: false)))
    }
}
