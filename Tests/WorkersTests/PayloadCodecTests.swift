import History
import Synchronization
import Testing
import Workers
import WorkflowAPI
import WorkflowRuntime
import WorkflowTesting

@Suite(.timeLimit(.minutes(5)))
struct PayloadCodecTests {
    /// Turns every byte around and says so; without its key it refuses.
    private struct Mirror: PayloadCodec {
        var key: UInt8 = 0xA5

        func encode(_ payloads: [Payload]) async throws -> [Payload] {
            payloads.map { payload in
                var metadata = ["encoding": Array("test/mirror".utf8), "key": [key]]
                for (name, value) in payload.metadata { metadata["was-" + name] = value }
                return Payload(metadata: metadata, data: payload.data.map { $0 ^ key })
            }
        }

        func decode(_ payloads: [Payload]) async throws -> [Payload] {
            try payloads.map { payload in
                guard payload.encoding == "test/mirror" else { return payload }
                guard payload.metadata["key"] == [key] else { throw MissingKey() }
                let was = payload.metadata.filter { $0.key.hasPrefix("was-") }
                return Payload(
                    metadata: Dictionary(uniqueKeysWithValues: was.map { (String($0.key.dropFirst(4)), $0.value) }),
                    data: payload.data.map { $0 ^ key }
                )
            }
        }
    }

    private struct MissingKey: Error, CustomStringConvertible { var description: String { "the key is missing" } }

    /// Pays, fails to pay, waits for a secret and gives it back.
    private actor Secrets: WorkflowDefinition {
        static let pay = ActivityDescriptor<String, String>("pay")
        private var secret: String?

        struct Messages: Sendable {
            let tell = SignalDescriptor<String>("tell")
            let ask = QueryDescriptor<String, String>("ask")
        }
        static let messages = Messages()

        func run(_ input: String) async throws -> String {
            let options = ActivityOptions(
                startToCloseTimeout: .seconds(10),
                retryPolicy: RetryPolicy(maximumAttempts: 1)
            )
            let paid = try await Workflow.execute(Self.pay, input, options: options)
            var details = ""
            do {
                _ = try await Workflow.execute(Self.pay, "secret-fail", options: options)
            } catch let error as ActivityError {
                details = try error.applicationError?.detail(as: String.self) ?? "none"
            }
            try await Workflow.condition { self.secret != nil }
            return "\(paid) \(details) \(secret ?? "")"
        }

        static func handlers(_ handlers: inout WorkflowHandlers<Secrets>) {
            handlers.signal("tell") { (workflow, text: String) in workflow.secret = text }
            handlers.query("ask") { (workflow, question: String) in "\(question): \(workflow.secret ?? "secret-none")" }
        }
    }

    private let workflows = [WorkflowRegistration(Secrets.self)]
    private let pay = ActivityRegistration(Secrets.pay) { input in
        if input == "secret-fail" {
            ActivityContext.current?.heartbeat("secret-beat")
            let details = [try PayloadConverter.payload("secret-detail")]
            throw ApplicationError(type: "Broke", message: "no money", details: details)
        }
        return "\(input)-paid"
    }

    private func client(_ engine: EngineFixture, _ codecs: [any PayloadCodec]) -> WorkflowClient {
        let number = Mutex(0)
        return WorkflowClient(service: engine.service, identity: "test", payloadCodecs: codecs) {
            number.withLock { number in
                number += 1
                return "request-\(number)"
            }
        }
    }

