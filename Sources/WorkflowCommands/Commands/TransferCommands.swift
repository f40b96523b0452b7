import ArgumentParser
import Foundation
import History
import WorkflowAPI

struct ExportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Writes whole runs as JSON: Temporal's history, and what it does not hold.",
        discussion: """
            One line for each run on standard output, or one file for each in --directory. 'import' writes them into another \
            store, where open runs go on; 'replay' and Temporal's tools read them as histories. Payloads are written as they \
            are stored: what is encrypted stays so.
            """
    )

    @OptionGroup var global: GlobalOptions
    @Flag(help: "Every run.") var all = false
    @Flag(help: "Open runs.") var open = false
    @Option(help: "The runs of this workflow id.") var workflowID: String?
    @Option(help: "This run.") var runID: String?
    @OptionGroup var which: FilterOptions
    @Option(help: "Writes RUNID.json for each run into this directory; none that exists is overwritten.")
    var directory: String?

    func validate() throws {
        let named = [all, open, workflowID != nil, runID != nil, which.status != nil, which.type != nil]
        guard named.contains(true) else {
            throw ValidationError(
                "which runs? --all, --open, --workflow-id ID, --run-id ID, --status STATUS or --type TYPE"
            )
        }
        if all, named.filter({ $0 }).count > 1 { throw ValidationError("--all leaves nothing to choose") }
        if open, which.status != nil { throw ValidationError("--open is --status running") }
    }

    func run() async throws {
        let statuses = open ? [.running] : try which.request(global).statuses
        let filter = RunFilter(
            namespace: global.tenant,
            workflowID: workflowID.map { WorkflowID($0) },
            runID: runID.map { RunID($0) },
            statuses: statuses,
            workflowType: which.type
        )
        try await global.withEngine { engine in
            try await global.requireNamespace(in: engine)
            if let directory { try Self.make(directory) }
            let progress = ProgressLine("runs", linesEvery: .seconds(10))
            var (written, refused) = (0, 0)
            try await engine.export(filter, jobs: ProcessInfo.processInfo.activeProcessorCount) {
                progress.show($0, of: $1)
            } report: { name, result in
                switch result {
                case .success(let export):
                    let json = try export.json()
                    if let directory {
                        try Self.write(json, to: "\(directory)/\(name.execution.runID).json")
                    } else {
                        progress.clear()
                        Output.line(json)
                    }
                    written += 1
                case .failure(let refusal):
                    progress.clear()
                    refused += 1
                    Output.error(refusal.message)
                }
            }
            progress.clear()
            if written == 0, refused == 0, workflowID != nil || runID != nil {
                throw WorkflowServiceError(.notFound, "there is no such run in namespace '\(global.tenant)'")
            }
            Output.note("\(Output.count(written, "run")) exported" + (refused > 0 ? ", \(refused) could not be" : ""))
            if refused > 0 { throw ExitCode(ExitStatus.refused.rawValue) }
        }
    }

    private static func make(_ directory: String) throws {
        do {
            try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        } catch {
            throw WorkflowServiceError(.invalidArgument, "the directory '\(directory)' cannot be made")
        }
    }

    private static func write(_ json: String, to path: String) throws {
        do {
            try Data("\(json)\n".utf8).write(to: URL(filePath: path), options: .withoutOverwriting)
        } catch let error as CocoaError where error.code == .fileWriteFileExists {
            throw WorkflowServiceError(.invalidArgument, "'\(path)' exists; nothing is overwritten")
        } catch {
            throw WorkflowServiceError(.unavailable, "'\(path)' cannot be written")
        }
    }
}

struct ImportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Writes exported runs into the store, each of them whole or not at all; open ones go on.",
        discussion: """
            Attempts that were under way are lost, as if their worker had died; the retry policy decides what follows. Stop the \
            workers of the other store before exporting what is to go on here, or both will carry it on. Tables of services do \
            not travel with a run: 'copy' moves a whole store with them.
            """
    )

    @OptionGroup var global: GlobalOptions
    @Argument(help: "Files that 'export' wrote; - for standard input.") var files: [String]
    @Flag(help: "Says what would be refused, and writes nothing.") var dryRun = false

    func run() async throws {
        try await global.withEngine { engine in
            var (written, refused) = (0, 0)
            for file in files {
                for part in try ExportFile.parts(of: file) {
                    do {
                        var export = try part.export()
                        if let tenant = global.namedTenant { export.run.namespace = tenant }
                        try await engine.importRun(export, isRehearsal: dryRun)
                        written += 1
                        if global.json { Output.json(Self.json(export)) }
                    } catch let refusal as WorkflowServiceError where Self.concernsOneRun(refusal) {
                        refused += 1
                        Output.error("\(part.name): \(refusal.message)")
                    }
                }
            }
            let verb = dryRun ? "could be imported" : "imported"
            Output.note("\(Output.count(written, "run")) \(verb)" + (refused > 0 ? ", \(refused) refused" : ""))
            if refused > 0 { throw ExitCode(ExitStatus.refused.rawValue) }
        }
    }

    private static func concernsOneRun(_ refusal: WorkflowServiceError) -> Bool {
        [.alreadyStarted, .invalidArgument, .notFound, .limitExceeded].contains(refusal.code)
    }

    private static func json(_ export: RunExport) -> [String: any JSONRepresentable] {
        [
            "namespace": export.run.namespace.rawValue, "workflowId": export.run.execution.workflowID.rawValue,
            "runId": export.run.execution.runID.rawValue,
        ]
    }
}
