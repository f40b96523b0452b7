package import WorkflowAPI

extension Payload {
    /// What ``encoding`` says of an encrypted payload.
    static let encryptedEncoding = "binary/encrypted"
    /// The metadata key that names the key.
    static let keyIDKey = "encryption-key-id"
    /// The metadata key that names the cipher.
    static let cipherKey = "encryption-cipher"

    /// Whether its value can be read with a key only.
    package var isEncrypted: Bool {
        metadata[Payload.encodingKey].map { $0.elementsEqual(Payload.encryptedEncoding.utf8) } ?? false
    }

    /// The id of the key that an encrypted payload was encrypted with; nil when it names none, or something that is no
    /// id: what stands in a store may come from anybody.
    package var encryptionKeyID: String? {
        guard let bytes = metadata[Payload.keyIDKey], let id = String(validating: bytes, as: UTF8.self) else {
            return nil
        }
        return PayloadKeys.isID(id) ? id : nil
    }

    /// Why the value cannot be read by somebody without keys.
    var missingKey: PayloadEncryptionError { .missingKey(encryptionKeyID) }
}

extension WorkflowRun {
    /// Without the key nothing of a run can be decided: it would fail over its input, and skip its signals, for good.
    func requireDecrypted(_ events: [HistoryEvent]) throws(WorkflowTaskFailure) {
        for event in events {
            guard let payload = event.attributes.encryptedPayload else { continue }
            let failure = PayloadCodecChain.failure(payload.missingKey)
            throw WorkflowTaskFailure(failure.message, type: PayloadCodecChain.failureType)
        }
    }
}

extension HistoryEvent.Attributes {
    /// Something that replay reads and that is encrypted.
    fileprivate var encryptedPayload: Payload? {
        switch self {
        case .workflowExecutionStarted(let event): event.input.first(where: \.isEncrypted)
        case .workflowExecutionSignaled(let event): event.input.first(where: \.isEncrypted)
        case .activityTaskCompleted(let event): event.result.first(where: \.isEncrypted)
        case .activityTaskFailed(let event): event.failure.encryptedPayload
        case .activityTaskTimedOut(let event): event.failure.encryptedPayload
        case .activityTaskCanceled(let event): event.details.first(where: \.isEncrypted)
        case .markerRecorded(let event): event.details.values.joined().first(where: \.isEncrypted)
        case .workflowExecutionCompleted, .workflowExecutionFailed, .workflowExecutionTimedOut,
            .workflowExecutionCancelRequested, .workflowExecutionCanceled, .workflowExecutionTerminated,
            .workflowTaskScheduled, .workflowTaskStarted, .workflowTaskCompleted, .workflowTaskTimedOut,
            .workflowTaskFailed, .activityTaskScheduled, .activityTaskStarted, .activityTaskCancelRequested,
            .timerStarted, .timerFired, .timerCanceled, .unknown:
            nil
        }
    }
}

extension Failure {
    fileprivate var encryptedPayload: Payload? {
        let details: [Payload] =
            switch info {
            case .application(let application): application.details
            case .timeout(_, let details), .canceled(let details): details
            case .terminated, .server, .activity, .childWorkflow, .unknown: []
            }
        return details.first(where: \.isEncrypted) ?? cause?.encryptedPayload
    }
}
