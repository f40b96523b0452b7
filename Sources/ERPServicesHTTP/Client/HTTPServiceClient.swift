public import Logging
import Synchronization
import WorkflowRuntime

/// Asks one service over HTTP: within a time, again when that is safe and useful, and not at all for a while when the
/// service does not answer.
///
/// Every request carries `X-Tenant-ID` and `X-Request-ID`. The second is made of the run, the activity and the step, so that
/// whatever is repeated carries the same, over crashes too; a request that changes something carries it as
/// `Idempotency-Key` as well. Bodies are JSON in the form of payloads: amounts are decimal texts, times RFC 3339. Neither
/// they nor tokens are ever logged, nor do errors repeat them.
public final class HTTPServiceClient: Sendable {
    /// What the service is called in messages: `vendor`.
    public let service: String
    private let address: HTTPServiceAddress
    private let limits: HTTPServiceLimits
    private let transport: any HTTPTransport
    private let time: ServiceTime
    private let random: @Sendable () -> Double
    private let logger: Logger
    private let breaker: Mutex<CircuitBreaker>

    /// A client of the service at an address. `clock` measures pauses, `random` gives numbers from 0 to 1 that spread them.
    public convenience init(
        service: String,
        address: HTTPServiceAddress,
        limits: HTTPServiceLimits = HTTPServiceLimits(),
        clock: some Clock<Duration> = ContinuousClock(),
        random: @escaping @Sendable () -> Double = { Double.random(in: 0...1) },
        logger: Logger
    ) {
        self.init(
            service: service,
            address: address,
            limits: limits,
            transport: AsyncHTTPTransport(),
            time: ServiceTime(clock),
            random: random,
            logger: logger
        )
    }

    init(
        service: String,
        address: HTTPServiceAddress,
        limits: HTTPServiceLimits,
        transport: any HTTPTransport,
        time: ServiceTime,
        random: @escaping @Sendable () -> Double,
        logger: Logger
    ) {
        self.service = service
        self.address = address
        self.limits = limits
        self.transport = transport
        self.time = time
        self.random = random
        self.logger = logger
        breaker = Mutex(CircuitBreaker(threshold: limits.failureThreshold, coolDown: limits.coolDown))
    }

    /// Makes a request, and repeats it as far as that is allowed. Gives the answer if its status is 2xx, or 404 where that
    /// is an answer. Throws `ApplicationError`, or `CancellationError`.
    func answer(
        to operation: HTTPOperation,
        _ target: RequestTarget,
        body: [UInt8] = [],
        tenant: String,
        acceptingAbsence: Bool = false
    ) async throws -> HTTPAnswer {
        let path = target.text(of: operation)
        let id = RequestID.make(
            operation,
            target: path,
            tenant: tenant,
            body: body,
            activity: ActivityContext.current?.info
        )
        let request = outgoing(operation, address.base + path, id: id, body, tenant)
        return try await answer(to: request, operation, acceptingAbsence: acceptingAbsence)
    }

    /// Posts something to the address itself, under an id of the caller's, which is the same for every repeat.
    func post(_ body: [UInt8], id: String, tenant: String) async throws {
        let operation = HTTPOperation(.post, "")
        _ = try await answer(
            to: outgoing(operation, address.url, id: id, body, tenant),
            operation,
            acceptingAbsence: false
        )
    }

    private func answer(
        to request: HTTPRequest,
        _ operation: HTTPOperation,
        acceptingAbsence: Bool
    ) async throws -> HTTPAnswer {
        var attempt = 1
        while true {
            do {
                return try await once(request, operation, acceptingAbsence: acceptingAbsence)
            } catch let failure as ServiceFailure {
                guard let pause = pause(after: attempt, of: operation, failure) else {
                    throw failure.error(of: operation, service: service)
                }
                note(.debug, "asking again", operation, ["attempt": "\(attempt)", "reason": "\(failure.message)"])
                try await time.sleep(for: pause)
                attempt += 1
            }
        }
    }

    /// The pause before the next attempt; nil when there is none.
    private func pause(after attempt: Int, of operation: HTTPOperation, _ failure: ServiceFailure) -> Duration? {
        guard operation.isRepeatable, failure.remedy == .soon, attempt < limits.attempts else { return nil }
        let own = limits.pause(after: attempt, random: random())
        guard let asked = failure.retryAfter else { return own }
        return asked <= limits.longestPause ? max(own, asked) : nil
    }

    /// One attempt, past the circuit breaker.
    private func once(
        _ request: HTTPRequest,
        _ operation: HTTPOperation,
        acceptingAbsence: Bool
    ) async throws -> HTTPAnswer {
        let ticket: CircuitBreaker.Ticket
        switch breaker.withLock({ $0.admit(at: time.elapsed) }) {
        case .admitted(let given): ticket = given
        case .refused(let wait):
            throw ServiceFailure.unavailable(
                "it failed several times in a row and is left alone for a while",
                isUndone: true,
                retryAfter: wait,
                outcome: .abandoned
            )
        }
        do {
            let answer = try await exchange(request)
            let isAbsence = answer.status == 404 && acceptingAbsence && !answer.isHTML
            guard (200..<300).contains(answer.status) || isAbsence else {
                throw ServiceFailure.of(answer, hiding: address.token)
            }
            settle(.answered, ticket, operation)
            return answer
        } catch let failure as ServiceFailure {
            settle(failure.outcome, ticket, operation)
            throw failure
        } catch {
            settle(.abandoned, ticket, operation)
            throw error
        }
    }

    private func exchange(_ request: HTTPRequest) async throws -> HTTPAnswer {
        do {
            return try await transport.send(request, timeout: limits.timeout, mostBytes: limits.mostBytes)
        } catch let error as HTTPTransportError {
            throw ServiceFailure.of(error, timeout: limits.timeout, mostBytes: limits.mostBytes)
        }
    }

    private func settle(_ outcome: CircuitBreaker.Outcome, _ ticket: CircuitBreaker.Ticket, _ operation: HTTPOperation)
    {
        guard breaker.withLock({ $0.record(outcome, of: ticket, at: time.elapsed) }) else { return }
        note(.warning, "the service is left alone for \(limits.coolDown)", operation)
    }

    private func outgoing(
        _ operation: HTTPOperation,
        _ url: String,
        id: String,
        _ body: [UInt8],
        _ tenant: String
    ) -> HTTPRequest {
        var headers: [(name: String, value: String)] = [
            ("X-Tenant-ID", RequestTarget.encoded(tenant)), ("X-Request-ID", id), ("Accept", "application/json"),
        ]
        if operation.carriesIdempotencyKey { headers.append(("Idempotency-Key", id)) }
        if !body.isEmpty { headers.append(("Content-Type", "application/json")) }
        if let token = address.token { headers.append(("Authorization", "Bearer \(token)")) }
        return HTTPRequest(method: operation.method, url: url, headers: headers, body: body)
    }

    /// Operations are named by their form, so that no id of a person or document comes into a log.
    private func note(
        _ level: Logger.Level,
        _ message: String,
        _ operation: HTTPOperation,
        _ details: Logger.Metadata = [:]
    ) {
        var metadata = details
        metadata["service"] = "\(service)"
        metadata["operation"] = "\(operation)"
        (ActivityContext.current?.logger ?? logger).log(level: level, "\(message)", metadata: metadata)
    }
}
