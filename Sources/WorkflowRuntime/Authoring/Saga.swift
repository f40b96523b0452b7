/// Steps of a workflow that are undone together when the work as a whole does not come to its end.
///
/// ```swift
/// let saga = Saga()
/// do {
///     try await saga.step("reserve seat") { try await seats.reserve(trip) } undo: { try await seats.release(trip) }
///     try await saga.step("charge") { try await bank.charge(trip) } undo: { try await bank.refund(trip) }
///     saga.complete()
/// } catch {
///     try await saga.undo()
///     throw error
/// }
/// ```
///
/// A compensation is noted before its step begins: a step that seems to have failed may have had its effect, so a
/// compensation has to do nothing where there is nothing to undo. It is ordinary workflow code, mostly one activity with
/// its retries; it goes on after a crash like all such code, and the cancellation of the workflow does not reach it.
///
/// `@unchecked Sendable`: touched only by code of the run, which one thread at a time runs.
public final class Saga: @unchecked Sendable {
    /// In which order steps are undone.
    public enum Order: Hashable, Sendable {
        /// The last step first, each after the other.
        case reverse
        /// All at once, begun with the last: for steps that do not build on each other.
        case parallel
    }

    /// A reference, so that it stays itself whatever happens to the list while it is undone.
    private final class Entry {
        var step: SagaStep
        let undo: @Sendable () async throws -> Void

        init(_ name: String, _ undo: @escaping @Sendable () async throws -> Void) {
            step = SagaStep(name: name)
            self.undo = undo
        }
    }

    private let order: Order
    private var entries: [Entry] = []
    /// Entries that this undoing has tried.
    private var tried: Set<ObjectIdentifier> = []
    private var isUndoing = false

    /// A saga without steps.
    public init(order: Order = .reverse) { self.order = order }

    /// The steps in the order in which they were begun.
    public var steps: [SagaStep] { entries.map(\.step) }

    /// Steps are being undone, or could not be.
    public var hasWorkLeft: Bool { entries.contains { $0.step.state != .undone } }

    /// Notes how to undo a step, before the step is begun.
    public func add(_ name: String, undo: @escaping @Sendable () async throws -> Void) {
        entries.append(Entry(name, undo))
    }

    /// Notes how to undo a step, then does it. Throws what `body` throws; undoing stays the caller's decision.
    public nonisolated(nonsending) func step<R>(
        _ name: String,
        _ body: () async throws -> R,
        undo: @escaping @Sendable () async throws -> Void
    ) async throws -> R {
        add(name, undo: undo)
        return try await body()
    }

    /// The latest step of a name turned out to have done nothing: it need not be undone.
    public func forget(_ name: String) {
        guard let index = entries.lastIndex(where: { $0.step.name == name && $0.step.state == .standing }) else {
            return
        }
        entries.remove(at: index)
    }

    /// The work has come to its end: nothing will be undone any more.
    public func complete() { entries.removeAll { $0.step.state == .standing } }

    /// Undoes what stands, shielded from cancellation; steps that are added meanwhile too. A step that cannot be undone does
    /// not keep the others from it, and the next call tries it again. Who calls while it is being undone waits for the end.
    /// Throws only outside of a workflow.
    /// - Returns: every step and what became of it.
    @discardableResult
    public func undo() async throws -> [SagaStep] {
        try await Workflow.shielded { [self] in
            guard !isUndoing else {
                try await Workflow.condition { !self.isUndoing }
                return
            }
            isUndoing = true
            tried = []
            defer { isUndoing = false }
            while !untried.isEmpty {
                switch order {
                case .reverse: if let last = untried.last { await undo(last) }
                case .parallel:
                    await withTaskGroup(of: Void.self) { group in
                        for entry in untried.reversed() {
                            let box = Box(entry: entry)
                            group.addTask { await self.undo(box.entry) }
                        }
                    }
                }
            }
        }
        return steps
    }

    private var untried: [Entry] {
        entries.filter { $0.step.state != .undone && !tried.contains(ObjectIdentifier($0)) }
    }

    /// `@unchecked Sendable`: the tasks of a run share its one thread.
    private struct Box: @unchecked Sendable {
        let entry: Entry
    }

    private func undo(_ entry: Entry) async {
        tried.insert(ObjectIdentifier(entry))
        entry.step.state = .undoing
        do {
            try await entry.undo()
            entry.step.state = .undone
            entry.step.failure = nil
        } catch {
            entry.step.state = .failed
            entry.step.failure = String(describing: error)
        }
    }
}
