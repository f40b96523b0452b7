import ArgumentParser
import Database
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
        let seed = try checkedSeed()
        try await global.withEngine(create: true) { engine in
            // The books are one transaction, and only they can still be refused. A crash before the namespaces are made is
            // healed by loading the file again. On PostgreSQL nobody may write rows of a tenant that is not there yet.
            let database = try await engine.preparedForERP()
            let loader = SeedLoader(database: database)
            if database.dialect == .postgres { try await makeNamespaces(of: seed, engine) }
            try await loader.load(seed, at: engine.now().date)
            if database.dialect == .sqlite { try await makeNamespaces(of: seed, engine) }
            for namespace in seed.namespaces { report(namespace) }
            for line in try await loader.departmentsWithoutBudget(seed) { Output.warning(line) }
        }
    }

    private func report(_ namespace: SeedNamespace) {
        let users = namespace.users?.count ?? 0
        let vendors = namespace.vendors?.count ?? 0
        let budgets = namespace.budgets?.count ?? 0
        guard !global.json else {
            Output.json(["namespace": namespace.name, "users": users, "vendors": vendors, "budgets": budgets])
            return
        }
        let counts = [(users, "user"), (vendors, "vendor"), (budgets, "budget")].map { Output.count($0, $1) }
        Output.line("\(namespace.name): \(counts.joined(separator: ", "))")
    }

    /// Reads the file and checks its form before any store is opened: a bad file does not even make one.
    private func checkedSeed() throws -> SeedFile {
        _ = try global.location()
        do {
            let seed = try SeedFile(reading: file)
            try SeedLoader.check(seed)
            return seed
        } catch {
            Output.error(String(describing: error))
            throw ExitCode(1)
        }
    }

    private func makeNamespaces(of seed: SeedFile, _ engine: WorkflowEngine) async throws {
        let known = Set(try await engine.service.listNamespaces().map(\.namespace.rawValue))
        for namespace in seed.namespaces where !known.contains(namespace.name) {
            do {
                try await engine.service.createNamespace(Namespace(namespace.name), retention: nil)
            } catch let error as WorkflowServiceError where error.code == .alreadyStarted {
                // Somebody else made it since: another load of the same file, for instance.
            }
        }
    }
}

extension SeedFile {
    /// Reads a file, or standard input for `-`. Throws a refusal on one line.
    init(reading path: String) throws {
        try self.init(json: try InputFile.contents(of: path), name: path)
    }
}
