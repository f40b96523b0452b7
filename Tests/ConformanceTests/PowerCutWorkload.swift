import Database
import FaultyDisk
import Foundation
import History
import Synchronization
import Testing
import WorkflowAPI
import WorkflowTesting

/// Something that the engine has answered for.
enum AcknowledgedFact: Hashable, Sendable {
    case started(WorkflowExecution)
    case signaled(WorkflowID, String)
    case taskTaken(WorkflowID, startedEventID: Int64)
    case taskCompleted(WorkflowID, startedEventID: Int64)
    case activityCompleted(WorkflowID, scheduledEventID: Int64)
    case closed(WorkflowID)

    var workflowID: WorkflowID {
        switch self {
        case .started(let execution): execution.workflowID
        case .signaled(let id, _), .closed(let id): id
        case .taskTaken(let id, _), .taskCompleted(let id, _), .activityCompleted(let id, _): id
        }
    }
}

/// Clients and workers on a file whose disk remembers everything.
final class PowerCutWorkload: Sendable {
    struct Acknowledgement: Sendable {
        /// How many operations the disk had seen when the answer was there.
        var position: Int64
        var fact: AcknowledgedFact
    }

    let disk: FaultyDisk
    let directory: URL
    private let acknowledged = Mutex<[Acknowledgement]>([])
    private let gremlin: DiskGremlin?

