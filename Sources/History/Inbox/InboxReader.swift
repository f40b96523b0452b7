import Synchronization
import WorkflowAPI

/// Turns rows of `workflow_inbox` into transitions as they come: after each commit of another program or of an
/// application's own transaction it looks, and otherwise it sleeps.
///
/// Several engines may run it on one store: a row is gone with the transition that it became.
final class InboxReader: Sendable {
    private let store: any HistoryStore
    private let clock: any EngineClock
    private let deliver: @Sendable (_ limit: Int) async throws -> Int
    private let ticket = Mutex(WakeTicket())

    /// How many rows one transaction takes.
    private static let batch = 64
    /// How long it sleeps at most: the watch of other programs tells within a second.
    private static let longestSleep = Duration.seconds(30)

    init(
        store: any HistoryStore,
        clock: any EngineClock,
        _ deliver: @escaping @Sendable (_ limit: Int) async throws -> Int
    ) {
        self.store = store
        self.clock = clock
        self.deliver = deliver
        store.observe { [weak self] in if $0.isElsewhere || $0.mayFillInbox { self?.wake() } }
    }

    /// Something may have come.
    func wake() { ticket.withLock { $0 }.wake() }

    /// Runs until the task is cancelled; store trouble is waited out, `onTrouble` hears of it.
    func run(onTrouble: @escaping @Sendable (any Error) -> Void) async {
        while !Task.isCancelled {
            // Parked before looking: what comes meanwhile is not missed.
            let parked = WakeTicket()
            ticket.withLock { $0 = parked }
            var sleep = InboxReader.longestSleep
            do {
                while try await deliver(InboxReader.batch) == InboxReader.batch { try Task.checkCancellation() }
            } catch {
                onTrouble(error)
                sleep = .seconds(1)
            }
            await parked.wait(until: clock.now() + sleep, on: clock)
        }
    }
}
