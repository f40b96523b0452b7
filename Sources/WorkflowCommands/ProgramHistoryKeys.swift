import ArgumentParser
import Foundation
import History
import Synchronization
import WorkflowRuntime

/// The keys that histories are chained with, by option or environment. They are read once: the file may be a pipe.
enum ProgramHistoryKeys {
    private static let loaded = Mutex<HistoryKeys?>(nil)

    /// The variable that names the file.
    static let fileVariable = "WORKFLOW_HISTORY_KEY_FILE"

    /// The keys, when there are any. Throws a usage error or a refusal on one line.
    static func load(
        file: String?,
        environment: [String: String] = ProcessInfo.processInfo.environment
    ) throws -> HistoryKeys? {
        if let known = loaded.withLock({ $0 }) { return known }
        guard let file = file ?? environment[fileVariable].flatMap({ $0.isEmpty ? nil : $0 }) else { return nil }
        let read = try PayloadKeys(file: file, purpose: "history")
        let bytes = read.ids.compactMap { id in read.bytes(of: id).map { (id, $0) } }
        let keys = try HistoryKeys(Dictionary(bytes) { first, _ in first }, activeID: read.activeID)
        loaded.withLock { $0 = keys }
        return keys
    }
}
