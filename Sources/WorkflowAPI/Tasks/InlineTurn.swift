import Synchronization

/// A worker's offer to run the code of a workflow task inside of the transaction that hands the task out, so that what the code
/// asks for is committed with it: one transaction instead of two.
///
/// An offer is good for one task. A service may ignore it; one that takes it up says how that ended with ``settle(_:)``, once
/// and before it answers the request that brought the offer.
public final class InlineTurn: Sendable {
    /// What became of a task that was run.
    public enum End: Hashable, Sendable {
        /// It was handed out and completed in one transaction; this is what the completion brought.
        case recorded(NextTasks)
        /// It was handed out, and nothing more: its worker completes it as ever.
        case handedOut
        /// The transaction was undone, or nobody knows. If its task is handed out after all, then as another attempt.
        case undone
    }

    /// Gets the answer to a task; nil when its code failed, or was not run at all.
    public typealias Answer = @Sendable (CompleteWorkflowTaskRequest?) -> Void

    private let body: @Sendable (WorkflowTask, @escaping Answer) -> Void
    private let onEnd: @Sendable (End) -> Void
    private let isTaken = Atomic(false)

    /// An offer.
    /// - Parameter run: Has the task's code run somewhere and calls back once with its commands, from anywhere. Must not
    ///   block, nor wait for the service.
    /// - Parameter end: Told what became of it, if it was taken up. Must not block.
    public init(
        run: @escaping @Sendable (WorkflowTask, @escaping Answer) -> Void,
        end: @escaping @Sendable (End) -> Void
    ) {
        body = run
        onEnd = end
    }

    /// Takes the offer up; false if somebody has before.
    public func take() -> Bool { !isTaken.exchange(true, ordering: .acquiringAndReleasing) }

    /// Has the code of a task run; the answer comes when it comes, and nobody need wait for it. Only for who has taken the
    /// offer up, once.
    public func run(_ task: WorkflowTask, _ answer: @escaping Answer) { body(task, answer) }

    /// Says what became of it. Only for who has taken the offer up, once.
    public func settle(_ end: End) { onEnd(end) }
}

extension InlineTurn: Hashable {
    /// The same offer.
    public static func == (left: InlineTurn, right: InlineTurn) -> Bool { left === right }

    /// By identity.
    public func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(self)) }
}
