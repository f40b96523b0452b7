import WorkflowAPI
public import WorkflowRuntime

/// A folder of recorded histories against which the code is replayed, and whether it is worth anything: not empty, and
/// with something in it of every workflow and of both sides of every change.
public struct HistoryCorpus: Sendable {
    /// What is in it.
    public let histories: [StoredHistory]

    /// The histories of a folder. Throws ``HistoryFileError``.
    public init(folder: String) throws { histories = try StoredHistory.folder(folder) }

    /// What is missing or does not fit, a line each; empty if all is well.
    ///
    /// Patches are those that replay comes by, and those named in `patches`, which it may not come by at all. A patch
    /// that the code calls deprecated has one side only.
    public func problems(covering workflows: [WorkflowRegistration], patches: Set<String> = []) -> [String] {
        guard !histories.isEmpty else { return ["the corpus holds no history"] }
        let registrations = Dictionary(workflows.map { ($0.name, $0) }) { first, _ in first }
        var problems: [String] = []
        let types = Set(histories.map(\.workflowType))
        for name in registrations.keys.sorted() where !types.contains(name) {
            problems.append("there is no history of workflow '\(name)'")
        }
        var sides: [String: Set<Bool>] = [:]
        var deprecated: Set<String> = []
        for history in histories {
            guard let registration = registrations[history.workflowType] else {
                problems.append("\(history.name): no workflow type '\(history.workflowType)' is registered")
                continue
            }
            do {
                let replayer = WorkflowReplayer([registration])
                try HistoryCheck.replay(history.events, of: history.execution, with: registrations)
                let answers = try replayer.patchAnswers(history.events, execution: history.execution)
                for (id, takesNew) in answers.answers { sides[id, default: []].insert(takesNew) }
                deprecated.formUnion(answers.deprecated)
            } catch {
                problems.append("\(history.name): \(error)")
            }
        }
        for id in patches.union(sides.keys).subtracting(deprecated).sorted() {
            let seen = sides[id] ?? []
            if !seen.contains(true) { problems.append("no history takes the new branch of patch '\(id)'") }
            if !seen.contains(false) { problems.append("no history takes the old branch of patch '\(id)'") }
        }
        return problems
    }

    /// Throws ``HistoryCorpusError`` with all problems, if there are any.
    public func check(covering workflows: [WorkflowRegistration], patches: Set<String> = []) throws {
        let problems = problems(covering: workflows, patches: patches)
        guard problems.isEmpty else { throw HistoryCorpusError(problems: problems) }
    }
}

/// A corpus lacks something, or does not fit the code.
public struct HistoryCorpusError: Error, Sendable, CustomStringConvertible {
    /// A line each.
    public var problems: [String]

    /// All of them.
    public var description: String { problems.joined(separator: "\n") }
}
