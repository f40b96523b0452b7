#if PostgreSQL
import ChildProcesses
import Foundation
import History
import Logging
import PostgresServer
import Testing
import WorkflowAPI
import WorkflowRuntime

/// Worker processes on one PostgreSQL database, and somebody who talks to it.
final class PostgresWorkers {
    let server: PostgresServer
    let engine: WorkflowEngine
    let client: WorkflowClient
    let directory: URL
    let store: String
    private let silent: Logger

    init(_ server: PostgresServer) async throws {
        self.server = server
        silent = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        directory = FileManager.default.temporaryDirectory.appending(path: "workers-\(UUID().uuidString.prefix(8))")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        let name = try server.makeDatabase(ownedBy: "engine")
        store = server.connectionString(name, as: "engine")
        engine = try await WorkflowEngine.open(.postgres(store), logger: silent)
        client = WorkflowClient(service: engine.service, identity: "test", makeID: { UUID().uuidString })
    }

    /// - Parameter replaying: Replays every run: not for those whose code ends the process.
    func remove(replaying: Bool = true) async {
        let problems = try? await problems(replaying: replaying)
        if problems != [] { Issue.record("at the end of the test: \(problems ?? ["the checks could not be run"])") }
        await engine.close()
        try? FileManager.default.removeItem(at: directory)
    }

    /// A worker process; its log is the file `NAME.log`.
    func start(_ name: String) throws -> ChildProcess {
        try ChildProcess(
            BuiltPrograms.path("crash-ctl"),
            ["worker", "--store", "postgres:\(store)"],
            in: directory.path,
            output: "/dev/null",
            errors: directory.appending(path: "\(name).log").path
        )
    }

    func log(_ name: String) -> String {
        (try? String(contentsOf: directory.appending(path: "\(name).log"), encoding: .utf8)) ?? ""
    }

    func has(_ file: String) -> Bool {
        FileManager.default.fileExists(atPath: directory.appending(path: file).path)
    }

    func make(_ file: String) {
        _ = FileManager.default.createFile(atPath: directory.appending(path: file).path, contents: nil)
    }

    /// Waits until something holds; how long that took.
    @discardableResult
    func wait(
        _ limit: Duration,
        for what: String,
        sourceLocation: Testing.SourceLocation = #_sourceLocation,
        _ holds: () async throws -> Bool
    ) async throws -> Duration {
        let clock = ContinuousClock()
        let began = clock.now
        while try await !holds() {
            guard clock.now - began < limit else {
                Issue.record("waited \(limit) for \(what)", sourceLocation: sourceLocation)
                throw CancellationError()
            }
            try await clock.sleep(for: .milliseconds(10))
        }
        return clock.now - began
    }

    /// Repeats a request while the store is away, with the same request id, so that once is once.
    func insist<R>(_ body: () async throws -> R) async throws -> R {
        let end = ContinuousClock.now + .seconds(60)
        while true {
            do {
                return try await body()
            } catch let error as WorkflowServiceError
                where [.unavailable, .outcomeUnknown].contains(error.code) && ContinuousClock.now < end
            {
                try await Task.sleep(for: .milliseconds(50))
            }
        }
    }
}
#endif
