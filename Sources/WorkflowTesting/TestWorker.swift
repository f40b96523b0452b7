import Logging
import Synchronization
import WorkflowAPI
import WorkflowRuntime

/// Does tasks as a worker does, and gives the answers to whoever asked instead of sending them. For one task at a time.
final class TestWorker: Sendable {
    /// What a workflow task came to. The run belongs to whoever has this, to keep or to evict.
    struct Turn: Sendable {
        var run: WorkflowRun
        var result: Result<WorkflowActivation, WorkflowTaskFailure>
    }

    /// How an attempt of an ordinary activity ended.
    struct Ending: Sendable {
        var result: Result<[Payload], any Error>
        var lastHeartbeat: [Payload]?
    }

    static let silent = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    private struct State {
        var runs: [RunID: WorkflowRun] = [:]
        var activities: [String: ActivityRegistration]
        var withheldPatches: Set<String> = []
    }

    let workflows: [String: WorkflowRegistration]
    private let state: Mutex<State>

    init(workflows: [WorkflowRegistration], activities: [any ActivityContainer]) {
        EscapeHooks.install()
        self.workflows = Dictionary(workflows.map { ($0.name, $0) }) { first, _ in first }
        let byName = Dictionary(activities.flatMap(\.activities).map { ($0.name, $0) }) { first, _ in first }
        state = Mutex(State(activities: byName))
    }

    /// Knows these activities from now on, in place of others with their names.
    func replace(_ activities: [ActivityRegistration]) {
        state.withLock { state in
            for activity in activities { state.activities[activity.name] = activity }
        }
    }

    /// Patches that runs come by as if they were not in the code yet.
    var withheldPatches: Set<String> { state.withLock { $0.withheldPatches } }

    /// Makes runs come by these patches as if they were not in the code yet.
    func withholdPatches(_ ids: Set<String>) { state.withLock { $0.withheldPatches = ids } }

    /// Throws ``StuckError`` for a name that nobody registered.
    func activity(named name: String) throws -> ActivityRegistration {
        guard let activity = state.withLock({ $0.activities[name] }) else {
            throw StuckError(description: "no activity type '\(name)' is registered")
        }
        return activity
    }

    /// Whether a kept run goes on with the task, so that only what is new is needed of its history.
    func continues(_ task: WorkflowTask) -> Bool {
        let run = state.withLock { $0.runs[task.execution.runID] }
        return run.map { $0.lastStartedEventID == task.previousStartedEventID } ?? false
    }

    /// Runs the code, and the local activities that it waits for, one after the other. Throws ``StuckError`` for a type that
    /// nobody registered.
    func turn(on task: WorkflowTask, attempt: LocalAttempt? = nil) async throws -> Turn {
        guard let registration = workflows[task.workflowType] else {
            throw StuckError(description: "no workflow type '\(task.workflowType)' is registered")
        }
        let isContinued = continues(task)
        let kept = state.withLock { $0.runs.removeValue(forKey: task.execution.runID) }
        if !isContinued { kept?.evict() }
        var rest = task
        if isContinued { rest.history.removeAll { $0.id <= task.previousStartedEventID } }
        let run =
            (isContinued ? kept : nil)
            ?? registration.makeRun(
                namespace: task.namespace,
                execution: task.execution,
                logger: Self.silent,
                withholding: withheldPatches
            )
        var turn = Self.turn(of: run) { () throws(WorkflowTaskFailure) in try run.activate(rest) }
        while case .success(let activation) = turn.result, let local = activation.localActivities.first {
            let end: LocalActivityEnd
            do {
                end = try await self.end(of: local, task, at: activation.time, attempt ?? self.attempt)
            } catch {
                run.evict()
                throw error
            }
            turn = Self.turn(of: run) { () throws(WorkflowTaskFailure) in try run.end([end], of: rest) }
        }
        return turn
    }

    private static func turn(
        of run: WorkflowRun,
        _ body: () throws(WorkflowTaskFailure) -> WorkflowActivation
    ) -> Turn {
        do throws(WorkflowTaskFailure) {
            return Turn(run: run, result: .success(try body()))
        } catch {
            return Turn(run: run, result: .failure(error))
        }
    }

    /// Keeps a run for its next task.
    func keep(_ run: WorkflowRun, of execution: WorkflowExecution) {
        state.withLock { state in state.runs.updateValue(run, forKey: execution.runID) }?.evict()
    }

    /// Drops all kept runs.
    func dropRuns() {
        let runs = state.withLock { state in
            defer { state.runs = [:] }
            return state.runs.sorted { $0.key.rawValue < $1.key.rawValue }.map(\.value)
        }
        for run in runs { run.evict() }
    }

    /// What the code of an attempt can ask and say.
    static func context(
        of task: ActivityTask,
        onHeartbeat: @escaping @Sendable ([Payload]) -> Void = { _ in }
    ) -> ActivityContext {
        ActivityContext(
            info: ActivityInfo(task),
            heartbeatDetails: task.heartbeatDetails,
            logger: { silent },
            onHeartbeat: onHeartbeat
        )
    }

    /// Runs the code of an ordinary activity.
    func attempt(
        _ task: ActivityTask,
        _ work: @Sendable ([Payload], ActivityContext) async throws -> [Payload]
    ) async -> Ending {
        let details = Mutex<[Payload]?>(nil)
        let context = Self.context(of: task) { payloads in details.withLock { $0 = payloads } }
        do {
            let result = try await ActivityContext.$current.withValue(context) { try await work(task.input, context) }
            return Ending(result: .success(result), lastHeartbeat: nil)
        } catch {
            return Ending(result: .failure(error), lastHeartbeat: details.withLock { $0 })
        }
    }

    /// The code of an exactly-once step, for the store to run. Throws what the activity throws for its input.
    func step(of task: ActivityTask, _ prepare: ActivityRegistration.StepPreparation) throws -> StoreStep {
        let step = try prepare(task.input)
        let context = Self.context(of: task)
        return { transaction in
            ActivityContext.$current.withValue(context) {
                do {
                    return .done(try step(transaction))
                } catch {
                    return .failed(FailureConverter.failure(for: error))
                }
            }
        }
    }

    deinit { dropRuns() }
}