    @Test func `what passes a codec is stored encoded and everybody who has the codec reads it`() async throws {
        let engine = EngineFixture()
        let codecs: [any PayloadCodec] = [Mirror(), Mirror(key: 0x3C)]
        let handle = try await client(engine, codecs).start(
            Secrets.self,
            id: "s-1",
            taskQueue: "orders",
            input: "secret-input"
        )
        let configuration = testConfiguration { $0.payloadCodecs = codecs }
        try await withWorker(engine.service, configuration, workflows: workflows, activities: [pay]) { _ in
            try await engine.history("s-1") { $0.contains { $0.type == .activityTaskFailed } }
            try await handle.signal(\.tell, "secret-word")
            #expect(try await handle.query(\.ask, "secret-question") == "secret-question: secret-word")
            try await engine.history("s-1") { $0.last?.type == .workflowExecutionCompleted }
        }
        let expected = "secret-input-paid secret-detail secret-word"
        #expect(try await handle.result(timeout: .zero) == expected)
        #expect(try await handle.query(\.ask, "q") == "q: secret-word")

        let stored = try await engine.history("s-1")
        #expect(try !HistoryJSON.encode(stored).contains("secret"))
        let mirrored = stored.map(\.attributes).compactMap {
            if case .workflowExecutionSignaled(let signal) = $0 { signal.input.first?.encoding } else { nil }
        }
        #expect(mirrored == ["test/mirror"])
        let read = try await client(engine, codecs).service.history(GetHistoryRequest(workflowID: "s-1"))
        try WorkflowReplayer(workflows).replay(read)
    }

    @Test func `a worker without the key fails the task, and one with it carries on`() async throws {
        let engine = EngineFixture()
        let handle = try await client(engine, [Mirror()]).start(
            Secrets.self,
            id: "s-1",
            taskQueue: "orders",
            input: "secret-input"
        )
        let wrong = testConfiguration { $0.payloadCodecs = [Mirror(key: 1)] }
        try await withWorker(
            engine.service,
            wrong,
            workflows: workflows,
            activities: [pay],
            histories: .left(because: "this worker has no key for them; the next one has")
        ) { _ in
            try await engine.history("s-1") { $0.contains { $0.type == .workflowTaskFailed } }
        }
        let failure = try await handle.describe().workflowTask?.lastFailure
        #expect(failure?.message == "the payload codec: the key is missing")
        let right = testConfiguration { $0.payloadCodecs = [Mirror()] }
        try await withWorker(engine.service, right, workflows: workflows, activities: [pay]) { _ in
            engine.clock.advance(by: .seconds(1))
            _ = try await engine.store.runDue(limit: 8)
            try await engine.history("s-1") { $0.contains { $0.type == .activityTaskFailed } }
            try await handle.signal(\.tell, "secret-word")
            try await engine.history("s-1") { $0.last?.type == .workflowExecutionCompleted }
        }
    }

    /// Cannot write one word, and cannot be reached the first time.
    private struct Picky: PayloadCodec {
        let calls = Calls()

        final class Calls: Sendable {
            private let count = Mutex(0)
            func next() -> Int {
                count.withLock { count in
                    count += 1
                    return count
                }
            }
        }

        func encode(_ payloads: [Payload]) async throws -> [Payload] {
            if calls.next() == 2 { throw WorkflowServiceError(.unavailable, "the key store is away") }
            if payloads.contains(where: { String(decoding: $0.data, as: UTF8.self).contains("secret-detail") }) {
                throw MissingKey()
            }
            return payloads
        }

        func decode(_ payloads: [Payload]) async throws -> [Payload] { payloads }
    }

    @Test
    func `a failure whose details cannot be encoded is told without them, and a codec that is away is waited for`()
        async throws
    {
        let engine = EngineFixture()
        let picky = Picky()
        // The first call of the codec.
        _ = try await client(engine, [picky]).start(Secrets.self, id: "s-1", taskQueue: "orders", input: "secret-input")
        let configuration = testConfiguration { $0.payloadCodecs = [picky] }
        try await withWorker(engine.service, configuration, workflows: workflows, activities: [pay]) { _ in
            let history = try await engine.history("s-1") { $0.contains { $0.type == .activityTaskFailed } }
            guard
                case .activityTaskFailed(let failed)? = history.last(where: { $0.type == .activityTaskFailed })?
                    .attributes
            else { return }
            #expect(failed.failure.message == "no money")
            #expect(failed.failure.info == .application(.init(type: "Broke")))
            #expect(!history.contains { $0.type == .workflowTaskFailed })
        }
    }
}
