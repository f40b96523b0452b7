#if PostgreSQL
import Database
import Synchronization
import WorkflowAPI

/// The server's clock as seen from here: read when the store is opened and again with each renewal of the lease, in between
/// counted on by the machine's own.
///
/// Machines whose clocks differ agree on leases and timers as well as the round trip was short.
final class ServerClock: Sendable {
    /// What answers with the server's time, in nanoseconds.
    static let expression = "(extract(epoch FROM clock_timestamp()) * 1000000)::bigint * 1000"

    private let local: @Sendable () -> Timestamp
    private let offset: Mutex<Duration>

    /// How often the server is asked at most when the store is opened, and what round trip is short enough not to ask again: a
    /// clock that is behind dates a start before the policies that were loaded for it.
    private static let (questionLimit, shortTrip) = (6, Duration.milliseconds(2))

    /// Asks the server a few times, since the first answer of a new connection takes long. Throws ``DatabaseError``.
    convenience init(_ database: PostgresDatabase, local: @escaping @Sendable () -> Timestamp) async throws {
        // With a connection at hand: to wait for one while the server starts is no part of the round trip.
        let offset = try await database.withConnection { connection in
            try await ServerClock.offset(local) {
                let answer = try await connection.query("SELECT \(ServerClock.expression)")
                return PostgresRow(result: answer, row: 0).timestamp(0)
            }
        }
        self.init(local: local, offset: offset)
    }

    /// By how much a server is ahead: what the shortest of a few round trips says.
    static func offset(
        _ local: @Sendable () -> Timestamp,
        asking server: () async throws -> Timestamp
    ) async throws -> Duration {
        var best: (trip: Duration, offset: Duration)?
        for _ in 0..<questionLimit {
            let asked = local()
            let time = try await server()
            let answered = local()
            let trip = answered - asked
            // The machine's clock was set back meanwhile: the answer says nothing.
            guard trip >= .zero else { continue }
            if best.map({ trip < $0.trip }) ?? true { best = (trip, time - middle(asked, answered)) }
            if trip <= shortTrip { break }
        }
        return best?.offset ?? .zero
    }

    private init(local: @escaping @Sendable () -> Timestamp, offset: Duration) {
        self.local = local
        self.offset = Mutex(offset)
    }

    /// A clock of a server that has just answered with its time.
    init(local: @escaping @Sendable () -> Timestamp, server: Timestamp, asked: Timestamp) {
        self.local = local
        offset = Mutex(server - ServerClock.middle(asked, local()))
    }

    func now() -> Timestamp { local() + offset.withLock { $0 } }

    /// When a question is about to be sent on a connection that is at hand, by the machine's own clock: for
    /// ``adopt(_:asked:)``. A wait for a connection in between would be taken for a round trip, and set the clock wrong.
    var localTime: Timestamp { local() }

    /// Corrects the clock by an answer that the server has just given, if it shows that the clock is wrong: the moment at which
    /// the server looked is known no better than the round trip was short.
    func adopt(_ server: Timestamp, asked: Timestamp) {
        let answered = local()
        let found = server - ServerClock.middle(asked, answered)
        // The machine's clock was set back meanwhile: the answer says nothing.
        guard answered >= asked else { return }
        offset.withLock { offset in
            let difference = found > offset ? found - offset : offset - found
            if difference > (answered - asked) / 2 { offset = found }
        }
    }

    private static func middle(_ asked: Timestamp, _ answered: Timestamp) -> Timestamp {
        Timestamp(nanoseconds: asked.nanoseconds + (answered.nanoseconds - asked.nanoseconds) / 2)
    }
}
#endif
