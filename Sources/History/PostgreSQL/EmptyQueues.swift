#if PostgreSQL
import Synchronization
import WorkflowAPI

/// Queues of which a look has just shown that no task waits there: a poll that comes after it need not look again before it
/// waits.
///
/// Whatever makes a task is told of, here and to other processes. A poll that does not look waits all the same, so that it is
/// woken as if it had; and what nobody tells of (a run that was left alone for a while, a grant) is seen a second later.
final class EmptyQueues: Sendable {
    /// How long a look is good for.
    private static let lifetime = Duration.seconds(1)
    /// How many queues are kept in mind.
    private static let limit = 4_096

    private struct State {
        var empty: [TaskWake: Timestamp] = [:]
        /// Counts what is told.
        var round = 0
        /// When something was told of a queue last, and of all.
        var changed: [TaskWake: Int] = [:]
        var allChanged = 0
    }

    private let state = Mutex(State())

    /// Something was committed, here or elsewhere.
    func hear(_ notice: CommitNotice) {
        guard notice.isElsewhere || !notice.wakes.isEmpty else { return }
        state.withLock { state in
            state.round += 1
            if notice.isElsewhere || state.changed.count > EmptyQueues.limit {
                state.allChanged = state.round
                state.empty = [:]
                state.changed = [:]
            }
            for key in notice.wakes.keys {
                state.changed[key] = state.round
                state.empty[key] = nil
            }
        }
    }

    /// Whether all queues were empty a moment ago.
    func hold(_ keys: [TaskWake], at time: Timestamp) -> Bool {
        state.withLock { state in
            keys.allSatisfy { key in
                state.empty[key].map { $0 <= time && time < $0 + EmptyQueues.lifetime } ?? false
            }
        }
    }

    /// What has been told so far: to be asked before a look.
    var round: Int { state.withLock { $0.round } }

    /// A look that began in a round has found nothing in any of the queues.
    func note(_ keys: [TaskWake], since round: Int, at time: Timestamp) {
        state.withLock { state in
            guard state.allChanged <= round, state.empty.count < EmptyQueues.limit else { return }
            for key in keys where state.changed[key] ?? 0 <= round { state.empty[key] = time }
        }
    }
}
#endif
