import ArgumentParser
import Database
import History
import WorkflowAPI
import WorkflowRuntime

/// Transitions of many clients at once, and what each costs the store.
struct ThroughputBenchmark: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "throughput",
        abstract: "Transitions a second, commits, statements and bytes per transition at 1, 8 and 64 clients."
    )

    @Option(help: "How long each number of clients is measured, in seconds.")
    var seconds = 3.0
    @Option(help: "Where the file is made.")
    var directory = "."

    func run() async throws {
        for clients in [1, 8, 64] {
            let scratch = try await Scratch(in: directory)
            if let database = scratch.engine.database { try await measure(clients, scratch, database) }
            await scratch.remove()
        }
    }

    private func measure(_ clients: Int, _ scratch: Scratch, _ database: SQLiteDatabase) async throws {
        let client = scratch.client
        let before = database.counters
        let bytes = scratch.logBytes
        let clock = ContinuousClock()
        let began = clock.now
        let deadline = began + .seconds(seconds)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<clients {
                group.addTask {
                    var run = 0
                    while clock.now < deadline {
                        run += 1
                        try await Self.startAndSignal(client, "c-\(number)-\(run)", until: deadline)
                    }
                }
            }
            try await group.waitForAll()
        }
        let elapsed = (clock.now - began).milliseconds / 1000
        let after = database.counters
        let transitions = Double(after.members - before.members)
        let commits = Double(after.commits - before.commits)
        print(
            "\(clients) clients: \(Int(transitions / elapsed)) transitions/s, "
                + "\(rounded(commits / transitions)) commits, "
                + "\(rounded(Double(after.statements - before.statements) / transitions, 1)) statements and "
                + "\(Int(Double(scratch.logBytes - bytes) / transitions)) bytes of log per transition"
        )
    }

    /// Every request is one transition; a run that nobody works on takes fifty signals.
    private static func startAndSignal(
        _ client: WorkflowClient,
        _ id: String,
        until deadline: ContinuousClock.Instant
    ) async throws {
        let handle = try await client.start(Pinged.self, id: WorkflowID(id), taskQueue: "nobody", input: NoValue())
        for _ in 0..<50 where ContinuousClock.now < deadline { try await handle.signal(\.ping, "x") }
    }
}
