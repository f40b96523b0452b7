import ChildProcesses
import Foundation

/// `workflowctl worker` on a store, in a process of its own that can be killed.
final class WorkerProcess {
    private let process: ChildProcess
    private let log: String

    init(store: String, log: String) throws {
        self.log = log
        process = try ChildProcess(
            BuiltPrograms.path("workflowctl"),
            ["worker", "--store", store],
            in: FileManager.default.temporaryDirectory.path,
            output: "/dev/null",
            errors: log
        )
    }

    /// Its log so far.
    var said: String { (try? String(contentsOfFile: log, encoding: .utf8)) ?? "" }

    /// It has not ended by itself.
    var isRunning: Bool { process.isRunning }

    /// No chance to say goodbye. Says whether that is what it died of: not of itself, nor by a signal of somebody else.
    @discardableResult
    func killNow() -> Bool {
        guard process.isRunning else { return false }
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
        return process.terminationReason == .uncaughtSignal && process.terminationStatus == SIGKILL
    }

    /// Asks it to stop in good order; gives its exit status.
    func stop() -> Int32 {
        process.terminate()
        process.waitUntilExit()
        return process.terminationStatus
    }
}
