import WorkflowAPI

/// A function from payloads to as many payloads.
typealias PayloadChange = ([Payload]) async throws -> [Payload]

/// Something with payloads of users in it.
protocol PayloadCarrier {
    /// Puts every list of payloads through `change`. Headers and search attributes stay as they are.
    mutating func changePayloads(_ change: PayloadChange) async throws
}

extension [Payload]: PayloadCarrier {
    mutating func changePayloads(_ change: PayloadChange) async throws {
        if !isEmpty { self = try await change(self) }
    }
}

extension PayloadMap: PayloadCarrier {
    mutating func changePayloads(_ change: PayloadChange) async throws {
        for key in keys.sorted() {
            guard let payload = self[key] else { continue }
            self[key] = try await change([payload]).first
        }
    }
}

extension Failure: PayloadCarrier {
    mutating func changePayloads(_ change: PayloadChange) async throws {
        switch info {
        case .application(var application):
            try await application.details.changePayloads(change)
            info = .application(application)
        case .timeout(let type, var details):
            try await details.changePayloads(change)
            info = .timeout(type: type, lastHeartbeatDetails: details)
        case .canceled(var details):
            try await details.changePayloads(change)
            info = .canceled(details: details)
        case .terminated, .server, .activity, .childWorkflow, .unknown: break
        }
        if var cause {
            try await cause.changePayloads(change)
            self.cause = cause
        }
    }
}

extension Failure? {
    mutating func changePayloads(_ change: PayloadChange) async throws {
        guard var failure = self else { return }
        try await failure.changePayloads(change)
        self = failure
    }
}

extension [String: [Payload]] {
    mutating func changePayloads(_ change: PayloadChange) async throws {
        for key in keys.sorted() { try await self[key]?.changePayloads(change) }
    }
}

extension Command: PayloadCarrier {
    mutating func changePayloads(_ change: PayloadChange) async throws {
        switch self {
        case .scheduleActivity(var command):
            try await command.input.changePayloads(change)
            self = .scheduleActivity(command)
        case .completeWorkflow(var command):
            try await command.result.changePayloads(change)
            self = .completeWorkflow(command)
        case .failWorkflow(var command):
            try await command.failure.changePayloads(change)
            self = .failWorkflow(command)
        case .cancelWorkflow(var command):
            try await command.details.changePayloads(change)
            self = .cancelWorkflow(command)
        case .recordMarker(var command):
            try await command.details.changePayloads(change)
            try await command.failure.changePayloads(change)
            self = .recordMarker(command)
        case .requestCancelActivity, .startTimer, .cancelTimer: break
        }
    }
}

extension QueryResult: PayloadCarrier {
    mutating func changePayloads(_ change: PayloadChange) async throws {
        switch self {
        case .answered(var payloads):
            try await payloads.changePayloads(change)
            self = .answered(payloads)
        case .failed(var failure):
            try await failure.changePayloads(change)
            self = .failed(failure)
        }
    }
}

extension ActivityTask: PayloadCarrier {
    mutating func changePayloads(_ change: PayloadChange) async throws {
        try await input.changePayloads(change)
        try await heartbeatDetails.changePayloads(change)
    }
}

extension WorkflowTask: PayloadCarrier {
    mutating func changePayloads(_ change: PayloadChange) async throws {
        for index in history.indices { try await history[index].changePayloads(change) }
        for index in queries.indices { try await queries[index].arguments.changePayloads(change) }
    }
}

extension WorkflowDescription: PayloadCarrier {
    mutating func changePayloads(_ change: PayloadChange) async throws {
        for index in pendingActivities.indices {
            try await pendingActivities[index].lastFailure.changePayloads(change)
        }
        try await workflowTask?.lastFailure.changePayloads(change)
    }
}
