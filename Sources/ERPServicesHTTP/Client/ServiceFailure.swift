import WorkflowRuntime

/// Why a request did not come to an answer that can be used, and what follows from it.
struct ServiceFailure: Error, Hashable, Sendable {
    /// What may be done about it.
    enum Remedy: Hashable, Sendable {
        /// The service can say no other: the caller has to live with it.
        case none
        /// The same may be asked again soon.
        case soon
        /// The same may be asked again, but a person has to do something first.
        case afterRepair
    }

    /// The name by which workflows and retry policies know it.
    var type: String
    /// Why, for people.
    var message: String
    /// What may be done about it.
    var remedy: Remedy
    /// It is certain that nothing was done.
    var isUndone: Bool
    /// When the service wants to be asked again.
    var retryAfter: Duration?
    /// What the circuit breaker makes of it.
    var outcome: CircuitBreaker.Outcome

    /// How long an activity waits that a person has to help.
    static let repairPause = Duration.seconds(60)
    /// A service does not get to stop a workflow for longer.
    static let longestRetryAfter = Duration.seconds(3600)

    /// What the activity throws. A request that is not to be repeated is tried again only when nothing was done.
    func error(of operation: HTTPOperation, service: String) -> ApplicationError {
        let mayRepeat = operation.isRepeatable || isUndone
        let isUnknown = remedy != .none && !mayRepeat
        return ApplicationError(
            type: isUnknown ? "OutcomeUnknown" : type,
            message: "\(service) service, \(operation): \(message)"
                + (isUnknown ? "; whether it was done is not known, and it is not repeated" : ""),
            nonRetryable: remedy == .none || isUnknown,
            nextRetryDelay: nextRetryDelay
        )
    }

    private var nextRetryDelay: Duration? {
        switch remedy {
        case .none: nil
        case .soon: retryAfter.map { min($0, Self.longestRetryAfter) }
        case .afterRepair: Self.repairPause
        }
    }
}

extension ServiceFailure {
    static func unavailable(
        _ message: String,
        isUndone: Bool = false,
        retryAfter: Duration? = nil,
        outcome: CircuitBreaker.Outcome = .failed
    ) -> ServiceFailure {
        ServiceFailure(
            type: "ServiceUnavailable",
            message: message,
            remedy: .soon,
            isUndone: isUndone,
            retryAfter: retryAfter,
            outcome: outcome
        )
    }

    static func refused(_ type: String, _ message: String) -> ServiceFailure {
        ServiceFailure(type: type, message: message, remedy: .none, isUndone: true, outcome: .answered)
    }

    /// An address, a token or a certificate is wrong: documents wait for it to be put right rather than fail of it.
    static func misconfigured(_ message: String, outcome: CircuitBreaker.Outcome = .answered) -> ServiceFailure {
        ServiceFailure(
            type: "ServiceMisconfigured",
            message: message,
            remedy: .afterRepair,
            isUndone: true,
            outcome: outcome
        )
    }

    /// The service answered, and not as agreed. The effect may be there.
    static func badAnswer(_ message: String) -> ServiceFailure {
        ServiceFailure(
            type: "InvalidAnswer",
            message: message,
            remedy: .afterRepair,
            isUndone: false,
            outcome: .answered
        )
    }

    static func of(_ error: HTTPTransportError, timeout: Duration, mostBytes: Int) -> ServiceFailure {
        switch error {
        case .unreachable: .unavailable("nobody answers at its address", isUndone: true)
        case .unsafe:
            .misconfigured("no safe connection; this machine has to know who signed its certificate", outcome: .failed)
        case .timeout: .unavailable("no answer within \(timeout)")
        case .broken: .unavailable("the connection broke")
        case .tooLarge: .badAnswer("the answer has more than \(mostBytes) bytes")
        }
    }

    /// What a status other than 2xx means, where 404 does not mean that there is none.
    static func of(_ answer: HTTPAnswer, hiding secret: String?) -> ServiceFailure {
        let problem = ServiceProblem(answer.body, hiding: secret)
        let message = "answered \(answer.status)" + (problem.message.map { ": \($0)" } ?? "")
        switch answer.status {
        case 401, 403: return .misconfigured("\(message); check its token")
        case 100..<400: return .misconfigured("\(message), which is no answer; check its URL")
        case 404, 405: return .misconfigured("\(message), so that this is not where it is; check its URL")
        case 409: return .refused(problem.code ?? "Conflict", message)
        case 408, 425: return .unavailable(message, outcome: .answered)
        case 429:
            return .unavailable(message, isUndone: true, retryAfter: RetryAfter.duration(answer), outcome: .abandoned)
        case 400..<500: return .refused(problem.code ?? "ServiceRefused", message)
        default: return .unavailable(message, retryAfter: RetryAfter.duration(answer))
        }
    }
}
