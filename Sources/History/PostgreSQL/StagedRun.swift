#if PostgreSQL
import WorkflowAPI

/// A run in a batch: its rows as read and locked, and what the members of the batch made of them, one after the other.
///
/// A class, because a batch goes through its runs a dozen times, and a copy of one is a hundred counted references.
final class StagedRun {
    /// The rows after the members so far.
    private(set) var state: MutableState
    let namespaceID: Int64
    /// The state version that stands in the database; nil for a run that the batch creates.
    let readVersion: Int64?
    /// The rows of history to add.
    private(set) var history: [HistoryRow] = []
    /// Buffered rows have to be written anew.
    private(set) var bufferChanged = false
    /// Request ids that were used up.
    private(set) var requests: [RequestKey] = []
    /// Events that somebody wants to see after the commit, and those of them that are written here.
    private(set) var fetches: [EventFetch] = []
    /// What a member did must not wait for workflow code.
    private(set) var waitsForNothing = false
    /// A task that was taken and may be run before the commit.
    private(set) var offeredTurn: OfferedTurn?
    /// The events that the batch adds.
    private(set) var newEvents: [HistoryEvent] = []
    /// Its row as it was read.
    private let readRow: ExecutionRow
    /// Which tables hold rows of it now.
    let hadActivities: Bool
    let hadTimers: Bool
    let hadBuffered: Bool

    init(_ state: MutableState, namespaceID: Int64, isNew: Bool = false) {
        self.state = state
        self.namespaceID = namespaceID
        readVersion = isNew ? nil : state.execution.stateVersion
        readRow = state.execution
        hadActivities = !isNew && state.execution.pendingActivityCount > 0
        hadTimers = !isNew && state.execution.pendingTimerCount > 0
        hadBuffered = !isNew && state.execution.bufferedEventCount > 0
    }

    /// A run all of whose rows are to be written where none stand.
    init(whole state: MutableState, namespaceID: Int64, history: [HistoryRow] = [], requests: [RequestKey] = []) {
        self.state = state
        self.state.activities = RowSet(replacingWith: state.activities.loaded, key: \.scheduledEventID)
        self.state.timers = RowSet(replacingWith: state.timers.loaded, key: \.startedEventID)
        self.namespaceID = namespaceID
        self.history = history
        self.requests = requests
        readVersion = nil
        readRow = state.execution
        bufferChanged = true
        (hadActivities, hadTimers, hadBuffered) = (true, true, true)
    }

    /// The key of its row.
    var key: Int64 { state.execution.runKey }

    var isChanged: Bool { readVersion != state.execution.stateVersion }

    /// The head of its hash chain as it was read.
    var readHead: [UInt8] { readRow.chainHead }

    /// Only columns that most transitions change need be written.
    var keptSeldomColumns: Bool { ExecutionColumns.keptSeldom(readRow, state.execution) }

    /// Takes over what a member did.
    func absorb(_ transition: Transition, keys: HistoryKeys?, _ notice: inout CommitNotice) {
        notice.add(transition)
        state = transition.state
        state.execution.stateVersion += 1
        addHistory(transition.events, keys)
        bufferChanged = bufferChanged || transition.bufferChanged || transition.closedRun
        requests += transition.usedRequests
        newEvents += transition.events
        fetches += transition.fetches.filter(\.isSmall)
        if let offer = transition.offeredTurn { offeredTurn = offer }
        waitsForNothing = waitsForNothing || transition.waitsForNothing
    }

    /// A row is for all events of a batch, unless that gets large.
    private static let rowLimit = 16_384

    private func addHistory(_ events: [HistoryEvent], _ keys: HistoryKeys?) {
        guard let last = history.last, last.bytes.count < StagedRun.rowLimit, !events.isEmpty else {
            if let row = HistoryRow(events, appendingTo: &state.execution, keys: keys) { history.append(row) }
            return
        }
        state.execution.chainHead = history.dropLast().last?.link ?? readHead
        history[history.count - 1] = last.extended(by: events, appendingTo: &state.execution, keys: keys)
    }

    /// Hands over what is known without reading; the others remain.
    func fill(from recent: RecentEvents) {
        fetches.removeAll { fetch in
            if fetch.isFilled { return true }
            let known = recent.events(of: self, after: fetch.after, through: fetch.through)
            if let known { fetch.fill(known) }
            return known != nil
        }
    }
}
#endif
