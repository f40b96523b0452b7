import Foundation
import Testing
import WorkflowAPI
import WorkflowRuntime
import WorkflowTesting

@testable import ERPWorkflows

@Suite(.serialized) struct OrderStoryTests {
    private func told(_ attributes: HistoryEvent.Attributes) -> [String] {
        OrderStory.lines([HistoryEvent(id: 1, time: .zero, attributes: attributes)], []).map(\.text)
    }

    @Test func `a worker that gave no answer is not said to have died`() {
        let lines = told(
            .workflowTaskTimedOut(.init(scheduledEventID: 2, startedEventID: 3, timeoutType: .startToClose))
        )
        #expect(
            lines == ["(no answer came from the worker that had taken the order up; the work goes on from there)"]
        )
    }

    @Test func `who ended an order, why, and that nothing was undone is told`() {
        #expect(
            told(.workflowExecutionCancelRequested(.init(cause: "not needed", identity: "lina@desk")))
                == ["lina@desk cancels the order: not needed"]
        )
        #expect(told(.workflowExecutionCancelRequested(.init())) == ["somebody cancels the order"])
        #expect(
            told(.workflowExecutionTerminated(.init(reason: "stuck"))) == [
                "an operator ended the order, and nothing was undone: stuck"
            ]
        )
    }

    @Test func `what a cancelled order still holds is left to people and not said to be undone`() {
        func event(_ id: Int64, _ attributes: HistoryEvent.Attributes) -> HistoryEvent {
            HistoryEvent(id: id, time: .zero, attributes: attributes)
        }
        let (type, failure) = (
            PurchaseOrderActivities.releaseBudget.name,
            Failure(message: "no such budget", info: .server(nonRetryable: true))
        )
        let scheduled = HistoryEvent.Attributes.activityTaskScheduled(
            .init(
                activityID: "5",
                activityType: type,
                taskQueue: "erp",
                input: [],
                timeouts: ActivityTimeouts(startToClose: .seconds(30)),
                workflowTaskCompletedEventID: 4
            )
        )
        let done = HistoryEvent.Attributes.activityTaskCompleted(
            .init(result: [], scheduledEventID: 5, startedEventID: 6)
        )
        let failed = HistoryEvent.Attributes.activityTaskFailed(
            .init(failure: failure, scheduledEventID: 5, startedEventID: 6, retryState: .nonRetryableFailure)
        )
        let end = event(9, .workflowExecutionCanceled(.init(workflowTaskCompletedEventID: 8)))
        #expect(
            OrderStory.lines(
                [event(5, scheduled), event(7, done), end],
                []
            )
            .last?.text == "the order is cancelled, and everything is undone"
        )
        let lines = OrderStory.lines(
            [event(5, scheduled), event(7, failed), end],
            []
        )
        #expect(
            lines.map(\.text) == [
                "a step failed: no such budget",
                "the order is cancelled, and what the system did is undone; still to be undone by hand: the budget reservation",
            ]
        )
    }

    @Test func `decisions that do not count name the person and the reason, and the rest is counted`() async throws {
        let company = try await Company()
        defer { company.close() }
        let order = try await company.start(company.order("A", taka: 60_000))
        try await company.environment.settle()
        try await order.signal(\.approve, ApprovalSignal(approver: "rahim"))
        try await order.signal(\.approve, ApprovalSignal(approver: "karim"))
        _ = try await company.result(order)
        let events = try await company.environment.history(of: "A")
        var history = try await order.query(\.approvalHistory)
        history.append(
            ApprovalHistoryEntry(time: Company.time, outcome: .unlisted, reason: RefusalText.unlisted(7), count: 7)
        )
        let lines = OrderStory.lines(events, history).map(\.text)
        #expect(
            lines.contains(
                "  → the decision of rahim does not count: The requester may not decide on their own order."
            )
        )
        #expect(lines.contains("  → 7 more decisions did not count; they are not listed."))
        #expect(lines.contains("the order is completed"))
    }
}
