import ArgumentParser
import Foundation
import History
import WorkflowAPI

struct CopyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "copy",
        abstract:
            "Carries a store into another one: runs, open and closed, and the tables beside them; open runs go on there.",
        discussion: """
            Make the destination first with 'schema migrate', and stop the workers of the source. Nothing that stands in the \
            destination is written over; what is there already and the same counts as done, so a copy that was interrupted \
            is begun again. --namespace copies one tenant. Payloads are copied as they are stored: give the destination's \
            workers the same keys.
            """
    )

    @OptionGroup var global: GlobalOptions
    @Option(help: "The store to read, as --store names it.") var from: String
    @Option(help: "The store to write.") var to: String
    @Flag(help: "Says what would be copied, and writes nothing.") var dryRun = false
    @Flag(help: "Copies although workers run on the source.") var force = false

    func validate() throws {
        guard global.store == nil else { throw ValidationError("--from and --to name the stores here, not --store") }
    }

    func run() async throws {
        try await global.reporting {
            guard from != to else { throw ValidationError("--from and --to are the same store") }
            let source = try await open(from)
            do {
                let destination = try await open(to)
                do {
                    try await copy(source, destination)
                } catch {
                    await destination.close()
                    throw error
                }
                await destination.close()
            } catch {
                await source.close()
                throw error
            }
            await source.close()
        }
    }

    private func open(_ store: String) async throws -> WorkflowEngine {
        var options = global
        options.store = store
        return try await options.openEngine(create: false)
    }

    private func copy(_ source: WorkflowEngine, _ destination: WorkflowEngine) async throws {
        let copy = StoreCopy(
            from: source.copied,
            to: destination.copied,
            namespace: global.namedTenant,
            isRehearsal: dryRun
        )
        if !force { try await copy.refuseSourceAtWork() }
        let bar = ProgressLine("items", linesEvery: .seconds(10))
        let summary = try await copy.run { _, seen, all in bar.show(seen, of: all) }
        bar.clear()
        report(summary)
        for refusal in summary.refused { Output.error(refusal) }
        var problems = 0
        if !dryRun {
            let verification = StoreVerification(
                RunFilter(namespace: global.namedTenant),
                keys: try global.historyKeys(),
                jobs: ProcessInfo.processInfo.activeProcessorCount
            )
            problems = try await destination.verify(verification) {
                bar.show($0, of: $1)
            } report: {
                bar.clear()
                Output.error($0.line)
            }.problems
            bar.clear()
            Output.note("the destination was verified: \(Output.count(problems, "problem"))")
        }
        if problems > 0 || !summary.refused.isEmpty { throw ExitCode(ExitStatus.refused.rawValue) }
    }

    private func report(_ summary: StoreCopy.Summary) {
        for namespace in summary.namespaces { line("namespace", namespace.rawValue, .init(copied: 1)) }
        for (table, count) in summary.tables.sorted(by: { $0.key < $1.key }) { line("table", table, count) }
        line("runs", nil, summary.runs, open: summary.openRuns)
        if summary.inbox.copied + summary.inbox.present > 0 { line("table", "workflow_inbox", summary.inbox) }
    }

    private func line(_ kind: String, _ name: String?, _ count: StoreCopy.Summary.Count, open: Int? = nil) {
        if global.json {
            var object: [String: any JSONRepresentable] = [
                "kind": kind, "copied": count.copied, "present": count.present, "dryRun": dryRun,
            ]
            if let name { object["name"] = name }
            if let open { object["open"] = open }
            return Output.json(object)
        }
        let verb = dryRun ? "to copy" : "copied"
        let note =
            (open.map { ", \($0) of them open" } ?? "") + (count.present > 0 ? ", \(count.present) there already" : "")
        Output.text("\(kind)\(name.map { " \($0)" } ?? ""): \(count.copied) \(verb)\(note)")
    }
}
