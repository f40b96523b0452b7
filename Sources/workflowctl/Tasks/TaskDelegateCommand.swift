import ArgumentParser
import ERPWorkflows
import Foundation
import History
import WorkflowAPI
import WorkflowCommands

struct TaskDelegateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "delegate",
        abstract: "Lets somebody else decide for a person, from one day to another; recorded in the audit trail.",
        discussion: """
            Both days are included, in Dhaka. The same again with another last day changes it; --revoke takes it back at once, \
            whatever days it has. A deputy decides where the \
            person may; that neither of them wants the document, nor has decided on it before, is checked for both.
            """
    )

    @OptionGroup var global: GlobalOptions
    @OptionGroup var person: PersonOption
    @Option(help: "The user who may decide instead.") var to: String
    @Option(help: "The first day: 2026-12-01.") var from: String?
    @Option(help: "The last day.") var until: String?
    @Option(help: "Only in this role.") var role: String?

    @Flag(help: "Takes it back instead: from now on they may not.") var revoke = false

    func validate() throws {
        guard revoke else {
            if from == nil || until == nil { throw ValidationError("--from and --until are needed, or --revoke") }
            return
        }
        if from != nil || until != nil { throw ValidationError("--revoke goes without --from and --until") }
    }

    func run() async throws {
        guard !revoke else { return try await takeBack() }
        try await global.withERPEngine { engine, database in
            let (tenant, time) = (global.tenant.rawValue, engine.now().date)
            let days = try (Self.day(from ?? "", "--from"), Self.day(until ?? "", "--until"))
            let person = try await ActingPerson(person, in: tenant, database, at: time)
            try person.checkLogin()
            let deputyship = Deputyship(
                tenant: tenant,
                user: person.user.id,
                deputy: to,
                role: role,
                from: days.0,
                until: days.1
            )
            try await SQLDeputyService(database: database)
                .delegate(deputyship, by: CallerIdentity.current, at: time)
            guard !global.json else {
                Output.json([
                    "user": person.user.id, "deputy": to, "role": role, "from": days.0.description,
                    "until": days.1.description,
                ])
                return
            }
            let limit = role.map { " as \($0)" } ?? ""
            Output.line("\(to) may decide for \(person.user.id)\(limit) from \(days.0) to \(days.1)")
        }
    }

    private func takeBack() async throws {
        try await global.withERPEngine { engine, database in
            let (tenant, time) = (global.tenant.rawValue, engine.now().date)
            let person = try await ActingPerson(person, in: tenant, database, at: time)
            try person.checkLogin()
            let user = person.user.id
            let isRevoked = try await SQLDeputyService(database: database)
                .revoke(to, of: user, role: role, in: tenant, by: CallerIdentity.current, at: time)
            let limit = role.map { " as \($0)" } ?? ""
            guard isRevoked else {
                throw WorkflowServiceError(.notFound, "'\(to)' is no deputy of '\(user)'\(limit), today or later")
            }
            guard !global.json else {
                return Output.json(["user": user, "deputy": to, "role": role, "revoked": true])
            }
            Output.line("\(to) may not decide for \(user)\(limit) any more")
        }
    }

    private static func day(_ text: String, _ option: String) throws -> LocalDate {
        do {
            return try LocalDate(text)
        } catch {
            throw WorkflowServiceError(.invalidArgument, "\(option) '\(text)': \(error)")
        }
    }
}
