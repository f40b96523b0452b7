import History
import Synchronization
import Testing
import WorkflowAPI
import WorkflowTesting

/// The embedded service over the store under test, on a clock and random numbers of the test's own.
final class ConformanceHarness: Sendable {
    let store: any HistoryStore
    let service: EmbeddedWorkflowService
    let clock: ManualEngineClock
    /// The state version at which the invariants of a run were last checked.
    let checkedVersions = Mutex<[WorkflowExecution: Int64]>([:])
    private let requests = Mutex(0)
    private let removeFiles: @Sendable () -> Void

    init(store kind: ConformanceStore, seed: UInt64 = 1) async throws {
        clock = ManualEngineClock()
        (store, removeFiles) = try await kind.make(clock: clock)
        let generator = Mutex(SeededGenerator(seed: seed))
        service = EmbeddedWorkflowService(store: store, clock: clock) { generator.withLock { $0.next() } }
    }

    /// The service over a store that a test has opened.
    init(over store: any HistoryStore, clock: ManualEngineClock, seed: UInt64 = 1) {
        self.clock = clock
        self.store = store
        removeFiles = {}
        let generator = Mutex(SeededGenerator(seed: seed))
        service = EmbeddedWorkflowService(store: store, clock: clock) { generator.withLock { $0.next() } }
    }

    /// Closes the store and removes its files.
    func close() async {
        await store.close()
        removeFiles()
    }

    /// A request id that was not used before.
    func newRequestID() -> String {
        requests.withLock {
            $0 += 1
            return "request-\($0)"
        }
    }

    /// Starts a run; `configure` changes the request.
    @discardableResult
    func start(
        _ id: WorkflowID = .order,
        configure: (inout StartWorkflowRequest) -> Void = { _ in }
    ) async throws -> StartWorkflowResponse {
        var request = StartWorkflowRequest(
            workflowID: id,
            workflowType: "Order",
            taskQueue: .main,
            identity: "client",
            requestID: newRequestID()
        )
        configure(&request)
        return try await service.startWorkflow(request)
    }

    func signal(
        _ name: String,
        _ id: WorkflowID = .order,
        runID: RunID? = nil,
        input: [Payload] = [],
        requestID: String? = nil
    ) async throws {
        try await service.signalWorkflow(
            SignalWorkflowRequest(
                workflowID: id,
                runID: runID,
                signalName: name,
                input: input,
                identity: "client",
                requestID: requestID ?? newRequestID()
            )
        )
    }

    func cancel(_ id: WorkflowID = .order, reason: String = "no longer needed", requestID: String? = nil) async throws {
        try await service.cancelWorkflow(
            CancelWorkflowRequest(
                workflowID: id,
                reason: reason,
                identity: "client",
                requestID: requestID ?? newRequestID()
            )
        )
    }

    func terminate(_ id: WorkflowID = .order, reason: String = "stuck") async throws {
        try await service.terminateWorkflow(
            TerminateWorkflowRequest(workflowID: id, reason: reason, identity: "operator")
        )
    }

    func describe(_ id: WorkflowID = .order, runID: RunID? = nil) async throws -> WorkflowDescription {
        try await service.describeWorkflow(DescribeWorkflowRequest(workflowID: id, runID: runID))
    }

    func events(_ id: WorkflowID = .order, runID: RunID? = nil) async throws -> [HistoryEvent] {
        try await service.history(GetHistoryRequest(workflowID: id, runID: runID))
    }

    func types(_ id: WorkflowID = .order, runID: RunID? = nil) async throws -> [EventType] {
        try await events(id, runID: runID).map(\.type)
    }

    /// The attributes of one event.
    func attributes(_ eventID: Int64, _ id: WorkflowID = .order) async throws -> HistoryEvent.Attributes {
        try #require(try await events(id).first { $0.id == eventID }).attributes
    }

    func list(configure: (inout ListWorkflowsRequest) -> Void = { _ in }) async throws -> [WorkflowSummary] {
        var request = ListWorkflowsRequest()
        configure(&request)
        return try await service.listWorkflows(request)
    }

    func count(configure: (inout ListWorkflowsRequest) -> Void = { _ in }) async throws -> [WorkflowStatus: Int] {
        var request = ListWorkflowsRequest()
        configure(&request)
        return try await service.countWorkflows(request)
    }

    /// The time that the clock shows.
    var now: Timestamp { clock.now() }

    /// Does what is due by the clock, until nothing is.
    func fireDue() async throws {
        for _ in 0..<10_000 {
            if try await store.runDue(limit: 16).handled == 0 { return }
        }
        Issue.record("something stays due whatever is done about it")
    }

    /// Moves the clock and does what became due.
    func advance(by duration: Duration) async throws {
        clock.advance(by: duration)
        try await fireDue()
    }

    /// Expects a refusal of one kind; answers it.
    @discardableResult
    func refused(
        _ code: WorkflowServiceError.Code,
        sourceLocation: SourceLocation = #_sourceLocation,
        _ body: () async throws -> Void
    ) async -> WorkflowServiceError? {
        do {
            try await body()
            Issue.record("was accepted, not refused with \(code)", sourceLocation: sourceLocation)
        } catch let error as WorkflowServiceError {
            #expect(error.code == code, sourceLocation: sourceLocation)
            #expect(!error.message.isEmpty && !error.message.contains("\n"), sourceLocation: sourceLocation)
            return error
        } catch {
            Issue.record("\(error)", sourceLocation: sourceLocation)
        }
        return nil
    }
}

extension WorkflowID {
    /// The execution that most cases are about.
    static let order: WorkflowID = "order-1"
}

extension TaskQueue {
    static let main: TaskQueue = "main"
    static let stickyA: TaskQueue = "main-sticky-a"
}

/// SplitMix64: the same numbers from the same seed on every machine.
struct SeededGenerator: RandomNumberGenerator, Sendable {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }
}
