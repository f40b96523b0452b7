#if PostgreSQL
import CPostgres

/// One session of libpq: connecting, sending and reading, none of which ever blocks. Whoever has it under its lock may send;
/// only the loop's thread connects, waits for the socket and closes.
struct PostgresWire {
    enum Phase {
        case new
        case connecting(PostgresPollingStatusType)
        /// The session's settings are being made.
        case settingUp
        case ready
        /// Nothing more can be asked; the loop is to close it.
        case broken
        case closed
    }

    let settings: PostgresSettings
    let counters: PostgresCounters
    private(set) var phase: Phase = .new
    /// libpq's connection; nil before and after.
    var handle: OpaquePointer?
    /// What is being answered.
    var running: PostgresRun?
    /// What comes after.
    private var waiting: [PostgresJob] = []
    var prepared: PostgresPreparedStatements
    /// Not everything could be sent: the socket is full.
    private(set) var needsWrite = false
    /// When the server must have given a sign of life.
    private(set) var deadline: Int64?

    init(_ settings: PostgresSettings, _ counters: PostgresCounters) {
        self.settings = settings
        self.counters = counters
        prepared = PostgresPreparedStatements(capacity: settings.preparedStatements)
    }

    /// Something is being asked, or waits to be.
    var isBusy: Bool { running != nil || !waiting.isEmpty }

    var isInTransaction: Bool {
        guard let handle, case .ready = phase else { return false }
        return [PQTRANS_INTRANS, PQTRANS_INERROR].contains(PQtransactionStatus(handle))
    }

    var backendPID: Int32 { handle.map { PQbackendPID($0) } ?? 0 }

    /// TLS hands out whole records: some of one may lie in its buffer when the socket has nothing more to say.
    var mayHideInput: Bool { running != nil && handle.map { PQsslInUse($0) != 0 } == true }

    /// The socket, asked anew each time since libpq changes it, and whether to wait for writing or reading; nil when there is
    /// nothing to wait for.
    var interest: (socket: Int32, reads: Bool, writes: Bool)? {
        guard let handle else { return nil }
        switch phase {
        case .new, .broken, .closed: return nil
        case .connecting(let status):
            return (PQsocket(handle), status == PGRES_POLLING_READING, status == PGRES_POLLING_WRITING)
        case .settingUp, .ready: return (PQsocket(handle), true, needsWrite)
        }
    }

    /// Takes one more job, sends it if nothing else is being answered.
    mutating func submit(_ job: PostgresJob, at now: Int64) -> PostgresWireEvents {
        var events = PostgresWireEvents()
        guard case .ready = phase else {
            let error = DatabaseError(.connectionLost, "the connection to \(settings) is lost")
            events.finished.append((job, .failure(error)))
            return events
        }
        waiting.append(job)
        startNext(at: now, &events)
        return events
    }

    /// Begins to connect.
    mutating func connect(at now: Int64) -> PostgresWireEvents {
        var events = PostgresWireEvents()
        guard case .new = phase else { return events }
        handle = PostgresWire.startConnecting(settings)
        guard let handle else {
            lose(DatabaseError(.noMemory, "no memory for a connection"), &events)
            return events
        }
        wf_pg_silence(handle)
        // SQLSTATEs stand in the text of a failed attempt only if it is verbose.
        PQsetErrorVerbosity(handle, PQERRORS_VERBOSE)
        if PQstatus(handle) == CONNECTION_BAD {
            lose(DatabaseError(connecting: text), &events)
        } else {
            phase = .connecting(PGRES_POLLING_WRITING)
            deadline = now + settings.attemptTimeout.wholeNanoseconds
        }
        return events
    }

    /// The socket can be read or written.
    mutating func proceed(at now: Int64) -> PostgresWireEvents {
        var events = PostgresWireEvents()
        switch phase {
        case .new, .broken, .closed: break
        case .connecting: connectFurther(at: now, &events)
        case .settingUp, .ready: exchange(at: now, &events)
        }
        return events
    }

    /// The deadline has passed.
    mutating func expire(at now: Int64) -> PostgresWireEvents {
        var events = PostgresWireEvents()
        guard let deadline, deadline <= now else { return events }
        if case .connecting = phase {
            lose(DatabaseError(.connectionLost, "\(settings) does not answer"), &events)
        } else {
            lose(DatabaseError(.timeout, "\(settings) has not answered in time"), &events)
        }
        return events
    }

    /// Gives the session up; what was asked ends with an error.
    mutating func abandon() -> PostgresWireEvents {
        var events = PostgresWireEvents()
        lose(DatabaseError.closed, &events)
        return events
    }

    /// Frees libpq's memory and the socket: on the loop's thread only.
    mutating func close() {
        PQfinish(handle)
        handle = nil
        phase = .closed
    }

    private var text: String { handle.flatMap { PQerrorMessage($0) }.map { String(cString: $0) } ?? "" }

