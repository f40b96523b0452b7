import ArgumentParser
import Database
import ERPWorkflows
import Foundation
import WorkflowAPI
import WorkflowCommands
import WorkflowRuntime

/// Who acts.
struct PersonOption: ParsableArguments {
    @Option(name: .customLong("as"), help: "The user who acts; without it the one with the login of this process.")
    var person: String?
}

/// A person of the directory who looks at tasks or acts on them.
struct ActingPerson {
    let user: DirectoryUser
    /// For whom they may decide today.
    let delegators: [Delegator]
    private let rules: ApprovalRules

    /// Finds the person; deputies and rules are those of `time`, by the clock of the store. Throws a refusal when there is no such
    /// active user, or none with this login.
    init(
        _ option: PersonOption,
        in tenant: String,
        _ database: any ApplicationDatabase,
        at time: Date
    ) async throws {
        let directory = SQLDirectoryService(database: database)
        if let id = option.person {
            guard let user = try await directory.user(id, in: tenant), user.isActive else {
                throw WorkflowServiceError(.notFound, "there is no active user '\(id)' in namespace '\(tenant)'")
            }
            self.user = user
        } else {
            let login = CallerIdentity.login
            guard let user = try await directory.user(withLogin: login, in: tenant) else {
                throw WorkflowServiceError(
                    .notFound,
                    "no one active user of namespace '\(tenant)' has the login '\(login)'; name one with --as USER"
                )
            }
            self.user = user
        }
        delegators = try await SQLDeputyService(database: database)
            .delegators(of: user.id, at: time, in: tenant)
        rules = try await SQLPolicyService(database: database).approvalRules(of: tenant, at: time)
    }

    /// They may do what somebody has to do: as whoever it is for, as their deputy, or as HR for a new colleague.
    func maySeeTo(_ task: HumanTask) -> Bool {
        task.isFor(user, delegators) || delegators.contains { task.isFor($0.user, only: $0.role) }
            || task.workflowType == EmployeeOnboarding.workflowName && user.roles.contains("hr")
    }

    /// Throws a refusal when this process may not act as the person.
    func checkLogin() throws {
        let login = CallerIdentity.login
        guard rules.actForOthers || user.effectiveLogin == login else {
            throw WorkflowServiceError(
                .invalidArgument,
                "'\(user.id)' has to do this with their own login '\(user.effectiveLogin)', and this is '\(login)'"
            )
        }
    }

    /// For whom they would decide a task as a deputy; nil in their own right.
    func onBehalf(_ task: HumanTask) -> String? {
        guard !task.isFor(user) else { return nil }
        return delegators.first { task.isFor($0.user, only: $0.role) }?.user.id
    }
}
