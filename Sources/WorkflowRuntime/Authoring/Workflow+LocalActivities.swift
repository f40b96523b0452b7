import OrderedCollections
import WorkflowAPI

extension Workflow {
    /// Runs an activity in the worker that runs this code, within its workflow task, and waits for the result.
    ///
    /// For short work: nothing is written before it, and its result is recorded together with what the code asks for next, so
    /// that a step costs no transaction of its own. Several in a row that end within one workflow task are recorded
    /// together. A process that dies before that runs all of them again, whatever the retry policy: like every activity it
    /// has to bear being run twice. While it runs, the run takes no signals and answers no new tasks; a longer one is
    /// interrupted for that every 8 s (four fifths of the limit on a workflow task). Heartbeats have no effect.
    ///
    /// Every worker that runs the workflow has to have the activity registered, and an exactly-once step cannot be run so: otherwise
    /// the workflow task fails and waits for a corrected worker. Throws ``ActivityError`` when it ends without a result, and
    /// `CancellationError` when the task is cancelled; the activity is then told to stop and not waited for, nothing is
    /// recorded of it, and its effect may still come.
    @discardableResult
    public static func executeLocal<Input: Encodable, Output: Decodable>(
        _ activity: ActivityDescriptor<Input, Output>,
        _ input: Input,
        options: LocalActivityOptions = LocalActivityOptions(),
        fileID: String = #fileID,
        line: Int = #line
    ) async throws -> Output {
        let location = SourceLocation(fileID: fileID, line: line)
        let payload = try PayloadConverter.payload(input)
        let context = try await suspending("local activity \(activity.name)", location)
        try _Concurrency.Task<Never, Never>.checkCancellation()
        let result = try await context.awaitLocalActivity(activity.name, [payload], options, location)
        return try PayloadConverter.argument(result, as: Output.self)
    }

    /// Runs a local activity that gives nothing.
    public static func executeLocal<Input: Encodable>(
        _ activity: ActivityDescriptor<Input, Void>,
        _ input: Input,
        options: LocalActivityOptions = LocalActivityOptions(),
        fileID: String = #fileID,
        line: Int = #line
    ) async throws {
        let same = ActivityDescriptor<Input, NoValue>(activity.name)
        _ = try await executeLocal(same, input, options: options, fileID: fileID, line: line)
    }

    /// Runs a local activity that takes nothing.
    @discardableResult
    public static func executeLocal<Output: Decodable>(
        _ activity: ActivityDescriptor<Void, Output>,
        options: LocalActivityOptions = LocalActivityOptions(),
        fileID: String = #fileID,
        line: Int = #line
    ) async throws -> Output {
        let same = ActivityDescriptor<NoValue, Output>(activity.name)
        return try await executeLocal(same, NoValue(), options: options, fileID: fileID, line: line)
    }

    /// Runs a local activity that takes and gives nothing.
    public static func executeLocal(
        _ activity: ActivityDescriptor<Void, Void>,
        options: LocalActivityOptions = LocalActivityOptions(),
        fileID: String = #fileID,
        line: Int = #line
    ) async throws {
        let same = ActivityDescriptor<NoValue, NoValue>(activity.name)
        _ = try await executeLocal(same, NoValue(), options: options, fileID: fileID, line: line)
    }

    /// Runs an activity in the way that a proxy was made for: what generated code calls.
    @discardableResult
    public static func execute<Input: Encodable, Output: Decodable>(
        _ activity: ActivityDescriptor<Input, Output>,
        _ input: Input,
        call: ActivityCall,
        fileID: String = #fileID,
        line: Int = #line
    ) async throws -> Output {
        switch call {
        case .task(let options): try await execute(activity, input, options: options, fileID: fileID, line: line)
        case .local(let options): try await executeLocal(activity, input, options: options, fileID: fileID, line: line)
        }
    }
}

extension RunContext {
    /// Waits for a local activity; pauses that are too long for the worker to wait are timers of the run.
    func awaitLocalActivity(
        _ activityType: String,
        _ input: [Payload],
        _ options: LocalActivityOptions,
        _ location: SourceLocation
    ) async throws -> [Payload] {
        var local = LocalActivityTask(
            sequence: nextLocalActivity(),
            activityID: "",
            activityType: activityType,
            input: input,
            options: options,
            attempt: 1,
            scheduledTime: now,
            location: location
        )
        // The same for all attempts, whatever timers are between them.
        local.activityID = "local-\(local.sequence)"
        while true {
            let end = try await end(of: local)
            switch end.outcome {
            case .completed(let result): return result
            case .failed(let failure): throw FailureConverter.error(for: failure)
            case .postponed(let pause, _):
                try _Concurrency.Task<Never, Never>.checkCancellation()
                if pause > .zero { try await awaitTimer(pause, location) }
                local.attempt = end.attempt + 1
                local.sequence = nextLocalActivity()
            }
        }
    }

    private func end(of local: LocalActivityTask) async throws -> LocalActivityEnd {
        let key = nextSlot()
        return try await withTaskCancellationHandler {
            try await withUnsafeThrowingContinuation { continuation in
                guard isEvicting || !_Concurrency.Task<Never, Never>.isCancelled else {
                    return continuation.resume(throwing: CancellationError())
                }
                localSlots[local.sequence] = key
                slots[key] = .local(LocalSlot(task: local, continuation: continuation))
            }
        } onCancel: {
            // Nothing is recorded: that the code was cancelled comes out the same in every replay.
            guard !isEvicting, case .local(let slot)? = slots.removeValue(forKey: key) else { return }
            localSlots.removeValue(forKey: local.sequence)
            slot.continuation.resume(throwing: CancellationError())
        }
    }

    /// The local activities that are waited for, in the order in which they were asked for.
    var openLocalActivities: [LocalActivityTask] {
        localSlots.isEmpty
            ? []
            : localSlots.values.compactMap { key in
                if case .local(let slot)? = slots[key] { slot.task } else { nil }
            }
    }

    /// A local activity ended: that is recorded, and the code goes on.
    func endLocalActivity(_ end: LocalActivityEnd, _ marker: Command.RecordMarker) {
        guard let key = localSlots.removeValue(forKey: end.sequence),
            case .local(let slot)? = slots.removeValue(forKey: key)
        else { return }
        issue(.recordMarker(marker), slot.task.location)
        slot.continuation.resume(returning: end)
    }
}
