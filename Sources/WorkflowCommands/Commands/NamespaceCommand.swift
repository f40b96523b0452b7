import ArgumentParser
import History
import WorkflowAPI

struct NamespaceCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "namespace",
        abstract: "Tenants.",
        subcommands: [Create.self, List.self]
    )

    struct Create: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Makes a namespace.")
        @OptionGroup var global: GlobalOptions
        @Argument(help: "Its name.") var name: String
        @Option(
            help: """
                How long closed workflows are to be kept, such as 30d; for ever unless given. Recorded only: this version \
                deletes nothing.
                """,
            transform: DurationArgument.read
        )
        var retention: DurationArgument?

        func run() async throws {
            let create = { (engine: WorkflowEngine) in
                try await engine.client.createNamespace(Namespace(name), retention: retention?.duration)
            }
            try await global.withEngine(create: true, rehearsal: create) { engine in
                try await create(engine)
                if global.json { Output.json(["namespace": name, "retention": retention?.duration.text]) }
            }
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "All namespaces.")
        @OptionGroup var global: GlobalOptions

        func run() async throws {
            try await global.withEngine { engine in
                for found in try await engine.client.listNamespaces() {
                    if global.json {
                        Output.json([
                            "namespace": found.namespace.rawValue, "createdTime": found.createdTime,
                            "retention": found.retention?.text,
                        ])
                    } else {
                        let retention = found.retention.map { "  retention \($0.text), recorded only" } ?? ""
                        Output.line(found.namespace.rawValue + retention)
                    }
                }
            }
        }
    }
}
