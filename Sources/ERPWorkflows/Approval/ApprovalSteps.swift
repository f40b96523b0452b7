import WorkflowAPI
import WorkflowRuntime

/// The activities of an approval as its workflow calls them. Effects are waited for when the run is cancelled: what follows
/// may not begin before they have ended.
struct ApprovalSteps: Sendable {
    private static let options = ActivityOptions(
        startToCloseTimeout: .seconds(30),
        cancellationType: .waitCancellationCompleted
    )

    func lookUp(_ request: ApproverRequest) async throws -> Approver {
        try await Workflow.execute(ApprovalActivities.lookUpApprover, request, options: Self.options)
    }

    func announce(_ notice: ApprovalNotice) async throws {
        _ = try await Workflow.execute(ApprovalActivities.announce, notice, options: Self.options)
    }

    func change(_ change: HumanTaskChange) async throws {
        _ = try await Workflow.execute(ApprovalActivities.change, change, options: Self.options)
    }

    func close(_ closing: HumanTaskClosing) async throws {
        _ = try await Workflow.execute(ApprovalActivities.close, closing, options: Self.options)
    }

    /// The run itself is over, or leaves this process.
    static func isUnwinding(_ error: any Error) -> Bool {
        error is CancellationError || error is WorkflowEvictedError
            || (error as? ActivityError)?.cause is CancellationError
    }
}
