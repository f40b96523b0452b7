import WorkflowAPI

/// A client service behind a chain of payload codecs.
struct CodecClientService: ForwardingClientService {
    let base: any WorkflowClientService
    let chain: PayloadCodecChain

    func startWorkflow(_ request: StartWorkflowRequest) async throws -> StartWorkflowResponse {
        var request = request
        request.input = try await chain.encoded(request.input)
        request.memo = try await chain.encoded(request.memo)
        return try await base.startWorkflow(request)
    }

    func signalWorkflow(_ request: SignalWorkflowRequest) async throws {
        var request = request
        request.input = try await chain.encoded(request.input)
        try await base.signalWorkflow(request)
    }

    func queryWorkflow(_ request: QueryWorkflowRequest) async throws -> [Payload] {
        var request = request
        request.query.arguments = try await chain.encoded(request.query.arguments)
        return try await chain.decoded(try await base.queryWorkflow(request))
    }

    func queryWorkflow(
        _ request: QueryWorkflowRequest,
        orReplay replay: LocalReplay
    ) async throws -> [Payload] {
        var request = request
        request.query.arguments = try await chain.encoded(request.query.arguments)
        let decoding = LocalReplay(workflowType: replay.workflowType, answer: chain.around(replay.answer))
        return try await chain.decoded(try await base.queryWorkflow(request, orReplay: decoding))
    }

    func terminateWorkflow(_ request: TerminateWorkflowRequest) async throws {
        var request = request
        request.details = try await chain.encoded(request.details)
        try await base.terminateWorkflow(request)
    }

    func describeWorkflow(_ request: DescribeWorkflowRequest) async throws -> WorkflowDescription {
        try await chain.decoded(try await base.describeWorkflow(request))
    }

    func history(_ request: GetHistoryRequest) async throws -> [HistoryEvent] {
        var events = try await base.history(request)
        for index in events.indices { events[index] = try await chain.decoded(events[index]) }
        return events
    }

    func resolveActivity(_ request: AdministerTaskRequest, as resolution: ActivityResolution) async throws {
        var resolution = resolution
        switch resolution {
        case .completed(let result): resolution = .completed(try await chain.encoded(result))
        case .failed(let failure): resolution = .failed(try await chain.encoded(failure))
        }
        try await base.resolveActivity(request, as: resolution)
    }
}
