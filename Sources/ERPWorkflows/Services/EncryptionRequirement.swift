package import Database
import Foundation
package import WorkflowAPI
import WorkflowRuntime

/// Which workflows of a tenant may be started with encrypted input only: `requireEncryption` in the file of `erp load`.
package enum EncryptionRequirement {
    /// The type of the refusal and of the failure.
    static let failureType = "EncryptionRequired"

    /// Throws a refusal on one line when the tenant lets workflows of this type be started encrypted only, and the request, as
    /// it would be stored, is in clear. Nothing has been written then.
    package static func check(_ stored: StartWorkflowRequest, _ database: any ApplicationDatabase) async throws {
        guard !isEncrypted(stored.input) else { return }
        let (tenant, type) = (stored.namespace.rawValue, stored.workflowType)
        let isNeeded = try await database.look { tx in
            try isRequired(for: type, of: tenant, at: .distantFuture, in: tx)
        }
        guard isNeeded else { return }
        throw WorkflowServiceError(
            .invalidArgument,
            "namespace '\(tenant)' lets \(type) be started with encrypted input only: give --payload-keys FILE, the keys "
                + "of its workers ('keys generate' makes some)"
        )
    }

    /// The last look as activities have it.
    typealias Inspection = @Sendable (_ runId: String?, _ start: Date?) async throws -> Void

    /// Looks at nothing: for services that are not over the engine's own file.
    static let none: Inspection = { _, _ in }

    /// Looks at the inputs of runs in a file.
    static func inspection(of database: any ApplicationDatabase) -> Inspection {
        { runId, start in
            guard let runId, let start else { return }
            try await check(runId, since: start, database)
        }
    }

    /// Whether a run failed since its input is not encrypted.
    static func isBehind(_ error: any Error) -> Bool {
        (error as? ActivityError)?.applicationError?.type == failureType
    }

    /// The last look, when a run takes its first step: what came by a way that nobody checks, a row of the inbox for
    /// instance, fails here. Throws a failure that no retry helps.
    private static func check(_ runId: String, since start: Date, _ database: any ApplicationDatabase) async throws {
        let dialect = database.dialect
        let problem = try await database.look { tx -> String? in
            guard let first = try firstEvent(of: runId, dialect, in: tx),
                case .workflowExecutionStarted(let started) = first.started,
                try isRequired(for: started.workflowType, of: first.tenant, at: start, in: tx),
                !isEncrypted(started.input)
            else { return nil }
            return
                "namespace '\(first.tenant)' lets \(started.workflowType) be started with encrypted input only, and this "
                + "was started in clear"
        }
        if let problem { throw ApplicationError(type: failureType, message: problem, nonRetryable: true) }
    }

    private static func isEncrypted(_ input: [Payload]) -> Bool { input.allSatisfy(\.isEncrypted) }

    private static func isRequired(
        for type: String,
        of tenant: String,
        at moment: Date,
        in tx: any StoreTransaction
    ) throws -> Bool {
        try SQLPolicyService.policy(.requireEncryption, of: tenant, at: moment, as: [String].self, in: tx)?
            .contains(type) == true
    }

    /// Finds a row if the engine's history is in the database.
    private static func historyQuery(_ dialect: SQLDialect) -> String {
        switch dialect {
        case .sqlite: "SELECT 1 FROM sqlite_schema WHERE name = 'history' AND type = 'table'"
        case .postgres: "SELECT 1 WHERE to_regclass('history') IS NOT NULL"
        }
    }

    /// The input as it is stored; nil when the engine's history is not in this database. The engine's tables are only read here,
    /// through the codec that writes them.
    private static func firstEvent(
        of runId: String,
        _ dialect: SQLDialect,
        in tx: any StoreTransaction
    ) throws -> (tenant: String, started: HistoryEvent.Attributes)? {
        guard !(try tx.query(historyQuery(dialect), []).isEmpty) else { return nil }
        let row = try tx.query(
            """
            SELECT n.name, h.events FROM execution e JOIN namespace n USING (namespace_id) JOIN history h USING (run_key)
            WHERE e.run_id = ? ORDER BY h.first_event_id LIMIT 1
            """,
            [.text(runId)]
        ).first
        guard let row, case .blob(let bytes) = row[1], let event = try HistoryCodec.decode(bytes).first else {
            return nil
        }
        return (row.text(0), event.attributes)
    }
}

/// A client service that refuses to start in clear what a tenant wants encrypted. It stands behind the payload codecs, right
/// before the engine.
package struct EncryptionGuard: ForwardingClientService {
    package let base: any WorkflowClientService
    private let database: any ApplicationDatabase

    /// Guards a service whose tenants' settings are in a prepared file.
    package init(_ base: any WorkflowClientService, _ database: any ApplicationDatabase) {
        self.base = base
        self.database = database
    }

    package func startWorkflow(_ request: StartWorkflowRequest) async throws -> StartWorkflowResponse {
        try await EncryptionRequirement.check(request, database)
        return try await base.startWorkflow(request)
    }
}
