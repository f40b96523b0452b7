import Database
import ERPWorkflows
import History
import Logging
import WorkflowAPI
import WorkflowCommands

/// The command line with the ERP pack in it.
@main
struct WorkflowCtl: WorkflowCommandLine {
    static let registry = WorkflowRegistry(
        taskQueue: ERPPack.taskQueue,
        workflows: ERPPack.workflows,
        activities: { ERPPack.activities(try await $0.preparedForERP()) },
        prepare: { _ = try await $0.preparedForERP() },
        checkStart: { request, engine in
            let database = try await engine.preparedForERP()
            try await ERPPack.check(request, database)
            var stored = request
            stored.input = try await engine.stored(request.input)
            try await EncryptionRequirement.check(stored, database)
            EncryptionWarning.tell(of: stored)
        },
        remark: OrderRemark.text,
        delivery: { request in
            let (engine, logger) = (request.engine, request.logger)
            return OutboxDelivery(
                outbox: SQLOutbox(database: try await engine.preparedForERP()),
                tenant: request.namespace.rawValue,
                sender: try NotifyOption.sender(request.how) { line in logger.info("message: \(line)") },
                environment: .live { engine.now().date },
                logger: logger
            )
        },
        commands: [ERPCommand.self, TasksCommand.self, DemoCommand.self]
    )
}

extension WorkflowEngine {
    /// The database under the engine, whichever it is, with the tables of the domain services in it.
    func preparedForERP() async throws -> any ApplicationDatabase {
        guard let database = tables else {
            throw WorkflowServiceError(.unimplemented, "the ERP pack needs a store that is a file or a database")
        }
        try await ERPPack.prepare(database)
        return database
    }
}

extension GlobalOptions {
    /// Runs a command on the tables of a tenant. Refuses a namespace that does not exist.
    func withERP(_ body: (any ApplicationDatabase, _ tenant: String) async throws -> Void) async throws {
        try await withERPEngine { _, database in try await body(database, tenant.rawValue) }
    }

    /// The same with the engine, for commands that ask about workflows as well.
    func withERPEngine(_ body: (WorkflowEngine, any ApplicationDatabase) async throws -> Void) async throws {
        try await withEngine { engine in
            let known = try await engine.service.listNamespaces().map(\.namespace)
            guard known.contains(tenant) else {
                throw WorkflowServiceError(
                    .notFound,
                    "there is no namespace '\(tenant)'; '\(ProgramName.current) namespace list' shows them"
                )
            }
            try await body(engine, try await engine.preparedForERP())
        }
    }
}
