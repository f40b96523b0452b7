#if PostgreSQL
import Database
import History
import PostgresServer
import TestDatabases
import WorkflowAPI
import WorkflowTesting

/// A store on a database of its own, for tests that look beside the store.
struct PostgresPlace {
    let server: PostgresServer
    let name: String
    let database: PostgresDatabase
    let h: ConformanceHarness

    init() async throws {
        server = try PostgresServer.shared
        name = try await PostgresStores.borrow(server)
        database = try PostgresStores.database(server, name)
        let clock = ManualEngineClock()
        h = ConformanceHarness(over: try await PostgresStores.open(database, clock: clock), clock: clock)
    }

    func poll(offering offer: TurnOffer, timeout: Duration = .zero) async throws -> WorkflowTask? {
        let request = PollTaskRequest(
            namespace: .default,
            taskQueue: .main,
            worker: .a,
            timeout: timeout,
            inlineTurn: offer.turn
        )
        return try await h.service.pollWorkflowTask(request)
    }

    func complete(_ activity: ActivityTask, offering offer: TurnOffer) async throws -> NextTasks {
        let request = CompleteActivityTaskRequest(
            token: activity.token,
            worker: .a,
            result: [],
            wantsWorkflowTaskOf: .main,
            inlineTurn: offer.turn
        )
        return try await h.service.completeActivityTask(request)
    }

    func types(_ id: WorkflowID) async throws -> [EventType] {
        try await h.service.history(GetHistoryRequest(workflowID: id)).map(\.type)
    }

    /// Ends every connection of the engine, as an administrator may.
    func cutConnections() {
        let cut =
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = '\(name)' "
            + "AND pid <> pg_backend_pid()"
        _ = try? server.run(cut, in: name)
    }
}
#endif
