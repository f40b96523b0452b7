import ERPWorkflows
import InMemoryLogging
import Logging
import Testing
import WorkflowRuntime

@testable import ERPServicesHTTP

@Suite struct AnswerTests {
    private func failure(
        _ reply: LocalService.Reply,
        limits: HTTPServiceLimits = HTTPServiceLimits(attempts: 1)
    ) async throws -> ApplicationError? {
        try await withService({ _ in reply }) { service in
            let vendors = HTTPVendorService(try client(service, token: "s3cret", limits: limits))
            return await #expect(throws: ApplicationError.self) { try await vendors.vendor("V-1", in: "default") }
        }
    }

    @Test func `a refusal is final and carries the service's own word and line, clipped and without the token`()
        async throws
    {
        let conflict = try await failure(.json(#"{"code": "OrderExists", "message": "it is PO-7"}"#, 409))
        #expect(conflict?.type == "OrderExists" && conflict?.nonRetryable == true)
        #expect(conflict?.message == "test service, GET /vendors/{id}: answered 409: it is PO-7")
        #expect(try await failure(.json("{}", 409))?.type == "Conflict")
        let invalid = try await failure(.json(#"{"title": "bad\nid s3cret", "code": "not a word"}"#, 422))
        #expect(invalid?.type == "ServiceRefused" && invalid?.nonRetryable == true)
        #expect(invalid?.message.hasSuffix("answered 422: bad id …") == true)
        let long = String(repeating: "x", count: 5000)
        #expect(try await failure(.json(#"{"detail": "\#(long)"}"#, 400))?.message.count ?? 0 < 260)
        let body = try await failure(.answer(400, "the password is 12345"))
        #expect(body?.message.hasSuffix("answered 400") == true, "bodies of other kinds are never shown")
    }

    @Test func `documents wait for a wrong token or address to be put right`() async throws {
        for status in [401, 403, 301, 302] {
            let error = try await failure(.answer(status, "", headers: ["Location": "http://127.0.0.1:1/"]))
            #expect(error?.type == "ServiceMisconfigured" && error?.nonRetryable == false)
            #expect(error?.nextRetryDelay == .seconds(60))
        }
        let page = try await failure(.answer(404, "<html>", headers: ["Content-Type": "text/html"]))
        #expect(page?.message.hasSuffix("so that this is not where it is; check its URL") == true)
        #expect(page?.type == "ServiceMisconfigured")
        try await withService({ _ in .json("{}", 404) }) { service in
            let audit = HTTPAuditService(try client(service))
            let error = await #expect(throws: ApplicationError.self) { try await audit.entries(of: "default") }
            #expect(error?.type == "ServiceMisconfigured", "a list is there, if empty")
        }
    }

    @Test func `an answer that is not as agreed is never taken for one`() async throws {
        for text in ["", "{", "[]", "null", #"{"id": "V-1"}"#] {
            let error = try await failure(.json(text))
            #expect(error?.type == "InvalidAnswer" && error?.nonRetryable == false, "\(text)")
            #expect(error?.message.contains("cannot be read") == true)
        }
        let other = vendorJSON.replacing("V-1", with: "V-2")
        #expect(try await failure(.json(other))?.message.hasSuffix("something else than was asked for") == true)
    }

    @Test func `an answer beyond the limit is not read to its end`() async throws {
        let limits = HTTPServiceLimits(attempts: 3, mostBytes: 1000)
        let error = try await failure(.json(String(repeating: " ", count: 1001)), limits: limits)
        #expect(error?.type == "InvalidAnswer")
        #expect(error?.message.hasSuffix("the answer has more than 1000 bytes") == true)
    }

    @Test(arguments: [true, false])
    func `a service that is silent or slow ends the time, whatever it has sent`(saysNothing: Bool) async throws {
        let limits = HTTPServiceLimits(timeout: .milliseconds(100), attempts: 2)
        let clock = ManualClock()
        try await withService({ _ in saysNothing ? .silence : .headOnly }) { service in
            let vendors = HTTPVendorService(try client(service, limits: limits, clock: clock))
            let error = await #expect(throws: ApplicationError.self) { try await vendors.vendor("V-1", in: "default") }
            #expect(error?.type == "ServiceUnavailable" && error?.nonRetryable == false)
            #expect(error?.message.hasSuffix("no answer within 0.1 seconds") == true)
        }
        #expect(clock.sleeps.count == 1, "it was asked twice")
    }

    @Test func `nobody at the address is said so, and is known not to have done anything`() async throws {
        let gone = try await LocalService.start { _ in .silence }
        try await gone.stop()
        let client = try client(gone, limits: HTTPServiceLimits(attempts: 2))
        let once = await #expect(throws: ApplicationError.self) {
            try await client.send(.once(.post, "/bells"), ["a": "b"], tenant: "default")
        }
        #expect(once?.type == "ServiceUnavailable" && once?.nonRetryable == false)
        #expect(once?.message == "test service, POST /bells: nobody answers at its address")
    }

    @Test func `a cancelled caller is told at once, and the service is not blamed`() async throws {
        try await withService({ _ in .silence }) { service in
            let limits = HTTPServiceLimits(timeout: .seconds(60), failureThreshold: 1)
            let vendors = HTTPVendorService(try client(service, limits: limits))
            let asking = Task { try await vendors.vendor("V-1", in: "default") }
            while service.requests.isEmpty { await Task.yield() }
            asking.cancel()
            await #expect(throws: CancellationError.self) { try await asking.value }
        }
    }

    @Test func `a list is read page by page, and one without an end is noticed`() async throws {
        let script = Script(.json(#"{"items": ["a", "b"], "next": "2 3"}"#), .json(#"{"items": ["c"]}"#))
        try await withService({ _ in script.next() }) { service in
            let audit = HTTPAuditService(try client(service))
            #expect(try await audit.verify("default") == ["a", "b", "c"])
            #expect(service.requests.map(\.line) == ["GET /verification", "GET /verification?after=2%203"])
        }
        try await withService({ _ in .json(#"{"items": [], "next": "same"}"#) }) { service in
            let error = await #expect(throws: ApplicationError.self) {
                try await HTTPAuditService(try client(service)).verify("default")
            }
            #expect(error?.message.hasSuffix("its pages do not come to an end") == true)
            #expect(service.requests.count == 2)
        }
    }

    @Test func `a directory that gives too many people decides nothing`() async throws {
        func user(_ id: String, _ roles: String, active: Bool = true, login: String? = nil) -> String {
            let login = login.map { #","login":"\#($0)""# } ?? ""
            return
                #"{"id":"\#(id)","name":"n","email":"e@x","department":"d","roles":[\#(roles)],"isActive":\#(active)\#(login)}"#
        }
        let people = [
            user("zia", #""finance""#), user("amin", #""finance","hr""#, login: "both"), user("ruma", #""hr""#),
            user("old", #""finance""#, active: false), user("rafi", "", login: "both"), user("mina", "", login: "m"),
        ]
        try await withService({ _ in .json(#"{"items": [\#(people.joined(separator: ","))]}"#) }) { service in
            let directory = HTTPDirectoryService(try client(service))
            #expect(try await directory.users(with: "finance", in: "default").map(\.id) == ["amin", "zia"])
            #expect(try await directory.user(withLogin: "m", in: "default")?.id == "mina")
            #expect(try await directory.user(withLogin: "zia", in: "default")?.id == "zia")
            #expect(try await directory.user(withLogin: "both", in: "default") == nil)
            #expect(try await directory.user(withLogin: "old", in: "default") == nil)
            #expect(service.requests[0].line == "GET /users?role=finance")
        }
    }

    @Test func `logs name the operation, never what it was about`() async throws {
        let log = InMemoryLogHandler()
        var logger = Logger(label: "test") { _ in log }
        logger.logLevel = .trace
        let limits = HTTPServiceLimits(attempts: 2, failureThreshold: 2)
        try await withService({ _ in .json(#"{"message": "no"}"#, 503) }) { service in
            let vendors = HTTPVendorService(try client(service, token: "s3cret", limits: limits, logger: logger))
            await #expect(throws: ApplicationError.self) { try await vendors.vendor("V-secret", in: "default") }
        }
        let lines = log.entries.map { "\($0.message) \($0.metadata)" }
        #expect(lines.count == 2 && lines[1].hasPrefix("the service is left alone for"))
        #expect(
            lines.allSatisfy { $0.contains("GET /vendors/{id}") && !$0.contains("secret") && !$0.contains("s3cret") }
        )
    }
}
