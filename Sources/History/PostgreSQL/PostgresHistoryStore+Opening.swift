#if PostgreSQL
import Database
import Logging
import WorkflowAPI

extension PostgresHistoryStore {
    /// Connects, makes the schema where there is none, and opens a store that renews its own lease.
    ///
    /// Throws ``WorkflowServiceError`` with one clear line: nobody listens there, the password is wrong, the database is
    /// missing; ``DatabaseError`` when the schema is newer, older or missing. Leases and events go by the server's clock, which
    /// all machines share.
    static func open(
        _ connection: String,
        schema: String,
        createIfMissing: Bool,
        historyKeys: HistoryKeys?,
        clock: any EngineClock,
        random: @escaping @Sendable () -> UInt64,
        logger: Logger
    ) async throws -> (PostgresHistoryStore, PostgresDatabase) {
        do {
            var settings = try PostgresSettings(connection)
            settings.searchPath = [schema, "public"]
            let database = try PostgresDatabase(settings)
            do {
                let server = try await ServerClock(database, local: { clock.now() })
                try await PostgresSchema.prepare(
                    database,
                    createIfMissing: createIfMissing,
                    at: server.now().nanoseconds
                )
                var time = Time(now: { server.now() }, pause: { try await clock.sleep(until: clock.now() + $0) })
                time.server = server
                let store = try await PostgresHistoryStore(
                    database: database,
                    time: time,
                    instance: RunIDMaker.make(at: server.now(), random: random(), random()).rawValue,
                    historyKeys: historyKeys,
                    onUnreadable: { logger.error("\($0)") }
                )
                try await store.warnOfUnheldRole(logger)
                return (store, database)
            } catch {
                await database.close()
                throw error
            }
        } catch let error as DatabaseError where ![.schemaTooNew, .schemaTooOld].contains(error.code) {
            throw WorkflowServiceError(error.code == .outcomeUnknown ? .outcomeUnknown : .unavailable, error.message)
        }
    }
}

#endif
