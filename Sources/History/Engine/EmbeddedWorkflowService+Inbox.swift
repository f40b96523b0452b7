import WorkflowAPI

extension EmbeddedWorkflowService {
    /// Turns what waits in the inbox into transitions, at most `limit` rows.
    /// - Returns: how many rows were looked at.
    @discardableResult
    package func deliverInbox(limit: Int = 64) async throws -> Int {
        let (clock, random) = (store, random)
        return try await store.deliverInbox(
            limit: limit,
            InboxDelivery(
                start: { request, start in
                    try checkIdentifier(request.requestID, "request id")
                    let runID = RunIDMaker.make(at: clock.now(), random: random(), random())
                    return try Self.start(request, runID: runID, &start).execution
                },
                signal: { request, run in
                    try Self.check(request)
                    try run.signal(request)
                }
            )
        )
    }
}
