import Testing
import Workers
import WorkflowAPI

struct WorkerConfigurationTests {
    @Test func `the defaults are in range`() throws {
        let configuration = WorkerConfiguration(taskQueue: "orders")
        try configuration.validate()
        #expect(configuration.maxCachedRuns == 1000)
        #expect(configuration.stickyScheduleToStart == .seconds(10))
        #expect(!configuration.identity.isEmpty)
    }

    @Test func `a value out of range is refused with its name and the range`() {
        var configuration = WorkerConfiguration(taskQueue: "orders")
        configuration.maxConcurrentActivities = 0
        #expect {
            try configuration.validate()
        } throws: { error in
            let error = error as? WorkerError
            return error?.code == .invalidConfiguration
                && error?.message.contains("maxConcurrentActivities is 0") == true
        }
        configuration = WorkerConfiguration(taskQueue: "")
        #expect(throws: WorkerError.self) { try configuration.validate() }
        configuration = WorkerConfiguration(taskQueue: "orders")
        configuration.pollTimeout = .zero
        #expect(throws: WorkerError.self) { try configuration.validate() }
    }
}
