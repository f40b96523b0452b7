public import Foundation
import OrderedCollections
import WorkflowAPI

extension Workflow {
    /// Waits. The resolution is a millisecond, rounded up; zero or less does not wait and leaves no trace.
    /// Throws `CancellationError` when the task is cancelled.
    public static func sleep(
        for duration: Duration,
        fileID: String = #fileID,
        line: Int = #line
    ) async throws {
        let context = try await suspending("Workflow.sleep", SourceLocation(fileID: fileID, line: line))
        try _Concurrency.Task<Never, Never>.checkCancellation()
        guard duration > .zero else { return }
        try await context.awaitTimer(duration, SourceLocation(fileID: fileID, line: line))
    }

    /// Waits until a moment; a moment that is past does not wait.
    public static func sleep(until deadline: Date, fileID: String = #fileID, line: Int = #line) async throws {
        try await sleep(for: .seconds(deadline.timeIntervalSince(now)), fileID: fileID, line: line)
    }

    /// Waits until `predicate` holds. It is looked at whenever something has happened in the run; several that hold at
    /// once go on in the order in which they began to wait.
    public static func condition(
        fileID: String = #fileID,
        line: Int = #line,
        _ predicate: @escaping () -> Bool
    ) async throws {
        let context = try await suspending("Workflow.condition", SourceLocation(fileID: fileID, line: line))
        try _Concurrency.Task<Never, Never>.checkCancellation()
        if predicate() { return }
        try await context.awaitCondition(predicate)
    }

    /// Waits until `predicate` holds or `timeout` is over; says which.
    public static func condition(
        timeout: Duration,
        fileID: String = #fileID,
        line: Int = #line,
        _ predicate: @escaping () -> Bool
    ) async throws -> Bool {
        let location = SourceLocation(fileID: fileID, line: line)
        let context = try await suspending("Workflow.condition", location)
        try _Concurrency.Task<Never, Never>.checkCancellation()
        if predicate() { return true }
        guard timeout > .zero else { return false }
        let timer = context.startTimer(timeout, location)
        do {
            try await context.awaitCondition { timer.isOver || predicate() }
        } catch {
            context.cancelTimer(timer)
            throw error
        }
        if timer.isOver { return predicate() }
        context.cancelTimer(timer)
        return true
    }
}

/// A timer that is looked at rather than awaited.
final class WatchedTimer {
    let slot: Int
    let timerID: String
    var isOver = false

    init(slot: Int, timerID: String) {
        self.slot = slot
        self.timerID = timerID
    }
}

extension RunContext {
    func awaitTimer(_ duration: Duration, _ location: SourceLocation) async throws {
        let key = nextSlot()
        let timerID = nextTimerID()
        if isTimerRecorded(timerID, location) { return }
        issue(.startTimer(.init(timerID: timerID, startToFireTimeout: duration.roundedUpToMilliseconds)), location)
        try await withTaskCancellationHandler {
            try await withUnsafeThrowingContinuation { (continuation: UnsafeContinuation<Void, any Error>) in
                guard isEvicting || !_Concurrency.Task<Never, Never>.isCancelled else {
                    cancelTimerCommand(timerID)
                    return continuation.resume(throwing: CancellationError())
                }
                timerSlots[timerID] = key
                slots[key] = .timer(TimerSlot(timerID: timerID, continuation: continuation))
            }
        } onCancel: {
            guard !isEvicting, case .timer(let slot)? = slots.removeValue(forKey: key) else { return }
            timerSlots.removeValue(forKey: timerID)
            cancelTimerCommand(timerID)
            slot.continuation.resume(throwing: CancellationError())
        }
    }

    func awaitCondition(_ predicate: @escaping () -> Bool) async throws {
        let key = nextSlot()
        try await withTaskCancellationHandler {
            try await withUnsafeThrowingContinuation { (continuation: UnsafeContinuation<Void, any Error>) in
                // A sibling may have cancelled the task since it last looked, and then nobody would wake it.
                guard isEvicting || !_Concurrency.Task<Never, Never>.isCancelled else {
                    return continuation.resume(throwing: CancellationError())
                }
                conditions[key] = ParkedCondition(predicate: predicate, continuation: continuation)
            }
        } onCancel: {
            guard !isEvicting, let condition = conditions.removeValue(forKey: key) else { return }
            condition.continuation.resume(throwing: CancellationError())
        }
    }

    func startTimer(_ duration: Duration, _ location: SourceLocation) -> WatchedTimer {
        let timer = WatchedTimer(slot: nextSlot(), timerID: nextTimerID())
        issue(
            .startTimer(.init(timerID: timer.timerID, startToFireTimeout: duration.roundedUpToMilliseconds)),
            location
        )
        watchedTimers[timer.timerID] = timer
        return timer
    }

    func cancelTimer(_ timer: WatchedTimer) {
        guard !isEvicting, watchedTimers.removeValue(forKey: timer.timerID) != nil, !timer.isOver else { return }
        cancelTimerCommand(timer.timerID)
    }

    /// Takes back a timer: not even asked for, if its command has not left yet.
    private func cancelTimerCommand(_ timerID: String) {
        let isUnsent = withdraw {
            if case .startTimer(let start) = $0 { start.timerID == timerID } else { false }
        }
        if !isUnsent { issue(.cancelTimer(.init(timerID: timerID)), nil) }
    }

    /// Asks for something. Nothing counts that comes after the closing command.
    func issue(_ command: Command, _ location: SourceLocation?, slot: Int? = nil) {
        guard !isClosing else { return }
        issued.append(IssuedCommand(command: command, location: location, slot: slot))
    }

    /// Takes back a command that has not left yet; false when there is none. Once the run is closed the list stands.
    func withdraw(_ isWanted: (Command) -> Bool) -> Bool {
        guard let index = issued.firstIndex(where: { isWanted($0.command) }) else { return false }
        if !isClosing { issued.remove(at: index) }
        return true
    }
}
