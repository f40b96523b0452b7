import WorkflowAPI

/// Behaviours of the runtime that can reorder commands. Each has a number that is recorded with the first workflow task
/// that used it, so that later versions can behave as the version did that made a history. From the first release on.
enum LanguageFlags {
    /// Tasks run in the order in which they became ready; main before signal handlers of the same activation; conditions
    /// in order of registration.
    static let firstInFirstOut: UInt32 = 1

    /// What this version knows.
    static let known: Set<UInt32> = [firstInFirstOut]

    /// What the first answer for a run says.
    static let metadata = HistoryEvent.SDKMetadata(
        langUsedFlags: known.sorted(),
        sdkName: "swift-workflow",
        sdkVersion: EngineVersion.current
    )
}

extension WorkflowRun {
    /// Reads what the version said about itself that answered a workflow task; refuses what it does not know.
    func note(_ metadata: HistoryEvent.SDKMetadata?) throws(WorkflowTaskFailure) {
        guard let metadata else { return }
        hasSentMetadata = true
        let unknown = metadata.langUsedFlags.filter { !LanguageFlags.known.contains($0) }
        guard unknown.isEmpty else {
            throw WorkflowTaskFailure(
                "the history uses language flags \(unknown) that this version does not know; run a newer one",
                type: "UnknownLanguageFlag"
            )
        }
    }
}
