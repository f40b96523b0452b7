import Database
import Foundation
import History
import PostgresServer
import TestDatabases
import Testing
import WorkflowTesting

/// The stores that the cases run over.
enum ConformanceStore: String, CaseIterable, Sendable, CustomTestStringConvertible {
    case memory
    case sqlite
    #if PostgreSQL
    case postgres
    #endif

    /// Those that can run on this machine.
    static var available: [ConformanceStore] {
        #if PostgreSQL
        if !PostgresServer.isAvailable {
            print("without PostgreSQL: \(PostgresServer.unavailable)")
            return [.memory, .sqlite]
        }
        #endif
        return allCases
    }

    var testDescription: String { rawValue }

    /// How many random sequences of operations it has to stand.
    var walks: UInt64 {
        switch self {
        case .memory, .sqlite: 300
        #if PostgreSQL
        case .postgres: 60
        #endif
        }
    }

    /// A new empty store on the clock of a test, and what removes its files once it is closed.
    func make(clock: ManualEngineClock) async throws -> (any HistoryStore, @Sendable () -> Void) {
        switch self {
        case .memory: return (InMemoryHistoryStore(clock: { clock.now() }), {})
        case .sqlite:
            let directory = FileManager.default.temporaryDirectory.appending(path: "conformance-\(UUID())")
            try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
            var options = SQLiteDatabase.Options()
            // What survives a power cut has a test of its own.
            options.synchronous = "OFF"
            let database = try SQLiteDatabase(
                path: directory.appending(path: "workflow.db").path,
                mode: .createIfMissing,
                options: options
            )
            return (
                try await SQLiteHistoryStore(database: database, clock: { clock.now() }),
                { try? FileManager.default.removeItem(at: directory) }
            )
        #if PostgreSQL
        case .postgres: return try await PostgresStores.make(clock: clock)
        #endif
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
        ClosingCases.all, SessionCases.all, StickyCases.all,
        OperatorCases.all, ResolveCases.all,
        VisibilityCases.all, NamespaceCases.all, RetentionCases.all, NextTasksCases.all,
        PollAndQueryCases.all,
    ].flatMap { $0 }
}

/// One case at a time: each store of a file holds a dozen descriptors, and Foundation's `Process` cannot count over 1024.
@Suite(.serialized) struct ConformanceTests {
    @Test(arguments: ConformanceStore.available, ConformanceCase.all)
    func `every store keeps the promise`(store: ConformanceStore, promise: ConformanceCase) async throws {
        let harness = try await ConformanceHarness(store: store)
        var failure: (any Error)?
        do {
            try await promise.body(harness)
            try await harness.checkInvariants()
        } catch {
            failure = error
        }
        await harness.close()
        if let failure { throw failure }
    }

    @Test func `no two cases have the same name`() {
        let names = ConformanceCase.all.map(\.name)
        #expect(Set(names).count == names.count)
    }
}
