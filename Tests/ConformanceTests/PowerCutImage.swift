import Database
import Foundation
import History
import WorkflowAPI
import WorkflowTesting

/// What a power cut left, opened by an engine as after any restart.
struct PowerCutImage {
    let directory: URL
    /// What has to be there.
    let expected: [AcknowledgedFact]

    enum Verdict: Hashable {
        case holds
        /// Whole, but without something that was answered for.
        case lost(String)
        /// It cannot be opened, or is not whole.
        case broken(String)
    }

    func verdict() async -> Verdict {
        do {
            let database = try SQLiteDatabase(
                path: directory.appending(path: "workflow.db").path,
                mode: .createIfMissing
            )
            defer { database.close() }
            let clock = ManualEngineClock()
            let store = try await SQLiteHistoryStore(database: database, clock: { clock.now() })
            let problems = try await store.verify()
            if let first = problems.first { return .broken(first) }
            let harness = ConformanceHarness(over: store, clock: clock, seed: 2)
            let runs = try await checkedRuns(store)
            if let fact = expected.first(where: { !(runs[$0.workflowID]?.shows($0) ?? false) }) {
                return .lost("\(fact)")
            }
            if let problem = try await StepBooks.problem(database, runs) { return .broken(problem) }
            return try await goesOn(harness, runs)
        } catch {
            return .broken("\(error)")
        }
    }

    /// Every run, after its derived rows were held against the fold of its history.
    private func checkedRuns(_ store: SQLiteHistoryStore) async throws -> [WorkflowID: FoundRun] {
        var found: [WorkflowID: FoundRun] = [:]
        for line in try await store.list(ListWorkflowsRequest(namespace: .default, limit: 1000)) {
            let target = RunTarget.run(line.namespace, line.execution)
            let state = try await store.read(target)
            let events = try await store.events(target, after: 0, through: .max)
            try RunInvariants(state: state, events: events).check()
            found[line.execution.workflowID] = FoundRun(state: state, events: events)
        }
        return found
    }

    /// Clients repeat what they sent, with the same request ids, and the engine takes new work.
    private func goesOn(_ harness: ConformanceHarness, _ runs: [WorkflowID: FoundRun]) async throws -> Verdict {
        for (id, run) in runs.sorted(by: { $0.key.rawValue < $1.key.rawValue }).prefix(3) where run.isOpen {
            for name in ["early", "late"] {
                try await harness.signal(name, id, requestID: "\(id.rawValue)-\(name)")
                let target = RunTarget.run(.default, run.state.execution.execution)
                let now = FoundRun(
                    state: try await harness.store.read(target),
                    events: try await harness.events(id)
                )
                guard now.signals.filter({ $0 == name }).count == 1 else {
                    return .broken("signal '\(name)' of \(id) stands \(now.signals.filter { $0 == name }.count) times")
                }
            }
        }
        try await harness.start("after-the-cut") { $0.taskQueue = "after" }
        guard let task = try await harness.poll(queue: "after") else { return .broken("new work is not handed out") }
        try await harness.complete(task, [.complete()])
        return .holds
    }
}

/// A run as an image has it.
struct FoundRun {
    let state: MutableState
    let events: [HistoryEvent]

    var isOpen: Bool { state.execution.status == .running }

    /// Names of signals, in the history or on their way into it.
    var signals: [String] {
        (events.map(\.attributes) + state.buffered.map(\.attributes)).compactMap {
            if case .workflowExecutionSignaled(let signal) = $0 { signal.signalName } else { nil }
        }
    }

    func shows(_ fact: AcknowledgedFact) -> Bool {
        switch fact {
        case .started(let execution): state.execution.execution == execution
        case .signaled(_, let name): signals.filter { $0 == name }.count == 1
        case .taskTaken(_, let started): events.contains { $0.id == started && $0.type == .taskStarted }
        case .taskCompleted(_, let started):
            events.contains {
                if case .workflowTaskCompleted(let closing) = $0.attributes {
                    closing.startedEventID == started
                } else {
                    false
                }
            }
        case .activityCompleted(_, let scheduled):
            (events.map(\.attributes) + state.buffered.map(\.attributes))
                .contains { $0.closedActivityOfCase == scheduled }
        case .closed: !isOpen
        }
    }
}
