import ArgumentParser
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

        func run() async throws {
            try await global.withEngine(create: true) { try await printVersions($0, global) }
        }
    }

    struct Status: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Shows the versions of the schema, part by part.")
        @OptionGroup var global: GlobalOptions

        func run() async throws {
            try await global.withEngine { try await printVersions($0, global) }
        }
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
