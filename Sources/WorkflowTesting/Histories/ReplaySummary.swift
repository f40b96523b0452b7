public import WorkflowRuntime

/// What came of replaying several histories.
public struct ReplaySummary: Sendable, CustomStringConvertible {
    /// One history.
    public struct Entry: Sendable {
        /// Where it comes from: a file, or the run's ids.
        public var name: String
        /// The workflow type; empty if the history does not say.
        public var workflowType: String
        /// What came of it.
        public var outcome: ReplayOutcome
    }

    /// All histories, in order of their names.
    public var entries: [Entry] = []

    /// Those that do not fit.
    public var problems: [Entry] { entries.filter { $0.outcome != .fits } }

    /// A line for each history that does not fit, and a last one that counts.
    public var description: String {
        var lines = problems.map { entry in
            switch entry.outcome {
            case .fits: "\(entry.name): fits"
            case .differs(let report): "\(entry.name): \(report)"
            case .failed(let message): "\(entry.name): \(message)"
            case .unknownType(let type): "\(entry.name): no workflow type '\(type)' is registered here"
            }
        }
        lines.append("\(entries.count - lines.count) of \(entries.count) histories fit")
        return lines.joined(separator: "\n")
    }

    /// Throws ``ReplaySummaryError`` if there was nothing to replay, or something does not fit.
    public func requireAll() throws {
        guard !entries.isEmpty else { throw ReplaySummaryError(description: "there was no history to replay") }
        guard problems.isEmpty else { throw ReplaySummaryError(description: description) }
    }
}

/// Not everything fits that was replayed.
public struct ReplaySummaryError: Error, Sendable, CustomStringConvertible {
    /// The summary, or that there was nothing.
    public var description: String
}
