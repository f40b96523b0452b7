#if PostgreSQL
import Synchronization

/// Who is told what becomes of a link: on the loop's thread or on the thread of who uses the link, never under its lock.
protocol PostgresLinkOwner: AnyObject, Sendable {
    /// The link can be used.
    func linkIsReady(_ link: PostgresLink)
    /// The link is over; it was ready before, or never.
    func linkFailed(_ link: PostgresLink, _ error: DatabaseError, wasReady: Bool)
    /// Others have notified of something.
    func link(_ link: PostgresLink, received notices: [PostgresNotice])
}

/// A ``PostgresWire`` under its lock: anybody may send over it, the loop does the rest.
final class PostgresLink: Sendable {
    private struct State {
        var wire: PostgresWire
        var wasReady = false
        var cancelling: PostgresCancelling?
    }

    private let state: Mutex<State>
    private let loop: PostgresLoop
    private let owner: any PostgresLinkOwner

    init(
        _ settings: PostgresSettings,
        _ counters: PostgresCounters,
        _ loop: PostgresLoop,
        _ owner: any PostgresLinkOwner
    ) {
        state = Mutex(State(wire: PostgresWire(settings, counters)))
        self.loop = loop
        self.owner = owner
    }

    /// Sends a job, or keeps it until the one before is answered. The bytes leave on the caller's thread: that spares a
    /// change of threads, and nothing here blocks.
    func submit(_ job: PostgresJob) {
        let needsLoop = change { $0.submit(job, at: MonotonicClock.nanoseconds) }
        if needsLoop || !loop.isTicking { loop.wake() }
    }

    /// The outcome of a job.
    func run(_ work: PostgresJob.Work, patience: Int64?) async -> PostgresJob.Outcome {
        await withCheckedContinuation { continuation in
            submit(PostgresJob(work: work, patience: patience) { continuation.resume(returning: $0) })
        }
    }

    /// The same for threads that may block.
    func runBlocking(_ work: PostgresJob.Work, patience: Int64?) -> PostgresJob.Outcome {
        let answer = BlockingAnswer()
        submit(PostgresJob(work: work, patience: patience) { answer.give($0) })
        return answer.wait()
    }

    /// Gives the link up; the loop closes it.
    func abandon() {
        _ = change { $0.abandon() }
        loop.wake()
    }

    var isInTransaction: Bool { state.withLock { $0.wire.isInTransaction } }
    var isBusy: Bool { state.withLock { $0.wire.isBusy } }
    var backendPID: Int32 { state.withLock { $0.wire.backendPID } }
    /// How to cancel what runs; nil before there is a session.
    var cancelling: PostgresCancelling? { state.withLock { $0.cancelling } }

    /// What the loop needs to know before it waits: the socket, the deadline, whether it is over.
    struct Outlook {
        var socket: Int32 = -1
        var reads = false
        var writes = false
        var deadline: Int64?
        var isBusy = false
        var mayHideInput = false
        var isOver = false
    }

    var outlook: Outlook {
        state.withLock { state in
            var outlook = Outlook(
                deadline: state.wire.deadline,
                isBusy: state.wire.isBusy,
                mayHideInput: state.wire.mayHideInput
            )
            if let interest = state.wire.interest {
                outlook.socket = interest.socket
                outlook.reads = interest.reads
                outlook.writes = interest.writes
            } else {
                outlook.isOver = true
            }
            return outlook
        }
    }

    /// On the loop's thread.
    func connect(at now: Int64) { _ = change { $0.connect(at: now) } }
    /// On the loop's thread.
    func proceed(at now: Int64) { _ = change { $0.proceed(at: now) } }
    /// On the loop's thread.
    func expire(at now: Int64) { _ = change { $0.expire(at: now) } }
    /// On the loop's thread.
    func close() { state.withLock { $0.wire.close() } }

    /// Does something to the wire and tells what came of it. True when the loop has to look after the link.
    private func change(_ body: (inout PostgresWire) -> PostgresWireEvents) -> Bool {
        let (events, wasReady, needsLoop) = state.withLock { state in
            let events = body(&state.wire)
            let wasReady = state.wasReady
            if events.becameReady { state.wasReady = true }
            if let cancelling = events.cancelling { state.cancelling = cancelling }
            return (events, wasReady, state.wire.needsWrite || events.failure != nil)
        }
        if events.becameReady { owner.linkIsReady(self) }
        if let failure = events.failure { owner.linkFailed(self, failure, wasReady: wasReady) }
        for (job, outcome) in events.finished { job.finish(outcome) }
        if !events.notices.isEmpty { owner.link(self, received: events.notices) }
        return needsLoop
    }
}

/// An outcome that a thread waits for.
private final class BlockingAnswer: Sendable {
    private let outcome = Mutex<PostgresJob.Outcome?>(nil)
    private let semaphore = ThreadSemaphore()

    func give(_ outcome: PostgresJob.Outcome) {
        self.outcome.withLock { $0 = outcome }
        semaphore.signal()
    }

    func wait() -> PostgresJob.Outcome {
        semaphore.wait()
        return outcome.withLock { $0 } ?? .failure(DatabaseError.closed)
    }
}
#endif
