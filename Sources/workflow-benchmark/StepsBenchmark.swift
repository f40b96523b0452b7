import ArgumentParser
import Database
import Foundation
import History
import Workers
import WorkflowAPI
import WorkflowRuntime

/// Workflows of a few steps from start to end, with the worker in the same process: how many a second, and what each costs.
struct StepsBenchmark: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "steps",
        abstract: "Whole workflows a second, and statements, round trips and commits for each."
    )

    @Option(help: "How many workflows are carried.")
    var workflows = 2000
    @Option(help: "How many steps each has.")
    var steps = 1
    @Option(help: "How many clients start them and wait for their ends.")
    var clients = 64
    @Option(help: "How many polls of each kind the worker has under way.")
    var pollers = 32
    @Flag(help: "Start all before the worker runs, and measure how fast it gets through them.")
    var drain = false
    @Flag(help: "Run each step as a local activity.")
    var local = false
    @Option(help: "A PostgreSQL database to work on, as libpq names it; without it a SQLite file.")
    var postgres: String?
    @Option(help: "Where the SQLite file is made.")
    var directory = "."

    func run() async throws {
        let scratch: Scratch
        if let postgres {
            scratch = try await Scratch(postgres: postgres)
        } else {
            scratch = try await Scratch(in: directory)
        }
        let before: Cost
        let seconds: Double
        if drain {
            try await carry(workflows, named: "run-\(UUID().uuidString.prefix(8))", scratch.client, waiting: false)
            before = Cost(scratch.engine)
            let life = try begin(on: scratch.engine)
            seconds = try await drained(scratch.engine)
            await life.end()
        } else {
            let life = try begin(on: scratch.engine)
            try await carry(min(200, workflows), named: "warm-\(UUID().uuidString.prefix(8))", scratch.client)
            before = Cost(scratch.engine)
            seconds = try await carry(workflows, named: "run-\(UUID().uuidString.prefix(8))", scratch.client)
            await life.end()
        }
        let cost = Cost(scratch.engine) - before
        print(
            "\(workflows) workflows of \(steps) \(local ? "local " : "")step\(steps == 1 ? "" : "s")\(drain ? ", started before" : ""): "
                + "\(Int(Double(workflows) / seconds)) a second, \(cost.each(of: workflows))"
        )
        await scratch.remove()
    }

    /// An engine and a worker that run.
    private struct Life {
        var tasks: [Task<Void, any Error>]

        func end() async {
            for task in tasks {
                task.cancel()
                _ = try? await task.value
            }
        }
    }

    private func begin(on engine: WorkflowEngine) throws -> Life {
        var configuration = WorkerConfiguration(taskQueue: "steps")
        // Polls hold slots; what is handed over needs some beside them.
        configuration.maxConcurrentActivities = pollers + 300
        configuration.maxConcurrentWorkflowTasks = pollers + 300
        configuration.activityPollers = pollers
        configuration.workflowPollers = pollers
        // As workflowctl has it: without crash blame nothing is run ahead.
        configuration.crashBlamePrefix =
            FileManager.default.temporaryDirectory
            .appendingPathComponent("workflow-benchmark-\(UUID().uuidString)-blame-").path
        let worker = try Worker(
            service: engine.service,
            configuration: configuration,
            workflows: [WorkflowRegistration(Stepped.self)],
            activities: [StepActivities()],
            logger: Scratch.logger
        )
        return Life(tasks: [Task { try await worker.run() }, Task { try await engine.run() }])
    }

    /// Waits until no run is open; answers how many seconds all of them would have taken at the rate between the tenth and
    /// the ninetieth part, as the driver of Absurd has it: neither side is charged for its beginning and end.
    private func drained(_ engine: WorkflowEngine) async throws -> Double {
        let began = ContinuousClock.now
        var request = ListWorkflowsRequest()
        request.statuses = [.running]
        var looks: [(seconds: Double, open: Int)] = []
        repeat {
            if !looks.isEmpty { try await Task.sleep(for: .milliseconds(200)) }
            let open = try await engine.service.countWorkflows(request)[.running] ?? 0
            looks.append(((ContinuousClock.now - began).milliseconds / 1000, open))
        } while looks.last.map { $0.open > 0 } ?? false
        guard let last = looks.last, let first = looks.first(where: { Double($0.open) < 0.9 * Double(workflows) }),
            let late = looks.first(where: { Double($0.open) <= 0.1 * Double(workflows) }), late.open < first.open
        else { return looks.last?.seconds ?? 0 }
        let rate = Double(first.open - late.open) / (late.seconds - first.seconds)
        print("all in \(rounded(last.seconds)) s")
        return Double(workflows) / rate
    }

    /// Starts workflows, and waits for their ends or not; answers how many seconds that took.
    @discardableResult
    private func carry(
        _ count: Int,
        named prefix: String,
        _ client: WorkflowClient,
        waiting: Bool = true
    ) async throws -> Double {
        let steps = local ? -steps : steps
        let began = ContinuousClock.now
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<clients {
                group.addTask {
                    for index in stride(from: number, to: count, by: clients) {
                        let handle = try await client.start(
                            Stepped.self,
                            id: WorkflowID("\(prefix)-\(index)"),
                            taskQueue: "steps",
                            input: steps
                        )
                        if waiting { _ = try await handle.result() }
                    }
                }
            }
            try await group.waitForAll()
        }
        return (ContinuousClock.now - began).milliseconds / 1000
    }
}

/// What a store has done so far, in the numbers that it counts.
private struct Cost {
    var commits = 0
    var statements = 0
    var roundTrips: Int?

    init(_ engine: WorkflowEngine) {
        if let file = engine.database {
            commits = file.counters.commits
            statements = file.counters.statements
        }
        #if PostgreSQL
        if let server = engine.tables as? PostgresDatabase {
            let statistics = server.statistics
            statements = statistics.statements
            roundTrips = statistics.roundTrips
        }
        #endif
    }

    static func - (left: Cost, right: Cost) -> Cost {
        var difference = left
        difference.commits -= right.commits
        difference.statements -= right.statements
        difference.roundTrips = left.roundTrips.map { $0 - (right.roundTrips ?? 0) }
        return difference
    }

    func each(of count: Int) -> String {
        func rate(_ number: Int) -> String { rounded(Double(number) / Double(count)) }
        let trips = roundTrips.map { "\(rate($0)) round trips" } ?? "\(rate(commits)) commits"
        return "\(trips) and \(rate(statements)) statements each"
    }
}

/// As many steps as it is told, one after the other; so many local ones, if it is told a negative number.
actor Stepped: WorkflowDefinition {
    func run(_ steps: Int) async throws -> Int {
        for number in 0..<abs(steps) {
            if steps < 0 {
                try await Workflow.executeLocal(StepActivities.step, number)
            } else {
                try await Workflow.execute(
                    StepActivities.step,
                    number,
                    options: ActivityOptions(startToCloseTimeout: .seconds(30))
                )
            }
        }
        return steps
    }
}

/// Does nothing.
struct StepActivities: ActivityContainer {
    static let step = ActivityDescriptor<Int, Int>("step")

    var activities: [ActivityRegistration] { [ActivityRegistration(Self.step) { $0 }] }
}
