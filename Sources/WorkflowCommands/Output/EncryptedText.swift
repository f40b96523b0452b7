import WorkflowAPI
import WorkflowRuntime

/// What people are told of payloads that are encrypted.
enum EncryptedText {
    /// In place of the value.
    static func placeholder(_ payload: Payload) -> String {
        let isAtHand = payload.encryptionKeyID.map { ProgramKeys.encryption?.keyIDs.contains($0) == true } ?? false
        return "<\(isAtHand ? "damaged, " : "")encrypted with \(keyName(payload, quote: ""))>"
    }

    /// Why a payload is still encrypted after this program has read it, and what helps; nil when it is not.
    static func reason(_ payload: Payload) -> String? {
        guard payload.isEncrypted else { return nil }
        guard let encryption = ProgramKeys.encryption else {
            return "it was encrypted with \(keyName(payload)); give that with --payload-keys FILE"
        }
        do {
            _ = try encryption.decrypted(payload)
            return nil
        } catch {
            return String(describing: error)
        }
    }

    /// A warning that something was stored in the clear in a run whose input is encrypted; nil when it was not.
    ///
    /// It comes after the fact, and is no refusal: workers take what is in the clear as well, and who approves an order may
    /// well have no business with the keys.
    static func plainTextWarning(
        _ what: String,
        in execution: WorkflowExecution,
        of namespace: Namespace,
        _ service: any WorkflowTaskService
    ) async -> String? {
        guard ProgramKeys.encryption == nil,
            let first = try? await service.history(of: execution, in: namespace, through: 1).first,
            case .workflowExecutionStarted(let event) = first.attributes,
            let input = event.input.first(where: \.isEncrypted)
        else { return nil }
        return
            "\(what) is stored in the clear, while the input of workflow '\(execution.workflowID)' is encrypted with "
            + "\(keyName(input)); --payload-keys FILE encrypts"
    }

    private static func keyName(_ payload: Payload, quote: String = "'") -> String {
        payload.encryptionKeyID.map { "key \(quote)\($0)\(quote)" } ?? "a key without a proper id"
    }
}
