#if PostgreSQL
import Synchronization

/// The connection that listens: there as soon as somebody wants to hear something, and there again whenever it was lost.
final class PostgresListener: PostgresLinkOwner {
    typealias Handler = @Sendable (PostgresNotification) -> Void

    private struct State {
        var handlers: [String: [Handler]] = [:]
        var link: PostgresLink?
        var isReady = false
        var retryAt: Int64?
        var heardAt: Int64 = 0
        var backoff: PostgresBackoff
        var isClosed = false
    }

    private let settings: PostgresSettings
    private let counters: PostgresCounters
    private let loop: PostgresLoop
    private let report: @Sendable (PostgresEvent) -> Void
    private let state: Mutex<State>

    init(
        _ settings: PostgresSettings,
        _ counters: PostgresCounters,
        _ loop: PostgresLoop,
        random: @escaping @Sendable () -> Double,
        report: @escaping @Sendable (PostgresEvent) -> Void
    ) {
        self.settings = settings
        self.counters = counters
        self.loop = loop
        self.report = report
        state = Mutex(State(backoff: PostgresBackoff(random: random)))
    }

    /// From now on `handler` hears of the channel; first that it is to look for itself.
    func listen(_ channel: String, _ handler: @escaping Handler) {
        let link = state.withLock { state in
            state.handlers[channel, default: []].append(handler)
            if state.link == nil, state.retryAt == nil { state.retryAt = MonotonicClock.nanoseconds }
            return state.isReady ? state.link : nil
        }
        if let link { listen(on: link, [channel]) { handler(.resynchronize) } } else { loop.wake() }
    }

    /// Hears nothing more.
    func close() {
        let link = state.withLock { state in
            state.isClosed = true
            state.isReady = false
            defer { state.link = nil }
            return state.link
        }
        link?.abandon()
    }

    /// Connects when it is time, and asks a server that has kept silent whether it is there. Called by the loop; answers when
    /// it wants to be called again.
    func tick(_ now: Int64) -> Int64? {
        enum Step { case connect, ask(PostgresLink) }
        let interval = settings.healthCheckAfter.wholeNanoseconds
        let (step, due): (Step?, Int64?) = state.withLock { state in
            guard !state.isClosed else { return (nil, nil) }
            if let link = state.link {
                guard state.isReady else { return (nil, nil) }
                guard state.heardAt + interval <= now else { return (nil, state.heardAt + interval) }
                state.heardAt = now
                return (.ask(link), now + interval)
            }
            guard let retryAt = state.retryAt, retryAt <= now else { return (nil, state.retryAt) }
            return (.connect, nil)
        }
        switch step {
        case .connect: connect()
        case .ask(let link):
            link.submit(
                PostgresJob(work: .pipeline([]), patience: settings.answerMargin.wholeNanoseconds) { _ in }
            )
        case nil: break
        }
        return due
    }

    func linkIsReady(_ link: PostgresLink) {
        counters.count { $0.connects += 1 }
        let channels: [String] = state.withLock { state in
            guard state.link === link else { return [] }
            state.isReady = true
            state.heardAt = MonotonicClock.nanoseconds
            state.backoff.reset()
            return state.handlers.keys.sorted()
        }
        listen(on: link, channels) { [self] in
            for handler in channels.flatMap(handlers) { handler(.resynchronize) }
        }
    }

    func linkFailed(_ link: PostgresLink, _ error: DatabaseError, wasReady: Bool) {
        let isClosed = state.withLock { state in
            guard state.link === link, !state.isClosed else { return state.isClosed }
            state.link = nil
            state.isReady = false
            state.retryAt = MonotonicClock.nanoseconds + state.backoff.next()
            return false
        }
        guard !isClosed else { return }
        counters.count { wasReady ? ($0.losses += 1) : ($0.failedConnects += 1) }
        report(wasReady ? .connectionLost(error) : .connectFailed(error))
        loop.wake()
    }

    func link(_ link: PostgresLink, received notices: [PostgresNotice]) {
        state.withLock { $0.heardAt = MonotonicClock.nanoseconds }
        var seen: Set<PostgresNotice> = []
        for notice in notices where seen.insert(notice).inserted {
            counters.count { $0.notifications += 1 }
            for handler in handlers(notice.channel) { handler(.payload(notice.payload)) }
        }
    }

    private func handlers(_ channel: String) -> [Handler] { state.withLock { $0.handlers[channel] ?? [] } }

    private func connect() {
        let link = PostgresLink(settings, counters, loop, self)
        let isWanted = state.withLock { state in
            guard !state.isClosed, state.link == nil else { return false }
            state.retryAt = nil
            state.link = link
            return true
        }
        if isWanted { loop.add(link) }
    }

    private func listen(on link: PostgresLink, _ channels: [String], _ begun: @escaping @Sendable () -> Void) {
        guard !channels.isEmpty else { return }
        let statements = channels.map { channel in
            let quoted = channel.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"")
            var statement = PostgresStatement("LISTEN \"\(quoted)\"")
            statement.isOneOff = true
            return statement
        }
        do {
            let work = PostgresJob.Work.pipeline(try PostgresJob.encode(statements))
            link.submit(
                PostgresJob(work: work, patience: settings.answerTimeout?.wholeNanoseconds) { outcome in
                    if case .success = outcome { begun() } else { link.abandon() }
                }
            )
        } catch {
            report(.connectionLost(DatabaseError(.misuse, "the name of a channel cannot be sent")))
        }
    }
}
#endif
