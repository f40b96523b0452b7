import ArgumentParser
import History

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
            try await global.withEngine(create: true) { try await printVersion($0) }
        }
    }

    struct Status: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Shows the version of the schema.")
        @OptionGroup var global: GlobalOptions

        func run() async throws {
            try await global.withEngine { try await printVersion($0) }
        }
    }

    private static func printVersion(_ engine: WorkflowEngine) async throws {
        let version = try await engine.schemaVersion
        Output.line("schema \(version.stored), this program writes \(version.known)")
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
        try await global.withEngine { try await $0.backup(to: file) }
    }
}
