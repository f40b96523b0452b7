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

    init() throws {
        disk = try #require(FaultyDisk())
        directory = FileManager.default.temporaryDirectory.appending(path: "power-cut-\(UUID())")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: directory) }

    /// What was answered for before a position of the disk.
    func acknowledgements(before position: Int64) -> [AcknowledgedFact] {
        acknowledged.withLock { $0.filter { $0.position <= position }.map(\.fact) }
    }

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
        try await withThrowingTaskGroup(of: Void.self) { group in
            for client in 0..<clients {
                group.addTask { [self] in
                    for run in 0..<runs {
                        try await workflow("order-\(client)-\(run)", on: TaskQueue("queue-\(client)-\(run)"), harness)
                        if (client + run) % 3 == 0 { try await database.checkpoint() }
                    }
                }
            }
            try await group.waitForAll()
        }
        await store.close()
    }

    /// One workflow with signals before, within and after its turns, two activities and a timer.
    private func workflow(_ name: String, on queue: TaskQueue, _ harness: ConformanceHarness) async throws {
        let id = WorkflowID(name)
        let started = try await harness.start(id) { $0.taskQueue = queue }
        acknowledge(.started(started.execution))
        try await signal("early", id, harness)
        try await turn(queue, [.activity("1", eager: false), .activity("2", eager: false), .timer()], harness) {
            try await self.signal("buffered", id, harness)
        }
        for _ in 0..<2 {
            let task = try #require(try await harness.pollActivity(queue: queue))
            _ = try await harness.heartbeat(task, details: [.text("half")])
            try await harness.complete(task, result: [.text("paid")])
            acknowledge(.activityCompleted(id, scheduledEventID: task.token.scheduledEventID))
        }
        try await signal("late", id, harness)
        // Some stay open, so that a cut finds runs of every age.
        guard name.hash(into: 3) != 0 else { return }
        try await turn(queue, [.cancelTimer("t1"), .complete([.text("done")])], harness)
        acknowledge(.closed(id))
    }

    private func turn(
        _ queue: TaskQueue,
        _ commands: [Command],
        _ harness: ConformanceHarness,
        meanwhile: () async throws -> Void = {}
    ) async throws {
        let task = try #require(try await harness.poll(queue: queue))
        let id = task.execution.workflowID
        acknowledge(.taskTaken(id, startedEventID: task.startedEventID))
        try await meanwhile()
        try await harness.complete(task, commands)
        acknowledge(.taskCompleted(id, startedEventID: task.startedEventID))
    }

    private func signal(_ name: String, _ id: WorkflowID, _ harness: ConformanceHarness) async throws {
        try await harness.signal(name, id, input: [.text(name)], requestID: "\(id.rawValue)-\(name)")
        acknowledge(.signaled(id, name))
    }
}

extension String {
    /// The same small number for the same text in every process.
    fileprivate func hash(into buckets: Int) -> Int { utf8.reduce(7) { ($0 &* 31 &+ Int($1)) & 0xFFFF } % buckets }
}
