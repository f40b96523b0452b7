import ArgumentParser
import Foundation
import History
import Logging
import WorkflowAPI
import WorkflowRuntime

struct ReplayCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay",
        abstract: "Replays histories against the code of this program, and says where they differ; writes nothing.",
        discussion: """
            Exits 0 if every history fits, so that it can stand before a deployment; 1 if one differs, cannot be replayed or has \
            a type that this program does not know (--ignore-unknown-types passes those over); 65 for a file that holds no \
            history.
            """
    )

    @OptionGroup var global: GlobalOptions
    @Argument(help: "Files that 'export' or 'show --json' wrote, or Temporal's tools; - for standard input.")
    var files: [String] = []
    @Flag(help: "Every open run of the store, in all namespaces unless --namespace names one.") var allOpen = false
    @Flag(help: "Every run of the store, closed ones too.") var all = false
    @Option(help: "The runs of this workflow id in the store.") var workflowID: String?
    @Option(help: "Only this run.") var runID: String?
    @Option(help: "Only this workflow type.") var workflowType: String?
    @Option(help: "How many at a time.") var jobs = ProcessInfo.processInfo.activeProcessorCount
    @Option(help: "Only the beginning of each history, up to this event.") var until: Int64?
    @Flag(help: "Each history once more turn by turn, as a worker does that keeps its runs.") var turnByTurn = false
    @Flag(help: "Types that this program does not know are no reason to fail.") var ignoreUnknownTypes = false
    @Flag(help: "Walks through one history, turn by turn; 'help' there says how.") var step = false

    func validate() throws {
        let isOfStore = allOpen || all || workflowID != nil || runID != nil
        guard files.isEmpty != !isOfStore else {
            throw ValidationError("what to replay? FILE..., or --all-open, --all, --workflow-id ID or --run-id ID")
        }
        if jobs < 1 { throw ValidationError("--jobs: at least one") }
        if let until, until < 1 { throw ValidationError("--until: events count from 1") }
        if step, allOpen || all || files.count > 1 { throw ValidationError("--step takes one history") }
        if step, global.json { throw ValidationError("--step talks to people; leave --json away") }
    }

    func run() async throws {
        try await global.reporting {
            try ProgramKeys.load(file: global.payloadKeys)
            if step { return try await walk() }
            try refuseUnknownType()
            let tally = ReplayTally(json: global.json, ignoresUnknownTypes: ignoreUnknownTypes)
            if files.isEmpty {
                try await global.withEngine { try await replayStore($0, tally) }
            } else {
                try await replayFiles(tally)
            }
            tally.printSummary()
            if tally.isFailure { throw ExitCode(ExitStatus.refused.rawValue) }
        }
    }

    /// A gate that looks for a type by a wrong name would be open for ever.
    private func refuseUnknownType() throws {
        guard let workflowType, !ignoreUnknownTypes else { return }
        let known = InstalledRegistry.current.workflows.map(\.name)
        guard !known.contains(workflowType) else { return }
        throw WorkflowServiceError(
            .notFound,
            "this program has no workflow type '\(workflowType)', but \(known.sorted().joined(separator: ", "))"
        )
    }

    private func replayStore(_ engine: WorkflowEngine, _ tally: ReplayTally) async throws {
        try await global.requireNamespace(in: engine)
        let replayer = Self.replayer()
        let walk = try await RunWalk(over: engine.administration, filter, jobs: jobs)
        if walk.count == 0, workflowID != nil || runID != nil {
            throw WorkflowServiceError(.notFound, "there is no such run")
        }
        let progress = ProgressLine("runs")
        var seen = 0
        let (until, turnByTurn) = (until, turnByTurn)
        try await walk.forEach { name -> (RunName, ReplayOutcome) in
            let history: [HistoryEvent]
            do {
                history = try await engine.history(of: name)
            } catch let error as CodecError {
                let step = "'verify --run-id \(name.execution.runID)' says where it is damaged"
                return (name, .failed("its history cannot be read (\(error)); \(step)"))
            }
            let outcome = try await replayer.outcome(
                ofEncoded: history,
                execution: name.execution,
                through: until,
                turnByTurn: turnByTurn
            )
            return (name, outcome)
        } collect: { name, outcome in
            seen += 1
            if outcome != .fits { progress.clear() }
            tally.note(outcome, of: ReplaySubject(name))
            progress.show(seen, of: walk.count)
        }
        progress.clear()
    }

    private func replayFiles(_ tally: ReplayTally) async throws {
        let replayer = Self.replayer()
        for file in files {
            for part in try ExportFile.parts(of: file) {
                let (subject, history) = try part.history()
                if let workflowType, subject.workflowType != workflowType { continue }
                let outcome = try await replayer.outcome(
                    ofEncoded: history,
                    execution: subject.execution,
                    through: until,
                    turnByTurn: turnByTurn
                )
                tally.note(outcome, of: subject)
            }
        }
    }

    private var filter: RunFilter {
        RunFilter(
            namespace: global.namedTenant,
            workflowID: workflowID.map { WorkflowID($0) },
            runID: runID.map { RunID($0) },
            statuses: allOpen && !all ? [.running] : [],
            workflowType: workflowType
        )
    }

    private static func replayer() -> WorkflowReplayer {
        WorkflowReplayer(InstalledRegistry.current.workflows, payloadCodecs: InstalledRegistry.payloadCodecs)
    }

    private func walk() async throws {
        guard files.isEmpty else {
            let parts = try ExportFile.parts(of: files[0])
            guard parts.count == 1 else { throw ValidationError("--step takes one history, '\(files[0])' has several") }
            let (subject, history) = try parts[0].history()
            return try await StepThrough(subject, history, until: until).run()
        }
        try await global.withEngine { engine in
            let extent = try await engine.administration.extent(filter)
            let names = try await engine.administration.runs(filter, after: 0, through: extent.lastKey, limit: 1000)
            // Of several runs of one workflow id the newest.
            guard let name = names.last else { throw WorkflowServiceError(.notFound, "there is no such run") }
            try await StepThrough(ReplaySubject(name), try await engine.history(of: name), until: until).run()
        }
    }
}

extension WorkflowEngine {
    /// The history of a run as it is stored.
    fileprivate func history(of name: RunName) async throws -> [HistoryEvent] {
        try await service.history(
            GetHistoryRequest(
                namespace: name.namespace,
                workflowID: name.execution.workflowID,
                runID: name.execution.runID
            )
        )
    }
}
