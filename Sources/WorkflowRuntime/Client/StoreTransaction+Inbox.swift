public import WorkflowAPI

/// Starts and signals inside of a transaction of one's own: they happen if it is committed, and never otherwise.
///
/// Each is a row in `workflow_inbox`, as a program in any language can write it (docs/INBOX.md). Nobody answers: a row that
/// is refused later (a start of an id that runs, a signal to a run that is closed) waits with the reason, and
/// `list --problems` shows it.
///
/// `payloadCodecs` are those of the workers: inside of an exactly-once step its worker's own unless given, elsewhere none.
extension StoreTransaction {
    /// Asks for a run. `requestID` is the caller's key: a repeat starts nothing. Throws ``StoreError``, `unique` while a row
    /// with the same key waits, and what an encoder or a codec throws.
    public func startWorkflow<Definition: WorkflowDefinition>(
        _ definition: Definition.Type,
        id: WorkflowID,
        taskQueue: TaskQueue,
        input: Definition.Input,
        requestID: String,
        namespace: Namespace = .default,
        conflictPolicy: WorkflowIDConflictPolicy = .fail,
        identity: String = "",
        payloadCodecs: [any ImmediatePayloadCodec]? = nil
    ) throws where Definition.Input: Encodable {
        let payload = try encoded(input, payloadCodecs)
        let policy =
            switch conflictPolicy {
            case .fail: "fail"
            case .useExisting: "use-existing"
            case .terminateExisting: "terminate-existing"
            }
        try execute(
            """
            INSERT INTO workflow_inbox
                (request_id, kind, namespace, workflow_id, workflow_type, task_queue, conflict_policy, payload, identity)
            VALUES (?, 'start', ?, ?, ?, ?, ?, ?, ?)
            """,
            [
                .text(requestID), .text(namespace.rawValue), .text(id.rawValue), .text(Definition.workflowName),
                .text(taskQueue.rawValue), .text(policy), payload, .text(identity),
            ]
        )
    }

    /// Sends a signal to the current run of a workflow id. `requestID` is the caller's key: a repeat is delivered once.
    /// Throws as ``startWorkflow(_:id:taskQueue:input:requestID:namespace:conflictPolicy:identity:payloadCodecs:)`` does.
    public func signalWorkflow<Input: Encodable>(
        _ id: WorkflowID,
        _ signal: SignalDescriptor<Input>,
        _ input: Input,
        requestID: String,
        namespace: Namespace = .default,
        identity: String = "",
        payloadCodecs: [any ImmediatePayloadCodec]? = nil
    ) throws {
        try execute(
            """
            INSERT INTO workflow_inbox (request_id, kind, namespace, workflow_id, signal_name, payload, identity)
            VALUES (?, 'signal', ?, ?, ?, ?, ?)
            """,
            [
                .text(requestID), .text(namespace.rawValue), .text(id.rawValue), .text(signal.name),
                try encoded(input, payloadCodecs), .text(identity),
            ]
        )
    }

    private func encoded(_ input: some Encodable, _ codecs: [any ImmediatePayloadCodec]?) throws -> StoreValue {
        let chain = codecs.map { PayloadCodecChain($0) } ?? PayloadCodecChain.ofStep
        let payloads = try chain.encodedImmediately([try PayloadConverter.payload(input)])
        return .blob(payloads.first?.protobuf ?? [])
    }
}
