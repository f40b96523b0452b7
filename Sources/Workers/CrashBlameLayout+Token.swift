import WorkflowAPI

extension CrashBlameLayout {
    /// A token's bytes: four numbers of eight bytes and one of four, little-endian, then its texts, each after its length.
    static func encode(_ token: TaskToken) -> [UInt8] {
        var bytes: [UInt8] = []
        for number in [token.runKey, token.scheduledEventID, token.startedEventID, token.claim] {
            withUnsafeBytes(of: number.littleEndian) { bytes += $0 }
        }
        withUnsafeBytes(of: token.attempt.littleEndian) { bytes += $0 }
        let execution = token.execution
        for text in [
            token.namespace.rawValue, execution.workflowID.rawValue, execution.runID.rawValue, token.activityID,
        ] {
            withUnsafeBytes(of: UInt32(clamping: text.utf8.count).littleEndian) { bytes += $0 }
            bytes += text.utf8
        }
        return bytes
    }

    /// The token of some bytes; nil if they are not a token's, as after a crash in the middle of a note.
    static func decode(_ bytes: [UInt8]) -> TaskToken? {
        var rest = bytes[...]
        func number(of length: Int) -> UInt64? {
            guard rest.count >= length else { return nil }
            defer { rest = rest.dropFirst(length) }
            return rest.prefix(length).reversed().reduce(0) { $0 << 8 | UInt64($1) }
        }
        func text() -> String? {
            guard let length = number(of: 4), let count = Int(exactly: length), count <= rest.count else { return nil }
            defer { rest = rest.dropFirst(count) }
            return String(validating: rest.prefix(count), as: UTF8.self)
        }
        guard let runKey = number(of: 8), let scheduled = number(of: 8), let started = number(of: 8),
            let claim = number(of: 8), let attempt = number(of: 4),
            let namespace = text(), let workflowID = text(), let runID = text(), let activityID = text(), rest.isEmpty
        else { return nil }
        return TaskToken(
            namespace: Namespace(namespace),
            execution: WorkflowExecution(workflowID: WorkflowID(workflowID), runID: RunID(runID)),
            runKey: Int64(bitPattern: runKey),
            scheduledEventID: Int64(bitPattern: scheduled),
            startedEventID: Int64(bitPattern: started),
            attempt: Int32(truncatingIfNeeded: attempt),
            claim: Int64(bitPattern: claim),
            activityID: activityID
        )
    }
}
