import Database
import Foundation
import History
import Logging
import Synchronization
import WorkflowAPI

/// A process of the test of turns: `signal-storm load FILE` commits as fast as it can until its input ends, then prints
/// when each commit was done; `signal-storm signal FILE ID COUNT` signals one after the other and prints when each began
/// and ended. Times are nanoseconds of the clock that all processes share.
@main struct SignalStorm {
    static func main() async {
        let arguments = Array(CommandLine.arguments.dropFirst())
        do {
            switch arguments.first {
            case "load" where arguments.count == 2: try await load(arguments[1])
            case "signal" where arguments.count == 4:
                try await signal(arguments[1], WorkflowID(arguments[2]), Int(arguments[3]) ?? 0)
            default:
                FileHandle.standardError.write(Data("load FILE | signal FILE ID COUNT\n".utf8))
                exit(64)
            }
        } catch {
            FileHandle.standardError.write(Data("\(error)\n".utf8))
            exit(1)
        }
    }

    static func now() -> Int64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }

    static func start(_ id: WorkflowID, _ service: any WorkflowService) async throws {
        let request = StartWorkflowRequest(
            workflowID: id,
            workflowType: "Storm",
            taskQueue: "storm",
            identity: "storm",
            requestID: id.rawValue
        )
        _ = try await service.startWorkflow(request)
    }

    static func send(_ number: Int, to id: WorkflowID, _ service: any WorkflowService) async throws {
        try await service.signalWorkflow(
            SignalWorkflowRequest(
                workflowID: id,
                signalName: "gust-\(number)",
                identity: "storm",
                requestID: "\(id.rawValue)-\(number)"
            )
        )
    }

    private static func signal(_ path: String, _ id: WorkflowID, _ count: Int) async throws {
        let engine = try await WorkflowEngine.open(
            .sqlite(path),
            createIfMissing: false,
            logger: Logger(label: "storm")
        )
        try await start(id, engine.service)
        var lines = ""
        for number in 0..<count {
            let begun = now()
            try await send(number, to: id, engine.service)
            lines += "\(begun) \(now())\n"
        }
        await engine.close()
        FileHandle.standardOutput.write(Data(lines.utf8))
    }

    private static func load(_ path: String) async throws {
        let engine = try await WorkflowEngine.open(.sqlite(path), logger: Logger(label: "storm"))
        guard let database = engine.database else { return }
        let ending = Ending()
        let commits = Mutex<[Int: Int64]>([:])
        // Told after each member of a commit; the first that comes with a new number is the commit's end.
        engine.observeCommits {
            let number = database.counters.commits
            commits.withLock { if $0[number] == nil { $0[number] = now() } }
        }
        Thread.detachNewThread {
            _ = FileHandle.standardInput.readDataToEndOfFile()
            ending.begin()
        }
        FileHandle.standardOutput.write(Data("ready\n".utf8))
        try await withThrowingTaskGroup(of: Void.self) { group in
            for client in 0..<32 {
                group.addTask {
                    var number = 0
                    while !ending.hasBegun {
                        let id = WorkflowID("load-\(client)-\(number / 1000)")
                        if number % 1000 == 0 { try await start(id, engine.service) }
                        try await send(number, to: id, engine.service)
                        number += 1
                    }
                }
            }
            group.addTask {
                while !ending.hasBegun {
                    try await database.checkpointIfLong()
                    try await Task.sleep(for: .milliseconds(200))
                }
            }
            try await group.waitForAll()
        }
        let times = commits.withLock { $0.values.sorted() }
        await engine.close()
        FileHandle.standardOutput.write(Data(times.map { "\($0)\n" }.joined().utf8))
    }
}

/// Whether the load is to end.
final class Ending: Sendable {
    private let state = Mutex(false)
    var hasBegun: Bool { state.withLock { $0 } }
    func begin() { state.withLock { $0 = true } }
}