    private mutating func connectFurther(at now: Int64, _ events: inout PostgresWireEvents) {
        guard let handle else { return }
        switch PQconnectPoll(handle) {
        case PGRES_POLLING_OK:
            guard PQsetnonblocking(handle, 1) == 0, PQenterPipelineMode(handle) == 1 else {
                return lose(DatabaseError(connecting: text), &events)
            }
            events.cancelling = PostgresCancelling(handle)
            phase = .settingUp
            do {
                waiting.insert(try PostgresWire.settingUp(settings), at: 0)
            } catch {
                return lose(DatabaseError(.misuse, "the settings cannot be sent: \(error)"), &events)
            }
            startNext(at: now, &events)
        case PGRES_POLLING_FAILED: lose(DatabaseError(connecting: text), &events)
        case let status: phase = .connecting(status)
        }
    }

    private mutating func exchange(at now: Int64, _ events: inout PostgresWireEvents) {
        guard let handle else { return }
        let isConnected = PQconsumeInput(handle) == 1
        // Whatever moves is a sign of life.
        if let patience = running?.job.patience { deadline = now + patience }
        // When the server hangs up, its last words have been read already.
        while running != nil, PQisBusy(handle) == 0 { read(PQgetResult(handle), at: now, &events) }
        while let notice = PQnotifies(handle) {
            events.notices.append(PostgresNotice(notice.pointee))
            PQfreemem(notice)
        }
        if case .broken = phase { return }
        guard isConnected, PQstatus(handle) == CONNECTION_OK else {
            return lose(DatabaseError(.connectionLost, "\(settings) closed the connection"), &events)
        }
        flush(&events)
    }

    /// One answer of libpq's.
    private mutating func read(_ result: OpaquePointer?, at now: Int64, _ events: inout PostgresWireEvents) {
        switch running?.take(result, &prepared) {
        case nil, .more: break
        case .done(let outcome): finish(outcome, at: now, &events)
        case .lost(let error): lose(error, &events)
        }
    }

    private mutating func finish(
        _ outcome: PostgresJob.Outcome,
        at now: Int64,
        _ events: inout PostgresWireEvents
    ) {
        guard let run = running else { return }
        running = nil
        deadline = nil
        events.finished.append((run.job, outcome))
        if case .settingUp = phase {
            if case .failure(let error) = outcome { return lose(error, &events) }
            phase = .ready
            events.becameReady = true
        }
        if run.isScript, let handle, PQenterPipelineMode(handle) != 1 {
            return lose(DatabaseError(.connectionLost, "pipeline mode cannot be entered again"), &events)
        }
        takeBackUnwanted()
        startNext(at: now, &events)
    }

    /// Statements that gave way are taken back by a job of its own, and never within a transaction: no trouble with that is
    /// anybody else's.
    private mutating func takeBackUnwanted() {
        guard let handle, PQtransactionStatus(handle) == PQTRANS_IDLE else { return }
        let statements = prepared.takeUnwanted().map { name in
            var statement = PostgresStatement("DEALLOCATE \(name)")
            statement.isOneOff = true
            return statement
        }
        guard !statements.isEmpty, let encoded = try? PostgresJob.encode(statements) else { return }
        let patience = settings.answerTimeout?.wholeNanoseconds
        waiting.insert(PostgresJob(work: .pipeline(encoded), patience: patience) { _ in }, at: 0)
    }

    private mutating func startNext(at now: Int64, _ events: inout PostgresWireEvents) {
        guard running == nil, let handle, !waiting.isEmpty else { return }
        let job = waiting.removeFirst()
        var run = PostgresRun(job, isInTransaction: isInTransaction)
        let isSent = run.send(on: handle, &prepared, counters)
        running = run
        deadline = job.patience.map { now + $0 }
        guard isSent else {
            return lose(DatabaseError(.connectionLost, "PostgreSQL: \(PostgresErrorText.line(text))"), &events)
        }
        flush(&events)
    }

    private mutating func flush(_ events: inout PostgresWireEvents) {
        guard let handle else { return }
        let result = PQflush(handle)
        needsWrite = result == 1
        if result < 0 { lose(DatabaseError(.connectionLost, "PostgreSQL: \(PostgresErrorText.line(text))"), &events) }
    }

    /// Everything ends with the session.
    private mutating func lose(_ error: DatabaseError, _ events: inout PostgresWireEvents) {
        switch phase {
        case .broken, .closed: return
        default: break
        }
        phase = .broken
        deadline = nil
        needsWrite = false
        if let run = running { events.finished.append((run.job, .failure(run.judge(loss: error)))) }
        running = nil
        for job in waiting {
            let error = DatabaseError(.connectionLost, error.message, sqlState: error.sqlState)
            events.finished.append((job, .failure(error)))
        }
        waiting = []
        events.failure = error
    }
}
#endif
