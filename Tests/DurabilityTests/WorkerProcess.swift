import Foundation

/// `workflowctl worker` on a file, in a process of its own that can be killed.
final class WorkerProcess {
    private let process = Process()

    init(store path: String, log: FileHandle) throws {
        process.executableURL = WorkerProcess.products.appending(path: "workflowctl")
        process.arguments = ["worker", "--store", "sqlite:\(path)"]
        process.standardOutput = log
        process.standardError = log
        try process.run()
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

    /// The directory that the test bundle was built into.
    private static let products: URL = {
        let argument = ProcessInfo.processInfo.arguments.first ?? "."
        let places =
            [URL(filePath: argument).deletingLastPathComponent()]
            + ([Bundle.main] + Bundle.allBundles).flatMap { [$0.bundleURL, $0.bundleURL.deletingLastPathComponent()] }
        let found = places.first {
            FileManager.default.isExecutableFile(atPath: $0.appending(path: "workflowctl").path)
        }
        return found ?? places[0]
    }()
}
