import Synchronization
import Testing
import WorkflowAPI
import WorkflowRuntime
import WorkflowTesting

private let act = ActivityDescriptor<String, NoValue>("act")

/// What was done, in order.
private final class Deeds: Sendable {
    private let list = Mutex<[String]>([])
    private let failing: Set<String>

    init(failing: Set<String> = []) { self.failing = failing }

    var all: [String] { list.withLock { $0 } }

    /// A deed called "flaky…" fails once before it succeeds.
    var activity: ActivityRegistration {
        ActivityRegistration(act) { [self] name in
            let attempt = ActivityContext.current?.info.attempt ?? 1
            list.withLock { $0.append(attempt > 1 ? "\(name) again" : name) }
            if failing.contains(name) {
                throw ApplicationError(type: "No", message: "\(name) cannot be", nonRetryable: true)
            }
            if name.hasPrefix("flaky"), attempt == 1 { throw ApplicationError(type: "Flaky", message: "not yet") }
            return NoValue()
        }
    }
}

/// Books three things; undoes them when the last fails or somebody cancels.
private actor Trip: WorkflowDefinition {
    struct Plan: Codable {
        var last = "pay"
        var isParallel = false
        var undoSeat = "undo seat"
    }
    private var saga = Saga()

    private static func perform(_ name: String) async throws {
        _ = try await Workflow.execute(act, name, options: ActivityOptions(startToCloseTimeout: .seconds(10)))
    }

    func run(_ plan: Plan) async throws -> [SagaStep] {
        saga = Saga(order: plan.isParallel ? .parallel : .reverse)
        do {
            try await saga.step("car") {
                try await Self.perform("car")
            } undo: {
                try await Self.perform("undo car")
            }
            let undoSeat = plan.undoSeat
            try await saga.step("seat") {
                try await Self.perform("seat")
            } undo: {
                try await Self.perform(undoSeat)
            }
            saga.add("note") { try await Self.perform("undo note") }
            saga.forget("note")
            try await saga.step("pay") {
                if plan.last == "wait" { try await Workflow.sleep(for: .seconds(3600)) }
                try await Self.perform(plan.last)
            } undo: {
                try await Self.perform("flaky undo pay")
            }
            saga.complete()
            return saga.steps
        } catch {
            return try await saga.undo()
        }
    }

    static func handlers(_ handlers: inout WorkflowHandlers<Trip>) {
        handlers.query("steps") { workflow in workflow.saga.steps }
    }
}

/// A compensation adds a step, another task asks for the end as well, and one step is forgotten while the others are undone.
private actor LateTrip: WorkflowDefinition {
    private static func perform(_ name: String) async throws {
        _ = try await Workflow.execute(act, name, options: ActivityOptions(startToCloseTimeout: .seconds(10)))
    }

    func run(_ input: NoValue) async throws -> [SagaStep] {
        let saga = Saga()
        saga.add("gone") { try await Self.perform("undo gone") }
        saga.add("a") { try await Self.perform("undo a") }
        saga.add("b") {
            saga.forget("gone")
            saga.add("late") { try await Self.perform("undo late") }
            try await Self.perform("undo b")
        }
        let other = try Workflow.spawn { try await saga.undo() }
        _ = try await saga.undo()
        return try await other.value
    }
}

@Suite struct SagaTests {
    private func take(
        _ plan: Trip.Plan,
        failing: Set<String> = [],
        cacheRuns: Bool = false,
        cancelAfter delay: Duration? = nil
    ) async throws -> (deeds: [String], steps: [SagaStep]) {
        let deeds = Deeds(failing: failing)
        let environment = TimeSkippingEnvironment(
            workflows: [WorkflowRegistration(Trip.self)],
            activities: [deeds.activity],
            cacheRuns: cacheRuns
        )
        let handle = try await environment.client.start(
            Trip.self,
            id: "trip",
            taskQueue: environment.taskQueue,
            input: plan
        )
        if let delay { environment.after(delay) { try await handle.cancel() } }
        let steps = try await environment.result(of: handle)
        return (deeds.all, steps)
    }

    @Test(arguments: [true, false])
    func `steps are undone last first, each with its retries, in a cached run and in one that is replayed`(
        cacheRuns: Bool
    ) async throws {
        let trip = try await take(.init(last: "broken"), failing: ["broken"], cacheRuns: cacheRuns)
        #expect(
            trip.deeds == [
                "car", "seat", "broken", "flaky undo pay", "flaky undo pay again", "undo seat", "undo car",
            ]
        )
        #expect(trip.steps.map(\.name) == ["car", "seat", "pay"])
        #expect(trip.steps.allSatisfy { $0.state == .undone && $0.failure == nil })
    }

    @Test func `in parallel all are begun before the first has ended`() async throws {
        let trip = try await take(.init(last: "broken", isParallel: true), failing: ["broken"])
        #expect(trip.deeds.dropFirst(3) == ["flaky undo pay", "undo seat", "undo car", "flaky undo pay again"])
        #expect(trip.steps.allSatisfy { $0.state == .undone })
    }

    @Test func `a step that cannot be undone does not keep the others from it, and says why`() async throws {
        let trip = try await take(.init(last: "broken", undoSeat: "stuck"), failing: ["broken", "stuck"])
        #expect(trip.deeds.last == "undo car")
        #expect(trip.steps.map(\.state) == [.undone, .failed, .undone])
        #expect(trip.steps[1].failure?.contains("stuck cannot be") == true)
    }

    @Test func `cancellation leads to undoing and does not reach it`() async throws {
        let trip = try await take(.init(last: "wait"), cancelAfter: .seconds(60))
        #expect(trip.deeds == ["car", "seat", "flaky undo pay", "flaky undo pay again", "undo seat", "undo car"])
        #expect(trip.steps.allSatisfy { $0.state == .undone })
    }

    @Test func `steps that come while others are undone are undone too, and who comes meanwhile waits`() async throws {
        let deeds = Deeds()
        let environment = TimeSkippingEnvironment(
            workflows: [WorkflowRegistration(LateTrip.self)],
            activities: [deeds.activity],
            cacheRuns: false
        )
        let steps = try await environment.run(LateTrip.self, id: "late", input: NoValue())
        #expect(deeds.all == ["undo b", "undo late", "undo a"])
        #expect(steps.map(\.state) == [.undone, .undone, .undone])
    }

    @Test func `what came to its end is not undone`() async throws {
        let trip = try await take(.init())
        #expect(trip.deeds == ["car", "seat", "pay"])
        #expect(trip.steps.isEmpty)
    }

    @Test func `undoing nothing waits for nothing, wherever it is done`() async throws {
        let environment = TimeSkippingEnvironment(workflows: [WorkflowRegistration(Idle.self)])
        #expect(try await environment.run(Idle.self, input: 1) == 0)
    }
}

/// Undoes an empty saga from its own isolation, inside of what is shielded already.
private actor Idle: WorkflowDefinition {
    private let saga = Saga()

    func run(_ input: Int) async throws -> Int {
        try await Workflow.shielded { try await self.leave() }
    }

    private func leave() async throws -> Int {
        try await Workflow.sleep(for: .seconds(1))
        return try await saga.undo().count
    }
}
