import ArgumentParser
import Database
import History
import WorkflowAPI

struct SchemaCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "schema",
        abstract: "Looks after the schema of the store.",
        subcommands: [Migrate.self, Status.self]
    )

    struct Migrate: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Makes the store, or brings its schema up to date.")
        @OptionGroup var global: GlobalOptions
        @Flag(help: "Says which steps would be run, and changes nothing.") var dryRun = false

        func run() async throws {
            try await global.reporting {
                let journal = SchemaJournal(isRehearsal: dryRun)
                var canOpen = true
                if dryRun {
                    canOpen = try await WorkflowEngine.rehearseMigration(of: global.location().engineStore(), journal)
                }
                if canOpen {
                    try await SchemaJournal.$current.withValue(journal) {
                        try await global.use { engine in
                            if !dryRun { try await SchemaCommand.printVersions(engine, global) }
                        }
                    }
                }
                guard dryRun else { return }
                for entry in journal.entries {
                    if global.json {
                        Output.json(["component": entry.component, "step": entry.step])
                    } else {
                        Output.line("schema \(entry.component): \(entry.step)")
                    }
                }
                Output.note("\(Output.count(journal.entries.count, "step")) to run")
                // Their parts are made with an engine that is open, and there is nothing to open.
                if !canOpen { Output.note("the parts of this program's packs are made after it") }
            }
        }
    }

    struct Status: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Shows the versions of the schema, part by part.")
        @OptionGroup var global: GlobalOptions

        func run() async throws {
            try await global.reporting {
                guard var parts = try await WorkflowEngine.schemaParts(of: global.location().engineStore()) else {
                    return try await global.withEngine { try await SchemaCommand.printVersions($0, global) }
                }
                // What this program knows of the parts that are not the engine's, it says when they are prepared.
                let journal = SchemaJournal(isRehearsal: true, isLook: true)
                if parts.first?.isUsable == true {
                    try? await SchemaJournal.$current.withValue(journal) { try await global.use { _ in } }
                }
                for index in parts.indices {
                    parts[index].known = parts[index].known ?? journal.known[parts[index].component]
                }
                for part in parts { SchemaCommand.print(part, global) }
                // It says what is wrong, or that there is nothing.
                if parts.first?.isUsable != true { try await global.withEngine { _ in } }
                if parts.contains(where: { !$0.isUsable }) { throw ExitCode(ExitStatus.schema.rawValue) }
            }
        }
    }

    private static func print(_ part: SchemaPart, _ global: GlobalOptions) {
        if global.json {
            var object: [String: any JSONRepresentable] = [
                "component": part.component, "version": part.version, "usableBy": part.usableBy,
            ]
            if let known = part.known { object["knownVersion"] = known }
            return Output.json(object)
        }
        var line = "schema \(part.component) \(part.version)"
        if let usableBy = part.usableBy { line += ", for programs that know \(usableBy) or later" }
        if let known = part.known { line += ", this program knows \(known)" }
        Output.line(line)
    }

    private static func printVersions(_ engine: WorkflowEngine, _ global: GlobalOptions) async throws {
        let known = try await engine.schemaVersion.known
        for (component, version) in try await engine.schemaVersions() {
            let isEngine = component == "history"
            if global.json {
                var object: [String: any JSONRepresentable] = ["component": component, "version": version]
                if isEngine { object["knownVersion"] = known }
                Output.json(object)
            } else {
                let note = isEngine ? ", this program writes \(known)" : ""
                Output.line("schema \(component) \(version)\(note)")
            }
        }
    }
}

struct BackupCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backup",
        abstract: "Writes a consistent copy while everybody goes on working."
    )

    @OptionGroup var global: GlobalOptions
    @Argument(help: "The file to write; it must not exist.") var file: String

    func run() async throws {
        try await global.withEngine {
            try await $0.backup(to: file)
            if global.json { Output.json(["file": file]) }
        }
    }
}
