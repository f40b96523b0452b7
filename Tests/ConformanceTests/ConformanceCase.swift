import History
import Testing
import WorkflowTesting

/// The stores that the cases run over.
enum ConformanceStore: String, CaseIterable, Sendable, CustomTestStringConvertible {
    case memory

    var testDescription: String { rawValue }

    /// A new empty store on the clock of a test.
    func make(clock: ManualEngineClock) throws -> any HistoryStore {
        switch self {
        case .memory: InMemoryHistoryStore(clock: { clock.now() })
        }
    }
}

/// One promise that every store keeps.
struct ConformanceCase: Sendable, CustomTestStringConvertible {
    /// The promise as a sentence.
    let name: String
    let body: @Sendable (ConformanceHarness) async throws -> Void

    init(_ name: String, _ body: @escaping @Sendable (ConformanceHarness) async throws -> Void) {
        self.name = name
        self.body = body
    }

    var testDescription: String { name }

    /// Every case, family by family.
    static let all: [ConformanceCase] = [
        StartCases.all, IDPolicyCases.all, RequestIDCases.all, SignalCases.all,
        WorkflowTaskCases.all, CommandRefusalCases.all,
        WorkflowTaskRetryCases.all, BufferingCases.all,
        ActivityCases.all, ActivityRetryCases.all,
        ActivityTimeoutCases.all, TimerCases.all, CancelCases.all,
    ].flatMap { $0 }
}

struct ConformanceTests {
    @Test(arguments: ConformanceStore.allCases, ConformanceCase.all)
    func `every store keeps the promise`(store: ConformanceStore, promise: ConformanceCase) async throws {
        let harness = try ConformanceHarness(store: store)
        try await promise.body(harness)
        try await harness.checkInvariants()
        await harness.store.close()
    }

    @Test func `no two cases have the same name`() {
        let names = ConformanceCase.all.map(\.name)
        #expect(Set(names).count == names.count)
    }
}
