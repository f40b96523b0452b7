import Testing
import Workers
import WorkflowAPI
import WorkflowRuntime
import WorkflowTesting

/// Whether the histories that a test made are replayed at its end.
enum HistoriesAtEnd {
    /// All runs of the engine, open ones too, in one go and turn by turn.
    case replayed
    /// They cannot be, for this reason.
    case left(because: String)
}

/// Replays all runs whose types are among `workflows`, if the service is an engine; records an issue for each that differs.
func replayHistories(
    of service: any WorkflowTaskService,
    _ workflows: [WorkflowRegistration],
    payloadCodecs: [any PayloadCodec] = [],
    sourceLocation: Testing.SourceLocation = #_sourceLocation
) async throws {
    guard let engine = service as? any WorkflowClientService else { return }
    let names = Set(workflows.map(\.name))
    let summary = try await WorkflowReplayer(workflows, payloadCodecs: payloadCodecs)
        .replay(runsOf: engine) { names.contains($0.workflowType) }
    #expect(summary.problems.isEmpty, "\(summary)", sourceLocation: sourceLocation)
}
