package import Foundation

/// A child process without Foundation's watching of it, which misses the end of a child now and then when several are
/// started from several threads.
package final class ChildProcess {
    /// How it ended.
    package enum TerminationReason { case exit, uncaughtSignal }

    package let processIdentifier: pid_t
    private var status: Int32?

    /// Starts a program in a directory; what it prints goes to files, or nowhere.
    package init(_ path: String, _ arguments: [String], in directory: String, output: String, errors: String) throws {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, output, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        posix_spawn_file_actions_addopen(&actions, 2, errors, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        // Test runners block signals that a child should see.
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
        // The shell changes the directory and then becomes the program. A test runner asks for backtraces, which take a
        // program of this size half a minute, and children crash on purpose.
        let shell = [
            "/bin/sh", "-c", "export SWIFT_BACKTRACE=enable=no; cd \"$1\" && shift && exec \"$@\"", "sh", directory,
            path,
        ]
        var strings = (shell + arguments).map { strdup($0) } + [nil]
        defer { for string in strings { free(string) } }
        Self.keepDescriptors()
        var child: pid_t = 0
        let result = posix_spawn(&child, shell[0], &actions, &attributes, &strings, environ)
        guard result == 0 else { throw POSIXError(POSIXErrorCode(rawValue: result) ?? .EINVAL) }
        processIdentifier = child
    }

    /// A server that outlives a test would keep the pipes of other tests open, whose readers then wait for ever.
    private static func keepDescriptors() {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")) ?? []
        for descriptor in names.compactMap({ Int32($0) }) where descriptor > 2 {
            _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        }
    }

    package var isRunning: Bool {
        guard status == nil else { return false }
        var status: Int32 = 0
        guard waitpid(processIdentifier, &status, WNOHANG) == processIdentifier else { return true }
        self.status = status
        return false
    }

    package func waitUntilExit() {
        guard status == nil else { return }
        var status: Int32 = 0
        while waitpid(processIdentifier, &status, 0) < 0, errno == EINTR {}
        self.status = status
    }

    package func terminate() { kill(processIdentifier, SIGTERM) }

    package var terminationReason: TerminationReason { (status ?? 0) & 0x7F == 0 ? .exit : .uncaughtSignal }

    /// The exit status, or the number of the signal.
    package var terminationStatus: Int32 {
        let status = status ?? 0
        return status & 0x7F == 0 ? (status >> 8) & 0xFF : status & 0x7F
    }
}

/// Where the programs are that were built with the tests.
package enum BuiltPrograms {
    /// The path of a program.
    package static func path(_ name: String) -> String {
        let argument = URL(filePath: ProcessInfo.processInfo.arguments.first ?? ".")
        let bundles = [Bundle.main.bundleURL] + Bundle.allBundles.map(\.bundleURL) + [argument]
        let places = bundles.flatMap { [$0, $0.deletingLastPathComponent()] }.map { $0.appending(path: name).path }
        return places.first { FileManager.default.isExecutableFile(atPath: $0) } ?? name
    }
}
