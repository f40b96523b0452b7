package import WorkflowAPI

/// Something that is wrong in a store: where, what, and what to do next.
package struct StoreProblem: Hashable, Sendable {
    /// What kind of damage; the names are part of the output for scripts.
    package enum Kind: String, Sendable {
        /// The store itself: pages, rows that belong to nothing.
        case store
        /// Bytes that cannot be read.
        case unreadable
        /// Stored events are not what was stored.
        case chain
        /// Events are missing, doubled or out of order, in number or in time.
        case numbering
        /// An event refers to something that was not open.
        case reference
        /// An event after the end, or an end that is missing.
        case closing
        /// A signal that was acknowledged is lost or there twice.
        case signal
        /// A timer fired before its time.
        case timer
        /// More attempts than the policy allows.
        case attempts
        /// Rows that are not the fold of the history.
        case derived
        /// Rows that history does not hold and that cannot be.
        case primary
        /// A listing shows something else than the run.
        case listing
        /// Nothing will ever carry the run on.
        case stranded

        /// The history itself is not what it was: nothing can be made anew from it.
        package var isOfHistory: Bool { [.chain, .numbering, .reference, .timer].contains(self) }
    }

    /// What kind of damage.
    package var kind: Kind
    /// Whose.
    package var namespace: Namespace?
    /// The run; nil when it is the store's.
    package var execution: WorkflowExecution?
    /// The event, where it is one's.
    package var eventID: Int64?
    /// What is wrong.
    package var what: String
    /// What to do next, without the name of the program in front of its commands.
    package var nextStep: String

    /// A problem of the store itself.
    package init(store what: String, nextStep: String = StoreProblem.restore) {
        kind = .store
        self.what = what
        self.nextStep = nextStep
    }

    /// A workflow id that leads to the wrong run, or to none.
    init(workflowID: String, _ what: String) {
        self.init(store: "workflow id '\(workflowID)' \(what)", nextStep: WorkflowIDRepair.nextStep(for: workflowID))
    }

    /// A problem of a run; what to do next follows from the kind.
    package init(_ kind: Kind, of run: RunName, event: Int64? = nil, _ what: String) {
        self.kind = kind
        namespace = run.namespace
        execution = run.execution
        eventID = event
        self.what = what
        nextStep = Self.nextStep(after: kind, run.execution)
    }

    /// Takes back the advice to go by a history that is damaged itself.
    mutating func distrustHistory() {
        guard kind == .derived || kind == .listing else { return }
        nextStep = "see to the history first: 'rebuild' does not go by one that is damaged"
    }

    /// What helps when the file itself is damaged.
    package static let restore = "restore a backup"

    /// One line.
    package var line: String {
        var subject = "the store"
        if let execution {
            subject = "workflow '\(execution.workflowID)' run \(execution.runID)"
            if let namespace, namespace != .default { subject = "namespace '\(namespace)', \(subject)" }
        }
        if let eventID { subject += ", event \(eventID)" }
        return "\(subject): \(what); \(nextStep)"
    }

    private static func nextStep(after kind: Kind, _ execution: WorkflowExecution) -> String {
        let id = execution.workflowID
        return switch kind {
        case .store: restore
        case .unreadable, .chain, .numbering, .reference, .closing, .timer:
            "compare 'show \(id) --run-id \(execution.runID)' with a backup; what has happened cannot be made anew"
        case .signal: "ask the sender; 'show \(id) --run-id \(execution.runID)' has what was recorded"
        case .attempts: "'describe \(id)' shows it; 'activity fail' or 'activity complete' closes it by hand"
        case .derived, .listing: "'rebuild --workflow-id \(id)' makes it anew from the history"
        case .primary: "'describe \(id)' shows how it stands; 'retry \(id)' or 'terminate \(id)' if it does not go on"
        case .stranded: "any signal gives it a turn; 'terminate \(id)' ends it"
        }
    }
}
