import Foundation

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// Runs a program for each message, with the message as one JSON object on its standard input. Exit code 0 means that it is
/// in safe hands; 64 to 78 other than 75 (`sysexits.h`) that it never will be; anything else that it may be tried again.
public struct CommandNotificationSender: NotificationSender {
    /// The program.
    public let path: String
    /// When a program that still runs is ended, by SIGKILL.
    public let timeout: Duration
    private let clock: any Clock<Duration>

    /// Runs the program at a path. Throws ``NotificationSendError`` when there is none that may be run.
    public init(path: String, timeout: Duration = .seconds(30), clock: any Clock<Duration> = ContinuousClock()) throws {
        guard FileManager.default.isExecutableFile(atPath: path) else {
            throw NotificationSendError("there is no program to run at \(path)", isPermanent: true)
        }
        self.path = path
        self.timeout = timeout
        self.clock = clock
    }

    /// Runs the program.
    public func send(_ notification: OutgoingNotification) async throws {
        var line = try notification.json()
        line.append(10)
        let process = Process()
        process.executableURL = URL(filePath: path)
        process.standardInput = try Self.input(line)
        // What a program prints might repeat the message; what it complains of is for whoever runs the worker.
        process.standardOutput = FileHandle.nullDevice
        process.environment = ProcessInfo.processInfo.environment.filter {
            // Keys of payloads are none of its business.
            !$0.key.hasPrefix("WORKFLOW_PAYLOAD_KEYS")
        }
        let isLate = try await run(process)
        guard !isLate else { throw NotificationSendError("the program took longer than \(timeout)") }
        guard process.terminationReason == .exit else {
            throw NotificationSendError("the program was ended by signal \(process.terminationStatus)")
        }
        let status = process.terminationStatus
        guard status != 0 else { return }
        let isPermanent = (64...78).contains(status) && status != 75
        throw NotificationSendError("the program exited with \(status)", isPermanent: isPermanent)
    }

    /// Runs a process to its end; says whether it had to be ended.
    private func run(_ process: Process) async throws -> Bool {
        let (ends, end) = AsyncStream<Void>.makeStream()
        process.terminationHandler = { _ in end.finish() }
        do {
            try Self.withOpenSignals { try process.run() }
        } catch {
            throw NotificationSendError("the program could not be started")
        }
        return await withTaskGroup(of: Bool.self) { group in
            group.addTask { [clock, timeout] in
                // Cancelled when the program has ended, which is the usual way.
                guard (try? await clock.sleep(for: timeout)) != nil, process.isRunning else { return false }
                return kill(process.processIdentifier, SIGKILL) == 0
            }
            // Also when the caller is cancelled: a program that runs is waited for, since its message may be out.
            group.addTask {
                await Self.shielded { for await _ in ends {} }
                return false
            }
            var isLate = false
            while let late = await group.next() {
                isLate = isLate || late
                if !process.isRunning { group.cancelAll() }
            }
            return isLate
        }
    }

    /// Runs `body` with no signal blocked: threads of a pool block them all, and a program would inherit that.
    private static func withOpenSignals<R>(_ body: () throws -> R) rethrows -> R {
        var none = sigset_t()
        var before = sigset_t()
        sigemptyset(&none)
        pthread_sigmask(SIG_SETMASK, &none, &before)
        defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
        return try body()
    }

    /// Waits for something that ends by itself, whether or not the caller is cancelled.
    private static func shielded(_ body: @escaping @Sendable () async -> Void) async {
        await Task { await body() }.value
    }

    /// The bytes as a file that is nobody else's and has no name: a pipe would raise SIGPIPE when the program does not read.
    private static func input(_ bytes: Data) throws -> FileHandle {
        let path = FileManager.default.temporaryDirectory.appending(path: "workflow-message-\(UUID())").path
        let descriptor = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw NotificationSendError("the message could not be handed over") }
        unlink(path)
        let handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        do {
            try handle.write(contentsOf: bytes)
            try handle.seek(toOffset: 0)
        } catch {
            throw NotificationSendError("the message could not be handed over")
        }
        return handle
    }
}
