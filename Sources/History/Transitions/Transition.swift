package import WorkflowAPI

/// One atomic change of one run: commands in, events out.
///
/// A value that a store makes from the rows it read, hands to a body, and writes back whole: new events and changed rows
/// in one transaction. Synchronous and pure: everything that is not in the rows comes in as an argument. The families of
/// change are in extensions beside this file.
package struct Transition: Sendable {
    /// The moment of the change: the store's clock, but never before the last event of the run.
    package let now: Timestamp
    /// The rows, as changed so far.
    package var state: MutableState
    /// The events written so far, in order.
    package private(set) var events: [HistoryEvent] = []
    /// Buffered rows have to be written anew.
    package internal(set) var bufferChanged = false
    /// Whom to wake once this is committed.
    package internal(set) var wakes: Set<TaskWake> = []
    /// Events that whoever takes a task wants to see, including those written here.
    package internal(set) var fetches: [EventFetch] = []
    /// What was recorded here is not to wait for workflow code before it is committed.
    package internal(set) var waitsForNothing = false
    /// A workflow task that was taken here and may be run before the commit.
    package internal(set) var offeredTurn: OfferedTurn?
    /// What to do once this is committed, and never otherwise.
    package internal(set) var afterCommit: [@Sendable () -> Void] = []
    /// The commands of a workflow task could not be accepted.
    package internal(set) var areCommandsRefused = false
    /// The commands of a workflow task are being recorded: what they cause gets its ids, and a turn, after the last.
    var isRecordingCommands = false
    /// How many of the buffered events the commands being recorded have caused: no surprise to the code that sent them.
    var arrivalsOfCommands = 0
    /// Request ids that this change used up, each with its kind.
    package internal(set) var usedRequests: [RequestKey] = []

    /// A change of `state` at the store's time `time`.
    package init(state: MutableState, at time: Timestamp) {
        self.state = state
        self.now = max(time, state.execution.lastEventTime)
    }

    /// The run closed in this change.
    package var closedRun: Bool {
        state.execution.status.isClosed && events.contains { $0.attributes.closesRun }
    }

    /// Writes an event with the next id.
    @discardableResult
    package mutating func append(_ attributes: HistoryEvent.Attributes, at time: Timestamp? = nil) throws
        -> HistoryEvent
    {
        let eventTime = max(time ?? now, state.execution.lastEventTime)
        let event = HistoryEvent(id: state.execution.nextEventID, time: eventTime, attributes: attributes)
        try state.apply(event)
        events.append(event)
        return event
    }

    /// Refuses when the run is closed.
    package func requireOpen() throws {
        guard state.execution.status == .running else {
            let execution = state.execution.execution
            throw WorkflowServiceError(
                .workflowClosed,
                "workflow \(execution.workflowID) run \(execution.runID) is closed (\(state.execution.status.name))",
                execution: execution
            )
        }
    }

    /// The next claim number of the run.
    mutating func makeClaim(by worker: WorkerIdentity) -> TaskClaim {
        state.execution.lastClaim += 1
        return TaskClaim(number: state.execution.lastClaim, session: worker.session, identity: worker.identity)
    }
}

/// Whom to wake: pollers of a queue.
package struct TaskWake: Hashable, Sendable {
    package enum Kind: Int64, Sendable {
        case workflow = 0
        case activity = 1
    }

    package var kind: Kind
    package var namespace: Namespace
    package var queue: TaskQueue

    package init(_ kind: Kind, _ namespace: Namespace, _ queue: TaskQueue) {
        self.kind = kind
        self.namespace = namespace
        self.queue = queue
    }
}

/// A request id and what it was for: that of a start is unique within a workflow id, all others within a run, so that
/// an id that a run has used is free for the next one.
package struct RequestKey: Hashable, Sendable {
    package enum Kind: Int64, Sendable {
        case start = 0
        case signal = 1
        case cancel = 2
    }

    package var kind: Kind
    package var id: String

    package init(_ kind: Kind, _ id: String) {
        self.kind = kind
        self.id = id
    }
}

extension HistoryEvent.Attributes {
    /// It is the last event of a run.
    package var closesRun: Bool {
        switch self {
        case .workflowExecutionCompleted, .workflowExecutionFailed, .workflowExecutionTimedOut,
            .workflowExecutionCanceled, .workflowExecutionTerminated:
            true
        default: false
        }
    }
}
