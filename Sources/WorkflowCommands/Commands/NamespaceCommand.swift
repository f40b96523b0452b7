import ArgumentParser
import History
import WorkflowAPI

struct NamespaceCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "namespace",
        abstract: "Tenants.",
        subcommands: [Create.self, List.self, SetCommand.self, Grant.self, Revoke.self]
    )

    struct Create: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Makes a namespace.")
        @OptionGroup var global: GlobalOptions
        @Argument(help: "Its name.") var name: String
        @Option(
            help: "How long closed workflows are kept, such as 30d; then they are deleted. For ever unless given.",
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
                let grants = try await engine.namespaceGrants()
                for found in try await engine.client.listNamespaces() {
                    let roles = grants?.filter { $0.namespace == found.namespace }
                    if global.json { Self.printJSON(found, roles) } else { Self.printLine(found, roles) }
                }
            }
        }

        private static func printJSON(_ found: NamespaceDescription, _ roles: [NamespaceGrant]?) {
            var object: [String: any JSONRepresentable] = [
                "namespace": found.namespace.rawValue, "createdTime": found.createdTime,
                "retention": found.retention?.text,
            ]
            if let roles {
                object["engineRoles"] = roles.filter(\.servesIt).map(\.role)
                object["applicationRoles"] = roles.filter { !$0.servesIt }.map(\.role)
            }
            Output.json(object)
        }

        private static func printLine(_ found: NamespaceDescription, _ roles: [NamespaceGrant]?) {
            let retention = found.retention.map { "  retention \($0.text)" } ?? ""
            let names = (roles ?? []).map { $0.servesIt ? "\($0.role) (engine)" : $0.role }
            Output.text(
                found.namespace.rawValue + retention + (names.isEmpty ? "" : "  roles " + names.joined(separator: ", "))
            )
        }
    }

    struct SetCommand: AsyncParsableCommand {
        static let configuration = CommandConfiguration(commandName: "set", abstract: "Changes a namespace.")
        @OptionGroup var global: GlobalOptions
        @Argument(help: "Its name.") var name: String
        @Option(help: "How long closed workflows are kept, such as 30d, or 'forever'. Older ones are deleted soon.")
        var retention: String

        func run() async throws {
            let kept = retention == "forever" ? nil : try DurationArgument.read(retention).duration
            try await global.withEngine { engine in
                try await engine.setRetention(of: Namespace(name), to: kept)
                if global.json { Output.json(["namespace": name, "retention": kept?.text]) }
            }
        }
    }

    struct Grant: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Lets a role of the database see a namespace (PostgreSQL).",
            discussion: """
                Without --engine the role gets what an application needs: to add rows to workflow_inbox, for this namespace. \
                Run it as the owner of the schema, and again after 'schema migrate' has made new tables.
                """
        )
        @OptionGroup var global: GlobalOptions
        @Argument(help: "The namespace.") var name: String
        @Option(help: "The role; CREATE ROLE makes one.") var role: String
        @Flag(help: "The role runs workers and clients: it gets all that they need.") var engine = false

        func run() async throws {
            try await global.withEngine {
                try await $0.grant(Namespace(name), to: role, asEngine: engine)
                if global.json { Output.json(["namespace": name, "role": role, "engine": engine]) }
            }
        }
    }

    struct Revoke: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Hides a namespace from a role of the database (PostgreSQL)."
        )
        @OptionGroup var global: GlobalOptions
        @Argument(help: "The namespace.") var name: String
        @Option(help: "The role.") var role: String

        func run() async throws {
            try await global.withEngine {
                try await $0.revoke(Namespace(name), from: role)
                if global.json { Output.json(["namespace": name, "role": role]) }
            }
        }
    }
}
