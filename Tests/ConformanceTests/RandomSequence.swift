import History
import Testing
import WorkflowAPI
import WorkflowTesting

/// One random walk through everything that clients, workers, operators, the clock and death can do to a store.
///
/// Every number comes from the seed, so a walk that fails can be walked again.
struct RandomSequence {
    private(set) var harness: ConformanceHarness
    var random: SeededGenerator
    /// What was done, for the report of a failure.
    var log: [String] = []
    var workers: [WorkerIdentity] = [.a]
    /// Tasks that workers hold; some are stale by now.
    var workflowTasks: [WorkflowTask] = []
    var activityTasks: [ActivityTask] = []
    /// Request ids of signals that were acknowledged, by execution.
    var acknowledged: [WorkflowID: Set<String>] = [:]

    static let ids: [WorkflowID] = ["order-1", "order-2", "order-3"]
    /// What may come of a request that lost a race or made no sense.
    static let expectedRefusals: [WorkflowServiceError.Code] = [
        .staleTask, .workflowClosed, .alreadyStarted, .notFound, .invalidArgument,
    ]

    init(store: ConformanceStore, seed: UInt64) async throws {
        harness = try await ConformanceHarness(store: store, seed: seed)
        random = SeededGenerator(seed: seed)
    }

    /// Takes so many steps, checking the invariants after each, then brings every run to its end.
    mutating func walk(steps: Int) async throws {
        try await wander(steps: steps)
        try await finish()
    }

    /// Takes so many steps, checking the invariants after each.
    mutating func wander(steps: Int) async throws {
        for _ in 0..<steps {
            do {
                try await step()
            } catch let refusal as WorkflowServiceError where RandomSequence.expectedRefusals.contains(refusal.code) {
                log.append("  refused: \(refusal.code)")
            }
            try await harness.checkInvariants(onlyChanged: true)
        }
        try await checkSignals()
    }

    /// Goes on with another store, in which no worker of before is known.
    mutating func move(to other: ConformanceHarness) {
        harness = other
        workers = [.a]
        log.append("moves to another store")
    }

    /// Brings every run to its end.
    mutating func finish() async throws {
        try await drain()
        try await harness.checkInvariants()
        try await checkSignals()
    }

    private mutating func step() async throws {
        switch roll(100) {
        case 0..<6: try await start()
        case 6..<16: try await signal()
        case 16..<18: try await requestCancel()
        case 18..<36: try await pollWorkflowTask()
        case 36..<57: try await answerWorkflowTask()
        case 57..<69: try await pollActivityTask()
        case 69..<83: try await answerActivityTask()
        case 83..<93: try await moveClock()
        case 93..<95: try await killWorker()
        case 95..<97: try await blame()
        case 97: if oneIn(3) { try await terminate() }
        default: try await operate()
        }
    }

    /// A number from 0 up to `bound`.
    mutating func roll(_ bound: Int) -> Int { Int.random(in: 0..<bound, using: &random) }

    /// True once in `times`.
    mutating func oneIn(_ times: Int) -> Bool { roll(times) == 0 }

    mutating func pick<T>(_ choices: [T]) -> T { choices[roll(choices.count)] }

    private mutating func moveClock() async throws {
        let milliseconds = pick([1, 100, 100, 1000, 1000, 2000, 5000, 11_000, -1000, oneIn(3) ? 60_000 : -60_000])
        log.append("clock \(milliseconds) ms")
        harness.clock.advance(by: .milliseconds(milliseconds))
        if !oneIn(4) { try await harness.fireDue() }
    }

    private mutating func killWorker() async throws {
        let index = roll(workers.count)
        let dead = workers.remove(at: index)
        log.append("\(dead.identity) dies")
        if dead.session != 0 { try await harness.store.closeSession(dead.session) }
        workers.append(try await harness.register("worker-\(roll(1000))"))
    }

    /// Exactly what was acknowledged is in the histories or the buffers, once.
    private func checkSignals() async throws {
        var found: [WorkflowID: [String]] = [:]
        for line in try await harness.list(configure: { $0.limit = 1000 }) {
            let run = RunTarget.run(line.namespace, line.execution)
            let events = try await harness.store.events(run, after: 0, through: .max).map(\.attributes)
            let buffered = try await harness.store.read(run).buffered.map(\.attributes)
            for case .workflowExecutionSignaled(let signal) in events + buffered {
                found[line.execution.workflowID, default: []].append(signal.requestID)
            }
        }
        for (id, expected) in acknowledged {
            #expect(found[id, default: []].sorted() == expected.sorted(), "signals of \(id) were lost or doubled")
        }
    }

    /// A healthy worker takes over: whatever happened before, every run comes to its end.
    private mutating func drain() async throws {
        log.append("drain")
        for _ in 0..<20 {
            harness.clock.advance(by: .seconds(700))
            try await harness.fireDue()
            for line in try await harness.list(configure: { $0.statuses = [.running] }) {
                let request = AdministerTaskRequest(workflowID: line.execution.workflowID)
                _ = try await harness.service.retryTasks(request)
                try await harness.signal("finish", line.execution.workflowID, requestID: nextSignal(line))
            }
            for sticky in [nil, TaskQueue.stickyA] {
                while let task = try await harness.poll(.a, sticky: sticky) {
                    try await harness.complete(task, [.complete()])
                }
            }
        }
        let open = try await harness.list { $0.statuses = [.running] }
        #expect(open.isEmpty, "runs are stranded: \(open.map(\.execution))")
    }

    private mutating func nextSignal(_ line: WorkflowSummary) -> String {
        let id = harness.newRequestID()
        acknowledged[line.execution.workflowID, default: []].insert(id)
        return id
    }
}

@Suite(.serialized) struct RandomSequenceTests {
    /// Fewer where a step takes milliseconds: what the stores share has been through the others.
    private static var walks: [(ConformanceStore, UInt64)] {
        ConformanceStore.available.flatMap { store in (1...store.walks).map { (store, $0) } }
    }

    /// The seed is the argument, which a failure names.
    @Test(arguments: walks)
    func `no sequence of operations breaks an invariant`(_ store: ConformanceStore, seed: UInt64) async throws {
        var sequence = try await RandomSequence(store: store, seed: seed)
        do {
            try await sequence.walk(steps: 60)
        } catch {
            Issue.record("seed \(seed): \(error)\n\(sequence.log.joined(separator: "\n"))")
        }
        await sequence.harness.close()
    }
}
