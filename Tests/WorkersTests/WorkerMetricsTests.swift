import InMemoryLogging
import Logging
import MetricsTestKit
import Testing
import Workers
import WorkflowAPI
import WorkflowRuntime

@Suite(.timeLimit(.minutes(5)))
struct WorkerMetricsTests {
    @Test func `what a worker does is counted under its documented names`() async throws {
        let metrics = TestMetrics()
        let service = FakeTaskService()
        let charge = activity("charge") { input, _ in [input] }
        let configuration = testConfiguration { $0.metricsFactory = metrics }
        try await withWorker(service, configuration, activities: [charge]) { _ in
            service.add(activityTask(1))
            service.add(activityTask(2, type: "unknown"))
            _ = await service.first { if case .completeActivity(let request) = $0 { request } else { nil } }
            _ = await service.first { if case .failActivity(let request) = $0 { request } else { nil } }
        }
        let place = [("namespace", "default"), ("task_queue", "orders")]
        #expect(
            try metrics.expectCounter("worker_activities_total", place + [("outcome", "completed")]).totalValue == 1
        )
        #expect(try metrics.expectCounter("worker_activities_total", place + [("outcome", "failed")]).totalValue == 1)
        let polls = try metrics.expectCounter(
            "worker_polls_total",
            place + [("kind", "activity"), ("outcome", "task")]
        )
        #expect(polls.totalValue == 2)
        #expect(try metrics.expectTimer("worker_activity_duration", place).values.count == 1)
        #expect(try metrics.expectGauge("worker_slots_used", place + [("kind", "activity")]).lastValue == 0)
    }

    @Test func `log lines carry the worker's fields and those of the task`() async throws {
        let handler = InMemoryLogHandler()
        let service = FakeTaskService()
        let charge = activity("charge") { _, context in
            context.logger.info("charging")
            return []
        }
        try await withWorker(service, activities: [charge], logger: Logger(label: "test") { _ in handler }) { _ in
            service.add(activityTask(1))
            _ = await service.first { if case .completeActivity(let request) = $0 { request } else { nil } }
        }
        let line = try #require(handler.entries.first { $0.message == "charging" })
        #expect(line.metadata[LogKeys.taskQueue] == "orders")
        #expect(line.metadata[LogKeys.identity] == "test-worker")
        #expect(line.metadata[LogKeys.workflowID] == "order")
        #expect(line.metadata[LogKeys.activityType] == "charge")
    }
}
