import Foundation
public import WorkflowAPI

/// A history from a file or a store, with where it comes from.
public struct StoredHistory: Sendable {
    /// The file, and the line where there are several; or the run's ids.
    public var name: String
    /// The run; of a file only a name for it.
    public var execution: WorkflowExecution
    /// The events in order.
    public var events: [HistoryEvent]

    /// The workflow type; empty if the history does not say.
    public var workflowType: String {
        guard case .workflowExecutionStarted(let started)? = events.first?.attributes else { return "" }
        return started.workflowType
    }

    /// Whether the run has ended.
    public var isClosed: Bool {
        switch events.last?.attributes {
        case .workflowExecutionCompleted, .workflowExecutionFailed, .workflowExecutionTimedOut,
            .workflowExecutionCanceled, .workflowExecutionTerminated:
            true
        default: false
        }
    }

    /// The histories in a file: Temporal's JSON, as `workflowctl show --json` and `export` write it, one or one a line.
    /// Throws ``HistoryFileError``.
    public static func file(_ path: String) throws -> [StoredHistory] {
        guard let text = FileManager.default.contents(atPath: path) else {
            throw HistoryFileError(description: "\(path) cannot be read")
        }
        let lines = text.split(separator: UInt8(ascii: "\n")).filter { !$0.allSatisfy { $0 == 0x20 || $0 == 0x0D } }
        // A line that begins an object and does not end it is the first of an object over several.
        let areMany =
            lines.count > 1 && lines.allSatisfy { $0.first == UInt8(ascii: "{") && $0.last == UInt8(ascii: "}") }
        let parts = areMany ? lines.map { Array($0) } : [Array(text)]
        return try parts.enumerated().map { index, part in
            let name = areMany ? "\(path), line \(index + 1)" : path
            do {
                let execution = WorkflowExecution(workflowID: "replay", runID: "replay")
                return StoredHistory(name: name, execution: execution, events: try HistoryJSON.decode(part))
            } catch {
                throw HistoryFileError(description: "\(name) holds no history: \(error)")
            }
        }
    }

    /// The histories in all files of a folder whose names end in `.json`, and in its folders, in order of their names.
    /// Throws ``HistoryFileError``.
    public static func folder(_ path: String) throws -> [StoredHistory] {
        guard (try? FileManager.default.contentsOfDirectory(atPath: path)) != nil,
            let files = FileManager.default.enumerator(atPath: path)
        else {
            throw HistoryFileError(description: "\(path) is no folder that can be read")
        }
        let names = files.compactMap { $0 as? String }.filter { $0.hasSuffix(".json") }.sorted()
        return try names.flatMap { try file(path + "/" + $0) }
    }
}

/// A file is missing or holds no history.
public struct HistoryFileError: Error, Sendable, CustomStringConvertible {
    /// Which, and why.
    public var description: String
}
