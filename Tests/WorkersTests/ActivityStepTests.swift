import Foundation
import History
import Logging
import Testing
import Workers
import WorkflowAPI
import WorkflowRuntime

private let pay = ActivityDescriptor<String, String>("pay")

/// Pays, and says who got the money.
private actor Payer: WorkflowDefinition {
    func run(_ vendor: String) async throws -> String {
        try await Workflow.execute(pay, vendor, options: ActivityOptions(startToCloseTimeout: .seconds(10)))
    }
}

/// A codec that has to wait, as one does whose keys are elsewhere.
private struct WaitingCodec: PayloadCodec {
    func encode(_ payloads: [Payload]) async throws -> [Payload] { payloads }
    func decode(_ payloads: [Payload]) async throws -> [Payload] { payloads }
}

/// The same backwards.
private struct BackwardsCodec: ImmediatePayloadCodec {
    private func turn(_ payloads: [Payload]) -> [Payload] {
        payloads.map { Payload(metadata: $0.metadata, data: $0.data.reversed()) }
    }
    func encodeImmediately(_ payloads: [Payload]) throws -> [Payload] { turn(payloads) }
    func encode(_ payloads: [Payload]) async throws -> [Payload] { turn(payloads) }
    func decode(_ payloads: [Payload]) async throws -> [Payload] { turn(payloads) }
}

@Suite(.timeLimit(.minutes(5)))
struct ActivityStepTests {
    private let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    /// Inserts a payment; "flaky" fails on its first attempt, after it wrote.
    private let payment = ActivityRegistration(
        pay,
        transactional: { vendor, transaction in
            try transaction.execute("INSERT INTO payment (vendor) VALUES (?)", [.text(vendor)])
            if vendor == "flaky", ActivityContext.current?.info.attempt == 1 {
                throw ApplicationError(type: "Flaky", message: "not yet", nextRetryDelay: .milliseconds(1))
            }
            return "\(vendor) \(try transaction.query("SELECT count(*) FROM payment").first?.integer(0) ?? 0)"
        }
    )

    @Test(arguments: [false, true])
    func `a step runs in the store with its retries and its codecs, exactly once`(isCoded: Bool) async throws {
        let directory = FileManager.default.temporaryDirectory.appending(path: "worker-step-\(UUID())")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        let engine = try await WorkflowEngine.open(.sqlite(directory.appending(path: "w.db").path), logger: logger)
        try await engine.prepareTables(named: "payments", steps: ["CREATE TABLE payment (vendor TEXT UNIQUE)"])
        let codecs: [any PayloadCodec] = isCoded ? [BackwardsCodec()] : []
        var configuration = WorkerConfiguration(taskQueue: "pay")
        configuration.payloadCodecs = codecs
        configuration.crashBlamePrefix = directory.appending(path: "w.db-blame").path
        let worker = try Worker(
            service: engine.service,
            configuration: configuration,
            workflows: [WorkflowRegistration(Payer.self)],
            activities: [payment],
            logger: logger
        )
        let client = WorkflowClient(
            service: engine.service,
            identity: "test",
            payloadCodecs: codecs,
            makeID: { UUID().uuidString }
        )
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await engine.run() }
            group.addTask { try await worker.run() }
            for (id, expected) in [("sure", "sure 1"), ("flaky", "flaky 2")] {
                let handle = try await client.start(Payer.self, id: WorkflowID(id), taskQueue: "pay", input: id)
                #expect(try await handle.result(timeout: .seconds(30)) == expected)
            }
            group.cancelAll()
        }
        let rows = try await engine.look {
            try $0.query("SELECT vendor FROM payment ORDER BY vendor").map { $0.text(0) }
        }
        #expect(rows == ["flaky", "sure"])
        try await replayHistories(of: engine.service, [WorkflowRegistration(Payer.self)], payloadCodecs: codecs)
        await engine.close()
    }

    @Test func `a worker whose service or codecs cannot run a step refuses to be made, and says what to do`()
        async throws
    {
        let engine = try await WorkflowEngine.open(.memory, logger: logger)
        let plain = WorkerConfiguration(taskQueue: "pay")
        let error = #expect(throws: WorkerError.self) {
            try Worker(service: engine.service, configuration: plain, activities: [payment], logger: logger)
        }
        #expect(error?.code == .missingCapability)
        #expect(error?.message.contains("\"pay\"") == true)
        await engine.close()

        let directory = FileManager.default.temporaryDirectory.appending(path: "worker-step-\(UUID())")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        let durable = try await WorkflowEngine.open(.sqlite(directory.appending(path: "w.db").path), logger: logger)
        var waiting = plain
        waiting.payloadCodecs = [WaitingCodec()]
        #expect(throws: WorkerError.self) {
            try Worker(service: durable.service, configuration: waiting, activities: [payment], logger: logger)
        }
        await durable.close()
    }
}
