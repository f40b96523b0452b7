import ArgumentParser
import ERPWorkflows
import Foundation
import History
import WorkflowAPI
import WorkflowCommands

struct LoadCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "load",
        abstract: "Loads namespaces, users, vendors, budgets and policies; all or nothing, as often as you like.",
        discussion: "The format is described in docs/ERP.md; Examples/erp/company.json is an example."
    )

    @OptionGroup var global: GlobalOptions
    @Argument(help: "A JSON file, or - for standard input.") var file: String

    func run() async throws {
        let seed = Result { try SeedFile(reading: file) }
        try await global.withEngine(create: true) { engine in
            let seed = try seed.get()
            let database = try await engine.preparedForERP()
            try SeedLoader.check(seed)
            let known = Set(try await engine.service.listNamespaces().map(\.namespace.rawValue))
            for namespace in seed.namespaces where !known.contains(namespace.name) {
                try await engine.service.createNamespace(Namespace(namespace.name), retention: nil)
            }
            try await SeedLoader(database: database).load(seed, at: Date())
            for namespace in seed.namespaces {
                Output.note(
                    "\(namespace.name): \(namespace.users?.count ?? 0) users, \(namespace.vendors?.count ?? 0) vendors, "
                        + "\(namespace.budgets?.count ?? 0) budgets"
                )
            }
        }
    }
}

extension SeedFile {
    /// Reads a file, or standard input for `-`. Throws a refusal on one line.
    init(reading path: String) throws {
        let data =
            path == "-"
            ? FileHandle.standardInput.readDataToEndOfFile() : FileManager.default.contents(atPath: path)
        guard let data else { throw WorkflowServiceError(.invalidArgument, "\(path) cannot be read") }
        try self.init(json: data, name: path)
    }
}
