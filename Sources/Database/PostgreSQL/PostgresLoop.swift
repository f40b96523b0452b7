#if PostgreSQL
import CWorkflowHooks
import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// The one thread that waits for all sockets with `poll()`, connects, reads answers, keeps deadlines, and closes.
final class PostgresLoop: Sendable {
    /// How late a deadline may be noticed, in milliseconds.
    private static let tick: Int64 = 1_000
    /// How long input may hide in a buffer of TLS, in milliseconds.
    private static let hiding: Int64 = 20

    private struct State {
        var arriving: [PostgresLink] = []
        var tickers: [@Sendable (Int64) -> Int64?] = []
        var isWoken = false
        var isStopping = false
    }

    private let state = Mutex(State())
    private let pipe: LoopPipe
    private let ticking = Atomic(false)
    private let stopped = ThreadSemaphore()

    /// Starts the thread. Throws ``DatabaseError`` when there are no descriptors left.
    init() throws {
        pipe = try LoopPipe()
        startThread(named: "workflow-pg") { [self] in run() }
    }

    /// The loop looks at deadlines by itself: who sends something need not wake it.
    var isTicking: Bool { ticking.load(ordering: .sequentiallyConsistent) }

    /// `ticker` is called with the time now and then, and answers when it wants to be called again at the latest.
    func addTicker(_ ticker: @escaping @Sendable (Int64) -> Int64?) { state.withLock { $0.tickers.append(ticker) } }

    /// Begins to connect, and looks after the link until it is over.
    func add(_ link: PostgresLink) {
        let isAccepted = state.withLock { state in
            if !state.isStopping { state.arriving.append(link) }
            return !state.isStopping
        }
        if isAccepted { wake() } else { link.abandon() }
    }

    /// Makes the loop look at everything once.
    func wake() {
        let isFirst = state.withLock { state in
            defer { state.isWoken = true }
            return !state.isWoken
        }
        if isFirst { pipe.write() }
    }

    /// Closes what is open and ends the thread. Blocks until it has; not to be called on the thread itself.
    func stop() {
        state.withLock { $0.isStopping = true }
        wake()
        stopped.wait()
    }

    private func run() {
        var links: [PostgresLink] = []
        var wasActive = false
        while true {
            pipe.drain()
            let (arriving, tickers, isStopping) = state.withLock { state in
                state.isWoken = false
                defer { state.arriving = [] }
                return (state.arriving, state.tickers, state.isStopping)
            }
            for link in arriving { link.connect(at: MonotonicClock.nanoseconds) }
            links += arriving
            if isStopping { for link in links { link.abandon() } }
            var due = tickers.compactMap { $0(MonotonicClock.nanoseconds) }.min() ?? .max
            // Before the links are asked: who sends from here on and sees no ticking wakes us.
            ticking.store(wasActive, ordering: .sequentiallyConsistent)
            let outlooks = settle(&links)
            if isStopping { break }
            due = min(due, outlooks.compactMap(\.deadline).min() ?? .max)
            let isBusy = outlooks.contains { $0.isBusy }
            if isBusy { ticking.store(true, ordering: .sequentiallyConsistent) }
            let isHiding = outlooks.contains { $0.mayHideInput }
            wasActive = wait(
                links,
                outlooks,
                milliseconds: timeout(until: due, isTicking: isBusy || wasActive, isHiding: isHiding)
            )
        }
        // They hold on to who made us.
        state.withLock { $0.tickers = [] }
        stopped.signal()
    }

    /// Closes what is over, ends what is late, and tells what to wait for with the others.
    private func settle(_ links: inout [PostgresLink]) -> [PostgresLink.Outlook] {
        let now = MonotonicClock.nanoseconds
        var outlooks: [PostgresLink.Outlook] = []
        links.removeAll { link in
            var outlook = link.outlook
            if let deadline = outlook.deadline, deadline <= now {
                link.expire(at: now)
                outlook = link.outlook
            }
            if outlook.isOver { link.close() } else { outlooks.append(outlook) }
            return outlook.isOver
        }
        return outlooks
    }

    /// Milliseconds to wait; -1 is for ever.
    private func timeout(until due: Int64, isTicking: Bool, isHiding: Bool) -> Int32 {
        var milliseconds = Int64.max
        if due < .max { milliseconds = max(0, (due - MonotonicClock.nanoseconds + 999_999) / 1_000_000) }
        if isTicking { milliseconds = min(milliseconds, Self.tick) }
        if isHiding { milliseconds = min(milliseconds, Self.hiding) }
        return milliseconds == .max ? -1 : Int32(min(milliseconds, 3_600_000))
    }

    /// Waits, and lets the links proceed whose time has come. False when nothing happened.
    private func wait(_ links: [PostgresLink], _ outlooks: [PostgresLink.Outlook], milliseconds: Int32) -> Bool {
        var descriptors = [pollfd(fd: pipe.readEnd, events: Int16(POLLIN), revents: 0)]
        for outlook in outlooks {
            let events = (outlook.reads ? POLLIN : 0) | (outlook.writes ? POLLOUT : 0)
            descriptors.append(pollfd(fd: outlook.socket, events: Int16(events), revents: 0))
        }
        let count = poll(&descriptors, nfds_t(descriptors.count), milliseconds)
        let now = MonotonicClock.nanoseconds
        for (index, link) in links.enumerated() where count > 0 || outlooks[index].mayHideInput {
            // An error or a hang-up is read like anything else: libpq finds out what it is.
            if descriptors[index + 1].revents != 0 || outlooks[index].mayHideInput { link.proceed(at: now) }
        }
        return count > 0
    }
}

/// Wakes a thread that waits in `poll()`.
private final class LoopPipe: Sendable {
    let readEnd: Int32
    private let writeEnd: Int32

    init() throws {
        var ends: [Int32] = [-1, -1]
        let result = wf_make_pipe(&ends)
        guard result == 0 else {
            throw DatabaseError(.cannotOpen, "no pipe can be made: \(String(cString: strerror(result)))")
        }
        readEnd = ends[0]
        writeEnd = ends[1]
    }

    deinit {
        close(readEnd)
        close(writeEnd)
    }

    /// A pipe that is full wakes as well.
    func write() {
        var byte: UInt8 = 1
        #if canImport(Glibc)
        _ = Glibc.write(writeEnd, &byte, 1)
        #else
        _ = Darwin.write(writeEnd, &byte, 1)
        #endif
    }

    func drain() {
        withUnsafeTemporaryAllocation(byteCount: 64, alignment: 1) { buffer in
            while read(readEnd, buffer.baseAddress, buffer.count) == buffer.count {}
        }
    }
}
#endif
