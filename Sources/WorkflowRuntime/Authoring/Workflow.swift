public import Foundation
public import Logging
public import WorkflowAPI

/// What workflow code may do: the ambient API. Everything comes out the same when the run is replayed.
///
/// Members that cannot throw answer a harmless value outside of workflow code and record the misuse with the run that
/// is affected, if there is one; the others throw ``NotInWorkflowError``.
public enum Workflow {
    /// The time of the run: when its current workflow task was taken. It stands still while code runs.
    public static var now: Date {
        let time = RunContext.current?.now ?? .zero
        return Date(timeIntervalSince1970: Double(time.nanoseconds) / 1e9)
    }

    /// The same in nanoseconds.
    public static var timestamp: Timestamp { RunContext.current?.now ?? .zero }

    /// Facts about the run; nil outside of one.
    public static var info: WorkflowInfo? { RunContext.current?.info }

    /// What the run was asked to stop with: the first request in its history, the same in every replay. Nil when nobody has
    /// asked, and outside of a run.
    public static var cancelRequest: WorkflowCancelRequest? { RunContext.current?.cancelRequest }

    /// The signal whose handler is running, and whose task started what is running; nil elsewhere. It comes from the event,
    /// and so is the same in every replay.
    public static var signal: WorkflowSignalInfo? { RunContext.current == nil ? nil : SignalScope.signal }

    /// A logger that is silent during replay, with the run's ids as metadata.
    public static var logger: Logger {
        guard let context = RunContext.current, !context.isReplaying, !context.isEvicting else {
            return Logger(label: "workflow.silent") { _ in SwiftLogNoOpLogHandler() }
        }
        return context.baseLogger
    }

    /// The task is wanted no more.
    public static var isCancelled: Bool { _Concurrency.Task<Never, Never>.isCancelled }

    /// The run's context for something that issues a command or draws a number; throws where that is not allowed.
    static func writable(_ what: String, _ location: SourceLocation?) throws -> RunContext {
        guard let context = RunContext.current else {
            let place = location.map { " at \($0)" } ?? ""
            throw NotInWorkflowError(
                description: "\(what)\(place) was used outside of workflow code, or from a task that left it"
            )
        }
        if context.isReadOnly {
            throw NotInWorkflowError(description: "\(what) was used in a query, which may only read")
        }
        if context.isEvicting { throw WorkflowEvictedError() }
        return context
    }

    /// The same for something that suspends. Code that swallows the eviction error for ever is parked for good.
    static func suspending(_ what: String, _ location: SourceLocation?) async throws -> RunContext {
        if let context = RunContext.current, context.isEvicting {
            context.callsWhileEvicting += 1
            if context.callsWhileEvicting > 1_000_000 {
                try await withUnsafeThrowingContinuation { (_: UnsafeContinuation<Void, any Error>) in }
            }
        }
        return try writable(what, location)
    }
}
