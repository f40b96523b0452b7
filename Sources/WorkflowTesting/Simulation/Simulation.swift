import History
public import WorkflowAPI
public import WorkflowRuntime

/// One simulated schedule, as a scenario and an invariant see it. Nothing happens in it but what the scenario does and
/// what its waiting makes happen.
public struct Simulation: Sendable {
    let core: SimulationCore
    /// A client whose requests survive the death of the process that took them: it repeats them with their request ids.
    public let client: WorkflowClient
    /// Where workflows and activities wait unless they say otherwise; every other queue is served as well.
    public let taskQueue: TaskQueue
    /// The database, if the simulation is on a file.
    public let database: SimulationDatabase?

    /// The clock; moved when nothing can be done at the present time, and by faults.
    public var clock: ManualEngineClock { core.clock }

    /// Starts a run and carries it to its end; throws what ``result(of:)`` throws.
    @discardableResult
    public func run<Definition: WorkflowDefinition>(
        _ definition: Definition.Type,
        id: WorkflowID? = nil,
        input: Definition.Input
    ) async throws -> Definition.Output where Definition.Input: Encodable, Definition.Output: Decodable {
        try await result(of: try await start(definition, id: id, input: input))
    }

    /// Starts a run.
    public func start<Definition: WorkflowDefinition>(
        _ definition: Definition.Type,
        id: WorkflowID? = nil,
        input: Definition.Input
    ) async throws -> WorkflowHandle<Definition> where Definition.Input: Encodable {
        try await client.start(definition, id: id, taskQueue: taskQueue, input: input)
    }

    /// Carries a run to its end and gives its result. Throws ``WorkflowRuntime/WorkflowClosedError`` when it has none;
    /// that it never ends is a ``SimulationProblem``.
    @discardableResult
    public func result<Definition: WorkflowDefinition>(
        of handle: WorkflowHandle<Definition>
    ) async throws -> Definition.Output where Definition.Output: Decodable {
        try await finish(handle)
        return try await handle.result(timeout: .zero)
    }

    /// Carries a run to its end, whatever that is.
    public func finish<Definition: WorkflowDefinition>(_ handle: WorkflowHandle<Definition>) async throws {
        let target = RunTarget(client.namespace, handle.workflowID, handle.runID)
        while try await core.base.execution(target).status == .running {
            guard try await core.step() else {
                throw core.report(
                    .stuck,
                    "workflow '\(handle.workflowID)' waits for something that will not come"
                )
            }
        }
    }

    /// How a run stands, or nil if there is none; no request of a client, so nothing can go wrong.
    public func status(of workflowID: WorkflowID) async throws -> WorkflowStatus? {
        do {
            return try await core.base.execution(.current(client.namespace, workflowID)).status
        } catch let error as WorkflowServiceError where error.code == .notFound {
            return nil
        }
    }

    /// The history of a workflow id's current run; no request of a client.
    public func history(of workflowID: WorkflowID) async throws -> [HistoryEvent] {
        try await core.base.events(.current(client.namespace, workflowID), after: 0, through: .max)
    }

    /// Does something when the clock gets there: sends a signal, asks a query.
    public func after(_ delay: Duration, _ action: @escaping @Sendable () async throws -> Void) {
        core.after(delay, action)
    }

    /// Lets so many things happen, or fewer if there are no more.
    public func steps(_ count: Int) async throws {
        for _ in 0..<max(0, count) { guard try await core.step() else { return } }
    }

    /// Lets time pass, and what happens meanwhile happen.
    public func wait(_ duration: Duration) async throws {
        let end = clock.now() + duration
        core.after(duration) {}
        while clock.now() < end { guard try await core.step() else { return } }
    }

    /// A number that depends on the seed and the schedule alone.
    public func random(in range: ClosedRange<Int>) -> Int {
        let width = UInt64(bitPattern: Int64(range.upperBound &- range.lowerBound)) &+ 1
        return range.lowerBound &+ Int(truncatingIfNeeded: core.random(under: width))
    }

    /// One of several, as the seed and the schedule alone decide; nil of none.
    public func choose<Element>(_ elements: [Element]) -> Element? {
        elements.isEmpty ? nil : elements[random(in: 0...elements.count - 1)]
    }

    /// Lets everything happen that is under way or can be done at the present time.
    func drain() async throws {
        while try await core.stepWithoutTime() {}
    }
}
