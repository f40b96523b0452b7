import WorkflowAPI

extension InboxMessage {
    /// The columns of `workflow_inbox` that make a message.
    static let columns = """
        position, request_id, kind, namespace, workflow_id, workflow_type, task_queue, conflict_policy, signal_name, input, \
        payload, identity
        """

    private static let conflictPolicies: [String: WorkflowIDConflictPolicy] = [
        "fail": .fail, "use-existing": .useExisting, "terminate-existing": .terminateExisting,
    ]

    /// A row from ``columns``. Throws `invalidArgument` for what no client could have asked for.
    init(_ row: some RowReader) throws(WorkflowServiceError) {
        var input: [Payload] = row.optionalText(9).map { [.json($0)] } ?? []
        if let bytes = row.optionalBlob(10) {
            do {
                input = [try Payload(protobuf: bytes)]
            } catch {
                throw WorkflowServiceError(.invalidArgument, "the payload is not a protobuf Payload: \(error)")
            }
        }
        let (requestID, namespace) = (row.text(1), Namespace(row.text(3)))
        // Nobody has verified who wrote the row: what it claims can never be taken for the user of an operating system.
        let (workflowID, identity) = (WorkflowID(row.text(4)), "inbox:\(row.text(11))")
        guard row.text(2) == "start" else {
            self = .signal(
                SignalWorkflowRequest(
                    namespace: namespace,
                    workflowID: workflowID,
                    signalName: row.text(8),
                    input: input,
                    identity: identity,
                    requestID: requestID
                )
            )
            return
        }
        self = .start(
            StartWorkflowRequest(
                namespace: namespace,
                workflowID: workflowID,
                workflowType: row.text(5),
                taskQueue: TaskQueue(row.text(6)),
                input: input,
                identity: identity,
                requestID: requestID,
                conflictPolicy: Self.conflictPolicies[row.text(7)] ?? .fail
            )
        )
    }
}
