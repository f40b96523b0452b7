import Foundation
import Synchronization
import Testing
import WorkflowAPI
import WorkflowRuntime
import WorkflowTesting

/// What is written by hand, in all its forms.
struct AuthoringTests {
    private static let touch = ActivityDescriptor<String, Void>("touch")
    private static let count = ActivityDescriptor<Void, Int>("count")
    private static let reset = ActivityDescriptor<Void, Void>("reset")

    private actor Counter: WorkflowDefinition {
        struct Messages: Sendable {
            let add = SignalDescriptor<Int>("add")
            let end = SignalDescriptor<NoValue>("end")
            let total = QueryDescriptor<NoValue, Int>("total")
            let times = QueryDescriptor<Int, Int>("times")
        }
        static let messages = Messages()
        private var total = 0
        private var isDone = false

        func run(_ input: NoValue) async throws -> [Int] {
            let options = ActivityOptions(startToCloseTimeout: .seconds(1), taskQueue: "elsewhere")
            _ = try await Workflow.condition(timeout: .seconds(86_400)) { self.isDone }
            try await Workflow.execute(AuthoringTests.touch, "a", options: options)
            let before = try await Workflow.execute(AuthoringTests.count, options: options)
            try await Workflow.execute(AuthoringTests.reset, options: options)
            try await Workflow.execute(AuthoringTests.count, options: options)
            return [total, before, try await Workflow.execute(AuthoringTests.count, options: options)]
        }

        static func handlers(_ handlers: inout WorkflowHandlers<Counter>) {
            handlers.signal(\.add) { workflow, number in workflow.total += number }
            handlers.signal(\.end) { workflow in workflow.isDone = true }
            handlers.query(\.total) { workflow in workflow.total }
            handlers.query(\.times) { workflow, factor in workflow.total * factor }
        }
    }

    private actor Limitless: WorkflowDefinition {
        func run(_ input: NoValue) async throws -> Int {
            try await Workflow.execute(AuthoringTests.count, options: ActivityOptions())
        }
    }

    private actor Patient: WorkflowDefinition {
        func run(_ input: NoValue) async throws -> Int {
            try await Workflow.sleep(for: .seconds(3600))
            return 1
        }
    }

    @Test func `signals and queries go by descriptor and by name, activities may take and give nothing`() async throws {
        let touched = Touched()
        let environment = TimeSkippingEnvironment(
            workflows: [WorkflowRegistration(Counter.self)],
            activities: [
                ActivityRegistration(Self.touch) { (text: String) in touched.add() },
                ActivityRegistration(Self.count) { touched.number },
                ActivityRegistration(Self.reset) { touched.reset() },
            ]
        )
        let counter = try await environment.client.start(
            Counter.self,
            taskQueue: "of-its-own",
            input: NoValue()
        )
        try await counter.signal(\.add, 2)
        try await counter.signal("add", 3)
        #expect(try await counter.query(\.total) == 5)
        #expect(try await counter.query("times", 2, as: Int.self) == 10)
        try await counter.signal("end")
        #expect(try await counter.result(timeout: .seconds(5)) == [5, 1, 0])
    }

    @Test func `waiting for a result moves the clock, up to the time that the wait may take`() async throws {
        let environment = TimeSkippingEnvironment(workflows: [WorkflowRegistration(Patient.self)])
        let patient = try await environment.client.start(Patient.self, taskQueue: "q", input: NoValue())
        let error = await #expect(throws: WorkflowServiceError.self) {
            try await patient.result(timeout: .seconds(60))
        }
        #expect(error?.code == .timeout)
        #expect(try await patient.result(timeout: .seconds(7200)) == 1)
    }

    @Test func `a command that the engine refuses ends the test with its words`() async throws {
        let environment = TimeSkippingEnvironment(workflows: [WorkflowRegistration(Limitless.self)])
        let error = await #expect(throws: StuckError.self) {
            try await environment.run(Limitless.self, input: NoValue())
        }
        #expect(error?.description.contains("give it a start-to-close or a schedule-to-close timeout") == true)
    }

    private final class Touched: Sendable {
        private let count = Mutex(0)
        var number: Int { count.withLock { $0 } }
        func add() { count.withLock { $0 += 1 } }
        func reset() { count.withLock { $0 = 0 } }
    }
}
