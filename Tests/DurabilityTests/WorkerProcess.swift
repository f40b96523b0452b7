import ChildProcesses
import Foundation

/// `workflowctl worker` on a file, in a process of its own that can be killed.
final class WorkerProcess {
    private let process: ChildProcess

    init(store path: String, log: String) throws {
        process = try ChildProcess(
            BuiltPrograms.path("workflowctl"),
            ["worker", "--store", "sqlite:\(path)"],
            in: FileManager.default.temporaryDirectory.path,
            output: "/dev/null",
            errors: log
        )
    }

    /// No chance to say goodbye.
    func killNow() {
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }

    /// Asks it to stop in good order; gives its exit status.
    func stop() -> Int32 {
        process.terminate()
        process.waitUntilExit()
        return process.terminationStatus
    }
}
