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
        try await details.changePayloads(change)
        if var cause {
            try await cause.changePayloads(change)
            self.cause = cause
        }
    }

    /// ``changePayloads(_:)`` where nothing may wait.
    mutating func changePayloadsImmediately(_ change: ([Payload]) throws -> [Payload]) throws {
        if !details.isEmpty { details = try change(details) }
        if var cause {
            try cause.changePayloadsImmediately(change)
            self.cause = cause
        }
    }

    /// What people's code put into it.
    private var details: [Payload] {
        get {
            switch info {
            case .application(let application): application.details
            case .timeout(_, let details), .canceled(let details): details
            case .terminated, .server, .activity, .childWorkflow, .unknown: []
            }
        }
        set {
            switch info {
            case .application(var application):
                application.details = newValue
                info = .application(application)
            case .timeout(let type, _): info = .timeout(type: type, lastHeartbeatDetails: newValue)
            case .canceled: info = .canceled(details: newValue)
            case .terminated, .server, .activity, .childWorkflow, .unknown: break
            }
        }
    }
}

extension StoreStepResult {
    /// The same with its payloads changed.
    func changingPayloads(_ change: ([Payload]) throws -> [Payload]) throws -> StoreStepResult {
        switch self {
        case .done(let payloads): return .done(payloads.isEmpty ? payloads : try change(payloads))
        case .failed(var failure):
            try failure.changePayloadsImmediately(change)
            return .failed(failure)
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

    /// The same for the details of a marker: those that say which activity it was that ended are no payloads of users.
    mutating func changeMarkerPayloads(of markerName: String, _ change: PayloadChange) async throws {
        guard markerName == MarkerName.localActivity else { return try await changePayloads(change) }
        try await self[LocalActivityMarker.resultKey]?.changePayloads(change)
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
            try await command.details.changeMarkerPayloads(of: command.markerName, change)
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
