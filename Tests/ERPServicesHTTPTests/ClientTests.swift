import ERPWorkflows
import Logging
import Testing
import WorkflowAPI
import WorkflowRuntime

@testable import ERPServicesHTTP

@Suite struct ClientTests {
    @Test func `a request carries the tenant, an id and the token, and asks for JSON`() async throws {
        try await withService({ _ in .json(vendorJSON) }) { service in
            let vendors = HTTPVendorService(try client(service, token: "s3cret"))
            let vendor = try await inActivity { try await vendors.vendor("V-1", in: "acmé") }
            #expect(vendor?.name == "Padma Cement")
            #expect(vendor?.kind == nil)
            let request = try #require(service.requests.first)
            #expect(request.line == "GET /vendors/V-1")
            #expect(request.headers["x-tenant-id"] == "acm%C3%A9")
            #expect(request.headers["x-request-id"]?.hasPrefix("run-1/7/") == true)
            #expect(request.headers["authorization"] == "Bearer s3cret")
            #expect(request.headers["accept"] == "application/json")
            #expect(request.headers["idempotency-key"] == nil)
            #expect(request.body.isEmpty)
        }
    }

    @Test func `an id from outside stays one segment of the path`() async throws {
        try await withService({ _ in .json("{}", 404) }) { service in
            let vendors = HTTPVendorService(try client(service))
            #expect(try await vendors.vendor("a/../b?c=d#e %", in: "default") == nil)
            #expect(service.requests.map(\.line) == ["GET /vendors/a%2F..%2Fb%3Fc%3Dd%23e%20%25"])
            for id in ["..", ".", ""] { #expect(try await vendors.vendor(id, in: "default") == nil) }
            #expect(service.requests.count == 1, "these are other addresses, which nobody asks")
        }
    }

    @Test func `repeats carry the same id over attempts, other steps another`() async throws {
        let script = Script(.answer(503, ""), .json(vendorJSON), .json(vendorJSON), .json("{}", 404))
        try await withService({ _ in script.next() }) { service in
            let vendors = HTTPVendorService(try client(service))
            _ = try await inActivity { try await vendors.vendor("V-1", in: "default") }
            _ = try await inActivity(attempt: 2) { try await vendors.vendor("V-1", in: "default") }
            _ = try await inActivity(attempt: 2) { try await vendors.vendor("V-2", in: "default") }
            _ = try await inActivity("8") { try await vendors.vendor("V-1", in: "default") }
            let ids = service.requests.compactMap { $0.headers["x-request-id"] }
            #expect(ids.count == 5)
            #expect(Set(ids[0...2]).count == 1)
            #expect(Set(ids).count == 3)
        }
    }

    @Test func `what changes something carries its id as idempotency key, and amounts as texts`() async throws {
        try await withService({ _ in .json(#"{"isReserved": true}"#) }) { service in
            let budget = HTTPBudgetService(try client(service))
            let request = try Example.value(of: "BUDGET", "POST /order-reservations", as: BudgetRequest.self)
            let answer = try await inActivity { try await budget.reserve(request) }
            #expect(answer.isReserved && answer.reason == nil)
            let sent = try #require(service.requests.first)
            #expect(sent.headers["idempotency-key"] == sent.headers["x-request-id"])
            #expect(sent.headers["content-type"] == "application/json")
            #expect(String(decoding: sent.body, as: UTF8.self).contains(#""amount":"75000.00""#))
        }
    }

    @Test func `a service that is busy is asked again after growing pauses`() async throws {
        let script = Script(.answer(503, ""), .hangUp, .json(vendorJSON))
        let clock = ManualClock()
        try await withService({ _ in script.next() }) { service in
            let vendors = HTTPVendorService(try client(service, clock: clock))
            #expect(try await vendors.vendor("V-1", in: "default")?.id == "V-1")
            #expect(service.requests.count == 3)
        }
        #expect(clock.sleeps == [.milliseconds(200), .milliseconds(400)])
    }

    @Test func `after the last attempt the activity's retry policy goes on`() async throws {
        let clock = ManualClock()
        try await withService({ _ in .json(#"{"message": "down for repair"}"#, 503) }) { service in
            let vendors = HTTPVendorService(try client(service, clock: clock))
            let error = await #expect(throws: ApplicationError.self) { try await vendors.vendor("V-1", in: "default") }
            #expect(error?.type == "ServiceUnavailable" && error?.nonRetryable == false)
            #expect(error?.message == "test service, GET /vendors/{id}: answered 503: down for repair")
            #expect(error?.nextRetryDelay == nil)
            #expect(service.requests.count == 3)
        }
    }

    @Test func `pauses grow up to a limit and are spread`() {
        let limits = HTTPServiceLimits(firstPause: .seconds(1), longestPause: .seconds(5))
        #expect((1...5).map { limits.pause(after: $0, random: 1) } == [1, 2, 4, 5, 5].map { .seconds($0) })
        #expect(limits.pause(after: 2, random: 0) == .seconds(1))
        #expect(limits.pause(after: .max, random: 7) == .seconds(5))
    }

    @Test func `a short Retry-After is waited for, a long one is left to the activity`() async throws {
        let script = Script(
            .answer(429, "", headers: ["Retry-After": "2"]),
            .answer(
                503,
                "",
                headers: ["Retry-After": "Sat, 21 Nov 2026 10:00:30 GMT", "Date": "Sat, 21 Nov 2026 10:00:00 GMT"]
            )
        )
        let clock = ManualClock()
        try await withService({ _ in script.next() }) { service in
            let vendors = HTTPVendorService(try client(service, clock: clock))
            let error = await #expect(throws: ApplicationError.self) { try await vendors.vendor("V-1", in: "default") }
            #expect(error?.nextRetryDelay == .seconds(30))
            #expect(service.requests.count == 2)
        }
        #expect(clock.sleeps == [.seconds(2)])
    }

    @Test func `what is to be done once is not repeated, and says so when nobody knows whether it was done`()
        async throws
    {
        let once = HTTPOperation.once(.post, "/bells")
        try await withService({ _ in .answer(503, "") }) { service in
            let error = await #expect(throws: ApplicationError.self) {
                try await client(service).send(once, ["ring": "twice"], tenant: "default")
            }
            #expect(error?.type == "OutcomeUnknown" && error?.nonRetryable == true)
            #expect(service.requests.count == 1)
            #expect(service.requests[0].headers["idempotency-key"] == nil)
        }
        try await withService({ _ in .answer(429, "") }) { service in
            let error = await #expect(throws: ApplicationError.self) {
                try await client(service).send(once, ["ring": "twice"], tenant: "default")
            }
            #expect(error?.type == "ServiceUnavailable" && error?.nonRetryable == false, "it was not done")
            #expect(service.requests.count == 1)
        }
    }

    @Test func `a service that fails in a row is left alone, then asked once`() async throws {
        let script = Script(.answer(500, ""), .answer(500, ""), .answer(500, ""), .json(vendorJSON))
        let clock = ManualClock()
        let limits = HTTPServiceLimits(attempts: 1, failureThreshold: 2, coolDown: .seconds(30))
        try await withService({ _ in script.next() }) { service in
            let vendors = HTTPVendorService(try client(service, limits: limits, clock: clock))
            func ask() async -> ApplicationError? {
                do {
                    _ = try await vendors.vendor("V-1", in: "default")
                    return nil
                } catch {
                    return error as? ApplicationError
                }
            }
            #expect(await ask()?.message.hasSuffix("answered 500") == true)
            #expect(await ask()?.message.hasSuffix("answered 500") == true)
            clock.advance(by: .seconds(10))
            let refused = await ask()
            #expect(refused?.message.hasSuffix("is left alone for a while") == true)
            #expect(refused?.nextRetryDelay == .seconds(20) && refused?.nonRetryable == false)
            #expect(service.requests.count == 2)
            clock.advance(by: .seconds(20))
            #expect(await ask()?.message.hasSuffix("answered 500") == true, "half-open: one went through and failed")
            #expect(await ask()?.nextRetryDelay == .seconds(30))
            #expect(service.requests.count == 3)
            clock.advance(by: .seconds(30))
            #expect(await ask() == nil)
            #expect(await ask() == nil)
            #expect(service.requests.count == 5)
        }
    }
}
