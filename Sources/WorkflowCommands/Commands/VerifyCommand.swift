import ArgumentParser
import Foundation
import History
import WorkflowAPI

/// Which runs to look after.
struct RunFilterOptions: ParsableArguments {
    @Option(help: "Only the runs of this workflow id.") var workflowID: String?
    @Option(help: "Only this run.") var runID: String?

    /// All namespaces, unless one was named.
    func filter(_ global: GlobalOptions) -> RunFilter {
        RunFilter(
            namespace: global.namedTenant,
            workflowID: workflowID.map { WorkflowID($0) },
            runID: runID.map { RunID($0) }
        )
    }

    /// Refuses a filter that no run fits.
    func require(_ count: Int) throws {
        guard count == 0, workflowID != nil || runID != nil else { return }
        let name = workflowID.map { "workflow id '\($0)'" } ?? "run id \(runID ?? "")"
        throw WorkflowServiceError(.notFound, "there is no run with \(name)")
    }
}

struct VerifyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Checks histories and what is derived from them; exits 1 if anything is wrong.",
        discussion: """
            Reads every run, in all namespaces unless --namespace names one, and changes nothing; workers go on meanwhile. \
            Each problem is a line with the run, the event and the next step.
            """
    )

    @OptionGroup var global: GlobalOptions
    @OptionGroup var runs: RunFilterOptions
    @Flag(help: "Every row of history has to be chained with a key of --history-key.") var requireKey = false
    @Option(help: "How many runs at a time.") var jobs = ProcessInfo.processInfo.activeProcessorCount

    func validate() throws {
        if jobs < 1 { throw ValidationError("--jobs: at least one") }
    }

    func run() async throws {
        try await global.withEngine { engine in
            let keys = try global.historyKeys()
            if requireKey, keys == nil { throw ValidationError("--require-key needs --history-key FILE") }
            try await global.requireNamespace(in: engine)
            let verification = StoreVerification(
                runs.filter(global),
                keys: keys,
                requiresKey: requireKey,
                jobs: jobs
            )
            let progress = ProgressLine("runs", linesEvery: .seconds(10))
            let summary = try await engine.verify(verification) {
                progress.show($0, of: $1)
            } report: { problem in
                progress.clear()
                if global.json { Output.json(problem.json) } else { Output.text(problem.line) }
            }
            progress.clear()
            try runs.require(summary.runs)
            report(summary, keys)
            if summary.problems > 0 { throw ExitCode(ExitStatus.refused.rawValue) }
        }
    }

    private func report(_ summary: StoreVerification.Summary, _ keys: HistoryKeys?) {
        if global.json {
            var object: [String: any JSONRepresentable] = [
                "runs": summary.runs, "problems": summary.problems, "plainHistoryRows": summary.plainRows,
            ]
            object["uncheckedHistoryRows"] = JSONTree.object(summary.uncheckedRows.mapValues(\.json))
            return Output.json(["summary": object.json])
        }
        let found = summary.problems == 0 ? "nothing is wrong" : Output.count(summary.problems, "problem")
        Output.note("\(Output.count(summary.runs, "run")): \(found)")
        for (id, count) in summary.uncheckedRows.sorted(by: { $0.key < $1.key }) {
            let rows = Output.count(count, "row")
            Output.note("\(rows) of history chained with the key '\(id)' could not be checked; give --history-key FILE")
        }
        if keys != nil, summary.plainRows > 0 {
            let rows = Output.count(summary.plainRows, "row")
            Output.note("\(rows) of history written before there was a key, or by somebody without one")
        }
    }
}

struct RebuildCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rebuild",
        abstract: "Makes what is derived anew: status, pending activities and timers, lists, where workflow ids lead.",
        discussion: """
            What histories do not hold stays as it is: attempts, failures of attempts, heartbeats, buffered events, who has \
            which task. A row of a pending activity that is gone begins anew with its first attempt.
            """
    )

    @OptionGroup var global: GlobalOptions
    @OptionGroup var runs: RunFilterOptions
    @Flag(help: "Says what would change, and changes nothing.") var dryRun = false

    func run() async throws {
        try await global.withEngine { engine in
            try await global.requireNamespace(in: engine)
            let progress = ProgressLine("runs", linesEvery: .seconds(10))
            var (seen, changed, refused) = (0, 0, 0)
            let ids = try await engine.rebuild(runs.filter(global), isRehearsal: dryRun) {
                progress.show($0, of: $1)
            } report: { run, result in
                seen += 1
                switch result {
                case .success(let changes):
                    guard !changes.isEmpty else { return }
                    changed += 1
                    progress.clear()
                    print(run, changes)
                case .failure(let refusal):
                    refused += 1
                    progress.clear()
                    Output.error(refusal.message)
                }
            }
            progress.clear()
            for id in ids { print(id) }
            if ids.isEmpty { try runs.require(seen) }
            let verb = dryRun ? "would be made anew" : "made anew"
            if global.json {
                Output.json([
                    "summary": JSONTree.object([
                        "runs": seen.json, "rebuilt": changed.json, "refused": refused.json,
                        "workflowIds": ids.count.json, "dryRun": dryRun.json,
                    ])
                ])
            } else {
                let mended = "\(Output.count(ids.count, "workflow id")) \(dryRun ? "would be mended" : "mended")"
                let led = ids.isEmpty ? "" : ", \(mended)"
                Output.note("\(Output.count(seen, "run")): \(changed) \(verb), \(refused) refused\(led)")
            }
            if refused > 0 { throw ExitCode(ExitStatus.refused.rawValue) }
        }
    }

    private func print(_ repair: WorkflowIDRepair) {
        if global.json {
            var object: [String: any JSONRepresentable] = [
                "namespace": repair.namespace.rawValue, "workflowId": repair.workflowID.rawValue,
                "changes": [repair.change],
            ]
            object["runId"] = repair.runID?.rawValue
            Output.json(object)
        } else {
            Output.text("workflow '\(repair.workflowID)': \(repair.change)")
        }
    }

    private func print(_ run: RunName, _ changes: [String]) {
        if global.json {
            Output.json([
                "namespace": run.namespace.rawValue, "workflowId": run.execution.workflowID.rawValue,
                "runId": run.execution.runID.rawValue, "changes": changes,
            ])
        } else {
            for change in changes {
                Output.text("workflow '\(run.execution.workflowID)' run \(run.execution.runID): \(change)")
            }
        }
    }
}

extension StoreProblem {
    /// The line as an object.
    fileprivate var json: [String: any JSONRepresentable] {
        var object: [String: any JSONRepresentable] = ["kind": kind.rawValue, "problem": what, "nextStep": nextStep]
        object["namespace"] = namespace?.rawValue
        object["workflowId"] = execution?.workflowID.rawValue
        object["runId"] = execution?.runID.rawValue
        object["eventId"] = eventID
        return object
    }
}