    /// With a gremlin the disk fails now and then, and clients and workers try again.
    init(gremlin: DiskGremlin? = nil) throws {
        self.gremlin = gremlin
        disk = try #require(FaultyDisk())
        directory = FileManager.default.temporaryDirectory.appending(path: "power-cut-\(UUID())")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: directory) }

    /// What was answered for before a position of the disk.
    func acknowledgements(before position: Int64) -> [AcknowledgedFact] {
        acknowledged.withLock { $0.filter { $0.position <= position }.map(\.fact) }
    }

    /// Where the disk stood when the first answer came: from here on there is a whole file.
    var firstAcknowledgement: Int64 { acknowledged.withLock { $0.map(\.position).min() ?? 0 } }

    var acknowledgementCount: Int { acknowledged.withLock { $0.count } }

    private func acknowledge(_ fact: AcknowledgedFact) {
        let position = disk.position
        acknowledged.withLock { $0.append(Acknowledgement(position: position, fact: fact)) }
    }

    /// Runs `clients` beside each other, each with `runs` workflows one after the other, and checkpoints between.
    func run(synchronous: String, clients: Int, runs: Int) async throws {
        var options = SQLiteDatabase.Options()
        options.synchronous = synchronous
        options.vfs = disk.name
        let database = try SQLiteDatabase(
            path: directory.appending(path: "workflow.db").path,
            mode: .createIfMissing,
            options: options
        )
        let clock = ManualEngineClock()
        let store = try await SQLiteHistoryStore(database: database, clock: { clock.now() })
        let harness = ConformanceHarness(over: store, clock: clock)
        try await insist { try await StepBooks.prepare(database) }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for client in 0..<clients {
                group.addTask { [self] in
                    for run in 0..<runs {
                        try await workflow("order-\(client)-\(run)", on: TaskQueue("queue-\(client)-\(run)"), harness)
                        if (client + run) % 3 == 0 { try await self.insist { try await database.checkpoint() } }
                    }
                }
            }
            try await group.waitForAll()
        }
        disk.heal()
        await store.close()
    }

    /// Tries until the disk lets it happen, as clients and workers do with the same request id or token.
    private func insist<R: Sendable>(_ body: @Sendable () async throws -> R) async throws -> R {
        guard let gremlin else { return try await body() }
        for _ in 0..<200 {
            gremlin.mayHit(disk)
            do {
                return try await body()
            } catch let error as WorkflowServiceError where [.unavailable, .outcomeUnknown].contains(error.code) {
                gremlin.count(error.code == .outcomeUnknown ? .outcomeUnknown : .io)
            } catch let error as DatabaseError where [.full, .io, .noMemory, .cannotOpen].contains(error.code) {
                gremlin.count(error.code)
            }
        }
        throw DatabaseError(.io, "the disk has not recovered")
    }

    /// One workflow with signals before, within and after its turns, two activities and a timer.
    private func workflow(_ name: String, on queue: TaskQueue, _ harness: ConformanceHarness) async throws {
        let id = WorkflowID(name)
        let started = try await insist {
            try await harness.start(id) {
                $0.taskQueue = queue
                $0.requestID = name
            }
        }
        acknowledge(.started(started.execution))
        try await signal("early", id, harness)
        let activities = ["1", "2"].map {
            Command.activity(
                $0,
                timeouts: ActivityTimeouts(startToClose: .seconds(10)),
                retry: RetryPolicy(),
                eager: false
            )
        }
        try await turn(queue, activities + [.timer("t1", .seconds(86_400))], harness) {
            try await self.signal("buffered", id, harness)
        }
        for _ in activities { try await attemptUntilDone(id, queue, harness) }
        try await signal("late", id, harness)
        // Some stay open, so that a cut finds runs of every age.
        guard name.hash(into: 3) != 0 else { return }
        try await turn(queue, [.cancelTimer("t1"), .complete([.text("done")])], harness)
        acknowledge(.closed(id))
    }

    /// Takes an activity and completes it, again when the attempt was lost.
    private func attemptUntilDone(_ id: WorkflowID, _ queue: TaskQueue, _ harness: ConformanceHarness) async throws {
        let scheduled = try await untilAnswered(harness) { () -> Int64? in
            guard let task = try await self.insist({ try await harness.pollActivity(queue: queue) }) else { return nil }
            _ = try await self.insist { try await harness.heartbeat(task, details: [.text("half")]) }
            if task.activityID == StepBooks.activityID {
                let request = RunActivityStepRequest(token: task.token, worker: .a)
                _ = try await self.insist {
                    try await harness.service.runActivityStep(request, StepBooks.step(of: task))
                }
                _ = try await self.insist { try await harness.service.deliverInbox() }
            } else {
                _ = try await self.insist { try await harness.complete(task, result: [.text("paid")]) }
            }
            return task.token.scheduledEventID
        }
        acknowledge(.activityCompleted(id, scheduledEventID: scheduled))
    }

    /// Takes the workflow task and completes it, again when the attempt was lost.
    private func turn(
        _ queue: TaskQueue,
        _ commands: [Command],
        _ harness: ConformanceHarness,
        meanwhile: @escaping @Sendable () async throws -> Void = {}
    ) async throws {
        let (id, startedEventID) = try await untilAnswered(harness) { () -> (WorkflowID, Int64)? in
            guard let task = try await self.insist({ try await harness.poll(queue: queue) }) else { return nil }
            let id = task.execution.workflowID
            // Later attempts have no events of their own until they are answered.
            if task.attempt == 1 { self.acknowledge(.taskTaken(id, startedEventID: task.startedEventID)) }
            try await meanwhile()
            _ = try await self.insist { try await harness.complete(task, commands) }
            return (id, task.startedEventID)
        }
        acknowledge(.taskCompleted(id, startedEventID: startedEventID))
    }

    /// Repeats an attempt at a task that nobody has, or that somebody lost, when its time is up.
    private func untilAnswered<R: Sendable>(
        _ harness: ConformanceHarness,
        _ attempt: @Sendable () async throws -> R?
    ) async throws -> R {
        for _ in 0..<100 {
            do {
                if let answer = try await attempt() { return answer }
            } catch let error as WorkflowServiceError where error.code == .staleTask && gremlin != nil {}
            harness.clock.advance(by: .seconds(11))
            try await insist { try await harness.fireDue() }
        }
        throw BrokenInvariant("a task is lost")
    }

    private func signal(_ name: String, _ id: WorkflowID, _ harness: ConformanceHarness) async throws {
        try await insist {
            try await harness.signal(name, id, input: [.text(name)], requestID: "\(id.rawValue)-\(name)")
        }
        acknowledge(.signaled(id, name))
    }
}

extension String {
    /// The same small number for the same text in every process.
    fileprivate func hash(into buckets: Int) -> Int { utf8.reduce(7) { ($0 &* 31 &+ Int($1)) & 0xFFFF } % buckets }
}
