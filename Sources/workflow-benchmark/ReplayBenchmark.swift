import ArgumentParser
import WorkflowAPI
import WorkflowRuntime

/// Replays recorded histories from their stored bytes.
struct ReplayBenchmark: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay",
        abstract: "Thread processor time per replayed activity (six events, a JSON result with three fields)."
    )

    @Option(help: "How many times each length is measured; the median counts.")
    var rounds = 15
    @Flag(help: "Print what decoding alone costs, too.")
    var parts = false

    func run() throws {
        for count in [50, 1000, 10_000] {
            let bytes = HistoryCodec.encode(try RecordedLine.history(count))
            let repeats = max(1, 2000 / count)
            let total = try measure(repeats) { try RecordedLine.replay(bytes) }
            print("replay \(count) activities: \(perActivity(total, count, repeats)) µs each (limit 10)")
            guard parts else { continue }
            let decoding = try measure(repeats) { _ = try HistoryCodec.decode(bytes) }
            print("  of which events from bytes: \(perActivity(decoding, count, repeats)) µs")
        }
        guard parts else { return }
        let payload = try PayloadConverter.payload(Line.sample)
        let json = try measure(10_000) { _ = try PayloadConverter.value(payload, as: Line.self) }
        print("decode one result: \(perActivity(json, 1, 10_000)) µs")
        let number = try measure(10_000) { _ = try PayloadConverter.payload(7) }
        print("encode one number: \(perActivity(number, 1, 10_000)) µs")
    }

    private func measure(_ repeats: Int, _ body: () throws -> Void) throws -> Int64 {
        try (0..<rounds).map { _ in
            let start = threadTime()
            for _ in 0..<repeats { try body() }
            return threadTime() - start
        }.median
    }

    private func perActivity(_ nanoseconds: Int64, _ count: Int, _ repeats: Int) -> String {
        let tenths = (Double(nanoseconds) / Double(count * repeats) / 10).rounded() / 100
        return "\(tenths)"
    }
}

/// What an activity returns: three fields.
struct Line: Codable, Sendable {
    var sku: String
    var quantity: Int
    var isReserved: Bool

    static let sample = Line(sku: "PUMP-2000-STEEL", quantity: 42, isReserved: true)
}

/// One activity after the other.
actor RecordedLine: WorkflowDefinition {
    private static let reserve = ActivityDescriptor<Int, Line>("reserve")
    private static let options = ActivityOptions(startToCloseTimeout: .seconds(10))
    private var reserved = 0

    func run(_ count: Int) async throws -> Int {
        for number in 0..<count {
            let line = try await Workflow.execute(Self.reserve, number, options: Self.options)
            reserved += line.quantity
        }
        return reserved
    }

    static func replay(_ bytes: [UInt8]) throws {
        try WorkflowReplayer([WorkflowRegistration(RecordedLine.self)]).replay(try HistoryCodec.decode(bytes))
    }

    /// The history of a finished run as an engine writes it.
    static func history(_ count: Int) throws -> [HistoryEvent] {
        var events: [HistoryEvent] = []
        func add(_ attributes: HistoryEvent.Attributes) -> Int64 {
            let id = Int64(events.count + 1)
            let time = Timestamp(nanoseconds: 1_700_000_000_000_000_000 + id * 1_234_567)
            events.append(HistoryEvent(id: id, time: time, attributes: attributes))
            return id
        }
        func workflowTask() -> Int64 {
            let scheduled = add(
                .workflowTaskScheduled(.init(taskQueue: "orders", startToCloseTimeout: .seconds(10), attempt: 1))
            )
            let started = add(
                .workflowTaskStarted(.init(scheduledEventID: scheduled, identity: "4711@host", requestID: "r"))
            )
            return add(
                .workflowTaskCompleted(
                    .init(scheduledEventID: scheduled, startedEventID: started, identity: "4711@host")
                )
            )
        }
        _ = add(
            .workflowExecutionStarted(
                .init(
                    workflowType: "RecordedLine",
                    taskQueue: "orders",
                    input: [.json("\(count)")],
                    originalRunID: "0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b",
                    firstRunID: "0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b",
                    workflowID: "benchmark"
                )
            )
        )
        var completed = workflowTask()
        let result = try PayloadConverter.payload(Line.sample)
        for number in 0..<count {
            let scheduled = add(
                .activityTaskScheduled(
                    .init(
                        activityID: "\(number + 1)",
                        activityType: "reserve",
                        taskQueue: "orders",
                        input: [.json("\(number)")],
                        timeouts: ActivityTimeouts(startToClose: .seconds(10)),
                        workflowTaskCompletedEventID: completed,
                        retryPolicy: RetryPolicy()
                    )
                )
            )
            let started = add(
                .activityTaskStarted(
                    .init(scheduledEventID: scheduled, identity: "4711@host", requestID: "r", attempt: 1)
                )
            )
            _ = add(
                .activityTaskCompleted(
                    .init(result: [result], scheduledEventID: scheduled, startedEventID: started, identity: "4711@host")
                )
            )
            completed = workflowTask()
        }
        _ = add(
            .workflowExecutionCompleted(
                .init(result: [.json("\(count * Line.sample.quantity)")], workflowTaskCompletedEventID: completed)
            )
        )
        return events
    }
}
