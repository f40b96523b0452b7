import Foundation
import History
import Logging
import Synchronization
import WorkflowAPI
import WorkflowRuntime

/// A directory that is gone afterwards, with an engine on a new file in it.
struct Scratch {
    let directory: URL
    let engine: WorkflowEngine
    let client: WorkflowClient

    static let logger = Logger(label: "benchmark") { _ in SwiftLogNoOpLogHandler() }

    init(in parent: String) async throws {
        directory = URL(filePath: parent).appending(path: "workflow-benchmark-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        engine = try await WorkflowEngine.open(.sqlite(directory.appending(path: "b.db").path), logger: Self.logger)
        client = WorkflowClient(service: engine.service, identity: "benchmark", makeID: { UUID().uuidString })
    }

    /// An engine on a PostgreSQL database, which is left as it is afterwards.
    init(postgres connection: String) async throws {
        #if PostgreSQL
        directory = FileManager.default.temporaryDirectory.appending(path: "workflow-benchmark-\(UUID().uuidString)")
        engine = try await WorkflowEngine.open(.postgres(connection), logger: Self.logger)
        client = WorkflowClient(service: engine.service, identity: "benchmark", makeID: { UUID().uuidString })
        #else
        throw WorkflowServiceError(.unimplemented, "built without PostgreSQL: build with --traits PostgreSQL")
        #endif
    }

    func remove() async {
        await engine.close()
        try? FileManager.default.removeItem(at: directory)
    }

    /// The bytes of the write-ahead log: nothing moves them away while no engine runs.
    var logBytes: Int {
        let path = directory.appending(path: "b.db-wal").path
        return (try? FileManager.default.attributesOfItem(atPath: path)[.size] as? Int) ?? 0
    }
}

/// One answer from code of a worker to whoever measures: when it ran, and how much had been committed by then.
final class Probe: Sendable {
    private enum State {
        case idle
        case waiting(CheckedContinuation<ContinuousClock.Instant, Never>)
        case reached(ContinuousClock.Instant)
    }

    private let state = Mutex(State.idle)

    /// The code has been reached.
    func reach() {
        let now = ContinuousClock.now
        let waiting: CheckedContinuation<ContinuousClock.Instant, Never>? = state.withLock { state in
            if case .waiting(let continuation) = state {
                state = .idle
                return continuation
            }
            state = .reached(now)
            return nil
        }
        waiting?.resume(returning: now)
    }

    /// When the code was reached; waits for that.
    func wait() async -> ContinuousClock.Instant {
        await withCheckedContinuation { continuation in
            let reached: ContinuousClock.Instant? = state.withLock { state in
                if case .reached(let time) = state {
                    state = .idle
                    return time
                }
                state = .waiting(continuation)
                return nil
            }
            if let reached { continuation.resume(returning: reached) }
        }
    }
}

extension Duration {
    var milliseconds: Double { Double(components.seconds) * 1000 + Double(components.attoseconds) / 1e15 }
}

/// A number with so many places behind the point.
func rounded(_ value: Double, _ places: Int = 2) -> String { String(format: "%.\(places)f", value) }
