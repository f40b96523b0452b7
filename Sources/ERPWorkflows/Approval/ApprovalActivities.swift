package import Database
import Foundation
import WorkflowAPI
public import WorkflowRuntime

/// What an ``Approval`` does outside of its workflow: it asks the directory who decides, opens, changes and closes tasks, and
/// tells people. Every activity is idempotent: doing it again changes nothing. A worker that runs workflows with approvals
/// needs them.
public struct ApprovalActivities: ActivityContainer {
    static let lookUpApprover = ActivityDescriptor<ApproverRequest, Approver>("lookUpApprover")
    static let announce = ActivityDescriptor<ApprovalNotice, NoValue>("announceApproval")
    static let change = ActivityDescriptor<HumanTaskChange, NoValue>("changeApproval")
    static let close = ActivityDescriptor<HumanTaskClosing, NoValue>("closeApproval")

    /// All of them, under the names that histories record.
    public let activities: [ActivityRegistration]

    /// Activities over services of your own.
    public init(
        directory: any DirectoryService,
        deputies: any DeputyService,
        notifications: any NotificationService,
        tasks: any HumanTaskService
    ) {
        activities = [
            ActivityRegistration(Self.lookUpApprover) { request in
                Approver(
                    user: try await directory.user(request.userId, in: request.tenant),
                    delegators: try await deputies.delegators(
                        of: request.userId,
                        at: request.time,
                        in: request.tenant
                    )
                )
            },
            ActivityRegistration(Self.announce) { notice in
                var people: [DirectoryUser] = []
                switch notice.audience {
                case .users(let ids):
                    for id in ids {
                        if let user = try await directory.user(id, in: notice.tenant) { people.append(user) }
                    }
                case .role(let role, let isDepartmentOnly):
                    people = try await directory.users(with: role, in: notice.tenant)
                        .filter { !isDepartmentOnly || $0.department == notice.department }
                    for person in people {
                        let others = try await deputies.deputies(of: person.id, at: notice.time, in: notice.tenant)
                        people += others.filter { $0.role ?? role == role }.map(\.user)
                    }
                }
                for id in notice.also ?? [] {
                    guard let user = try await directory.user(id, in: notice.tenant) else { continue }
                    let others = try await deputies.deputies(of: id, at: notice.time, in: notice.tenant)
                    people += [user] + others.filter { $0.role == nil }.map(\.user)
                }
                if let task = notice.task { _ = try await tasks.open(task) }
                if let change = notice.change { try await tasks.change(change) }
                try await notifications.send(Self.messages(notice, to: people))
                return NoValue()
            },
            ActivityRegistration(Self.change) { change in
                try await tasks.change(change)
                return NoValue()
            },
            ActivityRegistration(Self.close) { closing in
                _ = try await tasks.close(closing)
                return NoValue()
            },
        ]
    }

    /// Activities over the tables in the engine's own file: what changes something is an exactly-once step.
    package init(database: any ApplicationDatabase) {
        activities = [
            ActivityRegistration(Self.lookUpApprover) { request in
                try await database.look { tx in
                    Approver(
                        user: try SQLDirectoryService.user(request.userId, of: request.tenant, in: tx),
                        delegators: try SQLDeputyService.delegators(
                            of: request.userId,
                            at: request.time,
                            request.tenant,
                            in: tx
                        )
                    )
                }
            },
            ActivityRegistration(
                Self.announce,
                transactional: { notice, tx in
                    if let task = notice.task { _ = try SQLHumanTaskService.open(task, in: tx) }
                    if let change = notice.change { try SQLHumanTaskService.change(change, in: tx) }
                    let people = try Self.people(notice, in: tx)
                    try SQLNotificationService.send(Self.messages(notice, to: people), in: tx)
                    return NoValue()
                }
            ),
            ActivityRegistration(
                Self.change,
                transactional: { change, tx in
                    try SQLHumanTaskService.change(change, in: tx)
                    return NoValue()
                }
            ),
            ActivityRegistration(
                Self.close,
                transactional: { closing, tx in
                    try SQLHumanTaskService.close(closing, in: tx)
                    return NoValue()
                }
            ),
        ]
    }

    /// The same, with services that take the place of those over the file: what needs one of them is an ordinary activity,
    /// idempotent as all are.
    package init(database: any ApplicationDatabase, replacing services: ERPServices) {
        var names: Set<String> = []
        if services.directory != nil { names.formUnion([Self.lookUpApprover.name, Self.announce.name]) }
        if services.notifications != nil { names.insert(Self.announce.name) }
        let directory = services.directory(or: database)
        let ordinary = ApprovalActivities(
            directory: directory,
            deputies: DirectoryDeputies(deputyships: SQLDeputyService(database: database), directory: directory),
            notifications: services.notifications(or: database),
            tasks: SQLHumanTaskService(database: database)
        )
        activities = ApprovalActivities(database: database).activities.taking(names, from: ordinary.activities)
    }

    private static func people(_ notice: ApprovalNotice, in tx: any StoreTransaction) throws -> [DirectoryUser] {
        let named = try (notice.also ?? []).flatMap { id -> [DirectoryUser] in
            guard let user = try SQLDirectoryService.user(id, of: notice.tenant, in: tx) else { return [] }
            let others = try SQLDeputyService.deputies(of: id, at: notice.time, notice.tenant, in: tx)
            return [user] + others.filter { $0.role == nil }.map(\.user)
        }
        return try audience(notice, in: tx) + named
    }

    private static func audience(_ notice: ApprovalNotice, in tx: any StoreTransaction) throws -> [DirectoryUser] {
        switch notice.audience {
        case .users(let ids): return try ids.compactMap { try SQLDirectoryService.user($0, of: notice.tenant, in: tx) }
        case .role(let role, let isDepartmentOnly):
            let holders = try SQLDirectoryService.users(with: role, of: notice.tenant, in: tx)
                .filter { !isDepartmentOnly || $0.department == notice.department }
            return try holders
                + holders.flatMap { holder in
                    try SQLDeputyService.deputies(of: holder.id, at: notice.time, notice.tenant, in: tx)
                        .filter { $0.role ?? role == role }.map(\.user)
                }
        }
    }

    /// One message to each, in order, but not to those who may not act.
    private static func messages(_ notice: ApprovalNotice, to people: [DirectoryUser]) -> [NotificationMessage] {
        var told = Set(notice.excluded)
        return people.filter { $0.isActive && told.insert($0.id).inserted }.map(notice.message(to:))
    }
}
