import History
import WorkflowAPI
import WorkflowRuntime

/// Whose history is replayed.
struct ReplaySubject: Sendable {
    /// The file and the line in it, or nil for a run of the store.
    var file: String?
    /// The tenant.
    var namespace: Namespace
    /// The run.
    var execution: WorkflowExecution
    /// The registered name of its workflow.
    var workflowType: String

    /// A run of the store.
    init(_ name: RunName) {
        namespace = name.namespace
        execution = name.execution
        workflowType = name.workflowType
    }

    /// A history in a file.
    init(file: String, namespace: Namespace, execution: WorkflowExecution, workflowType: String) {
        self.file = file
        self.namespace = namespace
        self.execution = execution
        self.workflowType = workflowType
    }

    /// For people.
    var text: String {
        let run = "workflow '\(execution.workflowID)' run \(execution.runID)"
        return file.map { "\($0): \(run)" } ?? run
    }
}

extension ExportFile.Part {
    /// The history in it, whoever wrote it. Throws ``WorkflowAPI/CodecError`` where there is none.
    func history() throws -> (ReplaySubject, [HistoryEvent]) {
        func damage(_ reason: String) -> CodecError { CodecError(offset: 0, reason: "\(name): \(reason)") }
        let events: [HistoryEvent]
        do {
            events = try HistoryJSON.decode(text)
        } catch {
            throw damage("this is no history: \(error)")
        }
        guard case .workflowExecutionStarted(let started)? = events.first?.attributes else {
            throw damage("this is no history: it does not begin with the start of a run")
        }
        if let gap = zip(events, Int64(1)...).first(where: { $0.0.id != $0.1 }) {
            throw damage("event \(gap.1) is missing: event \(gap.0.id) stands in its place")
        }
        // Only an export says which run it is; the start of a chain is all that Temporal's tools write.
        let run = (try? RunExport(json: text))?.run
        return (
            ReplaySubject(
                file: name,
                namespace: run?.namespace ?? .default,
                execution: run?.execution
                    ?? WorkflowExecution(workflowID: started.workflowID, runID: started.originalRunID),
                workflowType: started.workflowType
            ),
            events
        )
    }
}

/// Counts what came of replays, by type, and prints what does not fit.
final class ReplayTally {
    private struct Counts {
        var fits = 0
        var differs = 0
        var failed = 0
        var unknown = 0

        var all: Int { fits + differs + failed + unknown }
    }

    private let json: Bool
    private let ignoresUnknownTypes: Bool
    private var types: [String: Counts] = [:]

    init(json: Bool, ignoresUnknownTypes: Bool) {
        self.json = json
        self.ignoresUnknownTypes = ignoresUnknownTypes
    }

    /// Something does not fit.
    var isFailure: Bool {
        types.values.contains { $0.differs > 0 || $0.failed > 0 || $0.unknown > 0 && !ignoresUnknownTypes }
    }

    /// Counts an outcome; prints it unless it fits.
    func note(_ outcome: ReplayOutcome, of subject: ReplaySubject) {
        var object: [String: any JSONRepresentable] = [
            "namespace": subject.namespace.rawValue, "workflowId": subject.execution.workflowID.rawValue,
            "runId": subject.execution.runID.rawValue, "type": subject.workflowType, "outcome": outcome.name,
        ]
        object["file"] = subject.file
        var counts = types[subject.workflowType] ?? Counts()
        defer { types[subject.workflowType] = counts }
        switch outcome {
        case .fits:
            counts.fits += 1
            return
        case .differs(let report):
            counts.differs += 1
            object["nondeterminism"] = ReportText.json(report)
            if !json {
                Output.text("\(subject.text):")
                for line in ReportText.lines(report) { Output.text(line) }
            }
        case .failed(let message):
            counts.failed += 1
            object["message"] = message
            if !json { Output.text("\(subject.text): cannot be replayed: \(message)") }
        case .unknownType(let type):
            counts.unknown += 1
            // Once for each type is enough for people.
            if !json, counts.unknown == 1, !ignoresUnknownTypes {
                Output.text("\(subject.text): this program has no workflow type '\(type)'")
            }
        }
        if json { Output.json(object) }
    }

    /// What came of all, by type.
    func printSummary() {
        if types.isEmpty { Output.note("no history was replayed: there was none") }
        let sorted = types.sorted { $0.key < $1.key }
        guard !json else {
            let types = sorted.map { name, counts in
                JSONTree.object([
                    "type": name.json, "histories": counts.all.json, "fits": counts.fits.json,
                    "differs": counts.differs.json, "failed": counts.failed.json, "unknownType": counts.unknown.json,
                ])
            }
            return Output.json(["summary": types])
        }
        Output.table(
            ["TYPE", "HISTORIES", "FIT", "DIFFER", "FAILED", "UNKNOWN"],
            sorted.map { name, counts in
                [name] + [counts.all, counts.fits, counts.differs, counts.failed, counts.unknown].map(String.init)
            }
        )
    }
}
