import ArgumentParser
import Database
import Foundation
import History
import Synchronization
import Workers
import WorkflowAPI
import WorkflowRuntime

/// From a request to the code that it is for, beside bare commits of the same file.
struct LatencyBenchmark: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "latency",
        abstract: "Start to first activity, signal to handler: commits, and medians beside a bare commit."
    )

    @Option(help: "How many runs are measured.")
    var runs = 200
    @Option(help: "Where the file is made; /dev/shm leaves the disk out.")
    var directory = "."

    func run() async throws {
        let scratch = try await Scratch(in: directory)
        let worker = try Worker(
            service: scratch.engine.service,
            configuration: WorkerConfiguration(taskQueue: "benchmark"),
            workflows: [WorkflowRegistration(Pinged.self)],
            activities: [PingActivities()],
            logger: Scratch.logger
        )
        let working = Task { try await worker.run() }
        let engine = scratch.engine
        let ticking = Task { try await engine.run() }
        guard let database = engine.database else { return }
        try await database.write { try $0.execute("CREATE TABLE bare (id INTEGER PRIMARY KEY, value INTEGER)") }
        let figures = try await measure(scratch.client, database)
        working.cancel()
        ticking.cancel()
        _ = try? await working.value
        _ = try? await ticking.value
        await scratch.remove()
        report(figures)
    }

    private struct Figures {
        var bare: [Double] = []
        var start: [Double] = []
        var signal: [Double] = []
        var startCommits: [Int] = []
        var signalCommits: [Int] = []
    }

    private func measure(_ client: WorkflowClient, _ database: SQLiteDatabase) async throws -> Figures {
        var figures = Figures()
        let clock = ContinuousClock()
        for round in 0..<(runs + 20) {
            // Every figure begins with a program at rest, the bare commit like the others.
            await Self.settle(database)
            let bare = try await clock.measure {
                try await database.write { try $0.execute("INSERT INTO bare (value) VALUES (?)", [.integer(1)]) }
            }
            await Self.settle(database)
            var began = clock.now
            PingActivities.database.withLock { $0 = database }
            let before = database.counters.commits
            let handle = try await client.start(
                Pinged.self,
                id: WorkflowID("r-\(round)"),
                taskQueue: "benchmark",
                input: NoValue()
            )
            let start = await PingActivities.started.wait() - began
            let startCommits = PingActivities.commitsSeen.withLock { $0 } - before
            _ = await Pinged.waiting.wait()
            await Self.settle(database)
            began = clock.now
            let beforeSignal = database.counters.commits
            try await handle.signal(\.ping, "p")
            let signal = await Pinged.signaled.wait() - began
            let signalCommits = Pinged.commitsSeen.withLock { $0 } - beforeSignal
            _ = try await handle.result()
            guard round >= 20 else { continue }
            figures.bare.append(bare.milliseconds)
            figures.start.append(start.milliseconds)
            figures.signal.append(signal.milliseconds)
            figures.startCommits.append(startCommits)
            figures.signalCommits.append(signalCommits)
        }
        return figures
    }

    /// Waits until nothing has been committed for a moment.
    private static func settle(_ database: SQLiteDatabase) async {
        var last = -1
        while last != database.counters.commits {
            last = database.counters.commits
            try? await Task.sleep(for: .milliseconds(2))
        }
    }

    private func report(_ figures: Figures) {
        let bare = figures.bare.median
        let limit = 4 * bare + 1
        func line(_ name: String, _ times: [Double], _ commits: [Int], _ most: Int) {
            print(
                "\(name): \(commits.median) commits (limit \(most)), median \(rounded(times.median)) ms "
                    + "(limit \(rounded(limit)) ms = 4 bare commits + 1 ms), p99 \(rounded(times.sorted()[times.count * 99 / 100])) ms"
            )
        }
        print("bare commit: median \(rounded(bare)) ms")
        line("start to first activity", figures.start, figures.startCommits, 3)
        line("signal to handler", figures.signal, figures.signalCommits, 2)
    }
}

/// One activity, then a signal.
actor Pinged: WorkflowDefinition {
    static let signaled = Probe()
    static let waiting = Probe()
    static let commitsSeen = Synchronization.Mutex(0)

    struct Messages: Sendable { let ping = SignalDescriptor<String>("ping") }
    static let messages = Messages()
    private var isPinged = false

    func run(_ input: NoValue) async throws -> String {
        let text = try await Workflow.execute(
            PingActivities.ping,
            "x",
            options: ActivityOptions(startToCloseTimeout: .seconds(10))
        )
        Self.waiting.reach()
        try await Workflow.condition { self.isPinged }
        return text
    }

    static func handlers(_ handlers: inout WorkflowHandlers<Pinged>) {
        handlers.signal("ping") { (workflow, _: String) in
            commitsSeen.withLock { $0 = PingActivities.database.withLock { $0?.counters.commits ?? 0 } }
            signaled.reach()
            workflow.isPinged = true
        }
    }
}

/// Says when it runs.
struct PingActivities: ActivityContainer {
    static let ping = ActivityDescriptor<String, String>("ping")
    static let started = Probe()
    static let database = Mutex<SQLiteDatabase?>(nil)
    static let commitsSeen = Mutex(0)

    var activities: [ActivityRegistration] {
        [
            ActivityRegistration(Self.ping) { text in
                Self.commitsSeen.withLock { $0 = Self.database.withLock { $0?.counters.commits ?? 0 } }
                Self.started.reach()
                return text
            }
        ]
    }
}
