import Database
import ERPServicesHTTP
import ERPWorkflows
import Foundation
import History
import Logging
import WorkflowAPI
import WorkflowCommands

/// A worker and command line for the ERP pack of a company that has some of its services elsewhere; the environment says
/// which (docs/ERP-HTTP.md). Master data of the rest is loaded with `workflowctl erp load`.
@main
struct ERPOverHTTP: WorkflowCommandLine {
    /// Made once, since each service remembers whether it failed.
    private static let services = Result {
        ERPServices(
            over: try HTTPServiceConfiguration(environment: ProcessInfo.processInfo.environment),
            logger: Logger(label: "erp-http") { StreamLogHandler.standardError(label: $0) }
        )
    }

    static let registry = WorkflowRegistry(
        taskQueue: ERPPack.taskQueue,
        workflows: ERPPack.workflows,
        activities: { ERPPack.activities(try await prepared($0), replacing: try services.get()) },
        prepare: { _ = try await prepared($0) },
        checkStart: { try await ERPPack.check($0, try await prepared($1), replacing: try services.get()) },
        delivery: { request in
            let engine = request.engine
            return OutboxDelivery(
                outbox: SQLOutbox(database: try await prepared(engine)),
                tenant: request.namespace.rawValue,
                sender: try webhook(request.how, request.logger),
                environment: .live { engine.now().date },
                logger: request.logger
            )
        }
    )

    /// `--notify webhook:URL`, with the token of `WEBHOOK_TOKEN`.
    private static func webhook(_ how: String, _ logger: Logger) throws -> WebhookNotificationSender {
        guard how.hasPrefix("webhook:") else {
            throw WorkflowServiceError(
                .invalidArgument,
                "--notify is webhook:URL here; workflowctl has log and command:PATH"
            )
        }
        let token = ProcessInfo.processInfo.environment["WEBHOOK_TOKEN"]
        let address = try HTTPServiceAddress(String(how.dropFirst(8)), token: token, name: "the URL of --notify")
        return WebhookNotificationSender(address, logger: logger)
    }

    private static func prepared(_ engine: WorkflowEngine) async throws -> any ApplicationDatabase {
        guard let database = engine.tables else {
            throw WorkflowServiceError(.unimplemented, "the ERP pack needs a store that is a file or a database")
        }
        try await ERPPack.prepare(database)
        return database
    }
}
