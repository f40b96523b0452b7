public import WorkflowAPI

extension Workflow {
    /// Runs an activity and waits for its result.
    ///
    /// Throws ``ActivityError`` when it ends without one, and `CancellationError` when the task is cancelled.
    @discardableResult
    public static func execute<Input: Encodable, Output: Decodable>(
        _ activity: ActivityDescriptor<Input, Output>,
        _ input: Input,
        options: ActivityOptions,
        fileID: String = #fileID,
        line: Int = #line
    ) async throws -> Output {
        let payload = try PayloadConverter.payload(input)
        let result = try await execute(
            activityType: activity.name,
            input: [payload],
            options: options,
            location: SourceLocation(fileID: fileID, line: line)
        )
        return try PayloadConverter.argument(result, as: Output.self)
    }

    /// Runs an activity that gives nothing.
    public static func execute<Input: Encodable>(
        _ activity: ActivityDescriptor<Input, Void>,
        _ input: Input,
        options: ActivityOptions,
        fileID: String = #fileID,
        line: Int = #line
    ) async throws {
        let same = ActivityDescriptor<Input, NoValue>(activity.name)
        _ = try await execute(same, input, options: options, fileID: fileID, line: line)
    }

    /// Runs an activity that takes nothing.
    @discardableResult
    public static func execute<Output: Decodable>(
        _ activity: ActivityDescriptor<Void, Output>,
        options: ActivityOptions,
        fileID: String = #fileID,
        line: Int = #line
    ) async throws -> Output {
        let same = ActivityDescriptor<NoValue, Output>(activity.name)
        return try await execute(same, NoValue(), options: options, fileID: fileID, line: line)
    }

    /// Runs an activity that takes and gives nothing.
    public static func execute(
        _ activity: ActivityDescriptor<Void, Void>,
        options: ActivityOptions,
        fileID: String = #fileID,
        line: Int = #line
    ) async throws {
        let same = ActivityDescriptor<NoValue, NoValue>(activity.name)
        _ = try await execute(same, NoValue(), options: options, fileID: fileID, line: line)
    }

    /// Runs an activity by name with encoded input.
    public static func execute(
        activityType: String,
        input: [Payload],
        options: ActivityOptions,
        location: SourceLocation
    ) async throws -> [Payload] {
        let context = try await suspending("activity \(activityType)", location)
        try _Concurrency.Task<Never, Never>.checkCancellation()
        return try await context.awaitActivity(activityType, input, options, location)
    }
}

extension RunContext {
    func awaitActivity(
        _ activityType: String,
        _ input: [Payload],
        _ options: ActivityOptions,
        _ location: SourceLocation
    ) async throws -> [Payload] {
        let key = nextSlot()
        let activityID = nextActivityID()
        if let result = recordedResult(activityID, activityType, location) { return result }
        issue(
            .scheduleActivity(
                .init(
                    activityID: activityID,
                    activityType: activityType,
                    taskQueue: options.taskQueue,
                    input: input,
                    timeouts: ActivityTimeouts(
                        scheduleToClose: options.scheduleToCloseTimeout,
                        scheduleToStart: options.scheduleToStartTimeout,
                        startToClose: options.startToCloseTimeout,
                        heartbeat: options.heartbeatTimeout
                    ),
                    retryPolicy: options.retryPolicy
                )
            ),
            location,
            slot: key
        )
        return try await withTaskCancellationHandler {
            try await withUnsafeThrowingContinuation { continuation in
                slots[key] = .activity(
                    ActivitySlot(
                        activityID: activityID,
                        cancellation: options.cancellationType,
                        continuation: continuation
                    )
                )
                // A sibling may have cancelled the task since it last looked: then the handler found nothing to cancel.
                if _Concurrency.Task<Never, Never>.isCancelled { cancelActivity(key) }
            }
        } onCancel: {
            cancelActivity(key)
        }
    }

    /// The code that waits for an activity was cancelled.
    private func cancelActivity(_ key: Int) {
        guard !isEvicting, case .activity(var slot)? = slots[key], !slot.cancelRequested else { return }
        let isUnsent = withdraw {
            if case .scheduleActivity(let command) = $0 { command.activityID == slot.activityID } else { false }
        }
        // What was never asked for need not be waited for either.
        if !isUnsent, slot.cancellation != .abandon {
            if let scheduled = slot.scheduledEventID {
                issue(.requestCancelActivity(.init(scheduledEventID: scheduled)), nil)
            } else {
                unseenCancellations.insert(slot.activityID)
            }
            if slot.cancellation == .waitCancellationCompleted {
                slot.cancelRequested = true
                slots[key] = .activity(slot)
                return
            }
        }
        slots.removeValue(forKey: key)
        slot.continuation.resume(throwing: CancellationError())
    }

    /// The code learns which events scheduled its activities: with the next workflow task, in replay as the first time. What
    /// it cancelled before is asked for now.
    func learnScheduled() {
        for (eventID, key) in newlyScheduled {
            if case .activity(var slot)? = slots[key] {
                slot.scheduledEventID = eventID
                slots[key] = .activity(slot)
            }
            guard let activityID = openActivities[eventID]?.activityID else { continue }
            if unseenCancellations.remove(activityID) != nil {
                issue(.requestCancelActivity(.init(scheduledEventID: eventID)), nil)
            }
        }
        newlyScheduled.removeAll(keepingCapacity: true)
    }

    /// An activity ended; nothing happens when nobody waits for it any more.
    func resolveActivity(scheduledEventID: Int64, _ result: Result<[Payload], any Error>) {
        // Cancelled and ended within one workflow task: the engine knows no such activity any more and would refuse.
        _ = withdraw {
            if case .requestCancelActivity(let command) = $0 {
                command.scheduledEventID == scheduledEventID
            } else {
                false
            }
        }
        guard let key = openActivities.removeValue(forKey: scheduledEventID)?.slot,
            case .activity(let slot)? = slots.removeValue(forKey: key)
        else { return }
        slot.continuation.resume(with: result)
    }
}
