import Foundation
import History
import Logging
import Testing
import WorkflowAPI
import WorkflowRuntime
import WorkflowTesting

/// The code after a change.
actor Changing: WorkflowDefinition {
    static let workflowName = "Changing"

    func run(_ name: String) async throws -> String {
        if Workflow.patched("greeting") {
            try await Workflow.sleep(for: .seconds(60))
        }
        return "hello \(name)"
    }
}

/// ``Changing`` before the change.
actor Unchanged: WorkflowDefinition {
    static let workflowName = "Changing"

    func run(_ name: String) async throws -> String {
        try await Workflow.sleep(for: .seconds(1))
        return "hello \(name)"
    }
}

/// Forgets that replay has to go the same way.
actor Fickle: WorkflowDefinition {
    private static let calls = Counter()

    func run(_ name: String) async throws -> String {
        // Another way each time the code runs.
        if Self.calls.next().isMultiple(of: 2) {
            try await Workflow.sleep(for: .seconds(60))
        } else {
            _ = try await Workflow.execute(Bank.withdraw, TransferOrder(id: "1", amount: 1), options: Bank.options)
        }
        return name
    }
}

@Suite struct HistoryTests {
    private static func folder() -> String {
        let folder = FileManager.default.temporaryDirectory.appending(path: "histories-\(UUID().uuidString)")
        return folder.path
    }

    private static func record(_ registration: WorkflowRegistration, in folder: String) async throws {
        let environment = TimeSkippingEnvironment(workflows: [registration], activities: [Bank()])
        environment.recordHistories(in: folder)
        _ = try await environment.run(Changing.self, input: "you")
    }

    @Test func `a history is compared with what is expected, and the difference can be read`() async throws {
        let environment = TimeSkippingEnvironment(
            workflows: [WorkflowRegistration(Transfer.self)],
            activities: [Bank()]
        )
        let order = TransferOrder(id: "1", amount: 5, waitsForRelease: true)
        let handle = try await environment.client.start(
            Transfer.self,
            id: "t",
            taskQueue: environment.taskQueue,
            input: order
        )
        try await handle.signal(\.release)
        _ = try await environment.result(of: handle)
        let history = try await environment.history(of: "t")
        try history.expect(
            .started,
            .signaled("release"),
            .activityScheduled("withdraw"),
            .activityCompleted("withdraw"),
            .activityScheduled(),
            .activityCompleted(),
            .completed
        )
        try history.expectCommands(.activityScheduled("withdraw"), .activityScheduled("deposit"), .completed)
        try history.expectInOrder(.signaled(), .activityCompleted("deposit"), .completed)
        let difference = #expect(throws: HistoryDifference.self) {
            try history.expectCommands(.activityScheduled("withdraw"), .timerStarted, .completed)
        }
        #expect(
            difference?.description == """
                the list of commands differs from what is expected (- expected, + found):
                    .activityScheduled("withdraw")  (event 6)
                  - .timerStarted
                  + .activityScheduled("deposit")  (event 12)
                    .completed  (event 18)
                """
        )
        let missing = #expect(throws: HistoryDifference.self) { try history.expectInOrder(.completed, .signaled()) }
        #expect(missing?.description.hasPrefix("there is no .signaled after .completed in the history:\n") == true)
    }

    @Test func `histories are recorded once for each shape, and a corpus shows what it lacks`() async throws {
        let folder = Self.folder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let (new, old) = (WorkflowRegistration(Changing.self), WorkflowRegistration(Unchanged.self))
        #expect(throws: HistoryFileError.self) { try HistoryCorpus(folder: folder) }
        try await Self.record(new, in: folder)
        try await Self.record(new, in: folder)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder).count == 1)

        let half = try HistoryCorpus(folder: folder)
        let workflows = [new, WorkflowRegistration(Transfer.self)]
        #expect(
            half.problems(covering: workflows, patches: ["unheard"]) == [
                "there is no history of workflow 'Transfer'", "no history takes the old branch of patch 'greeting'",
                "no history takes the new branch of patch 'unheard'",
                "no history takes the old branch of patch 'unheard'",
            ]
        )
        // What the code before the change made does not fit it: the change moved the timer.
        try await Self.record(old, in: folder)
        let whole = try HistoryCorpus(folder: folder)
        #expect(whole.histories.count == 2)
        #expect(whole.problems(covering: [new]).count == 2)
        #expect(try HistoryCorpus.empty.problems(covering: [new]) == ["the corpus holds no history"])

        let summary = try await WorkflowReplayer([new]).replay(folder: folder)
        #expect(summary.entries.count == 2 && summary.problems.count == 1)
        #expect(summary.description.hasSuffix("1 of 2 histories fit"))
        #expect(throws: ReplaySummaryError.self) { try summary.requireAll() }
        try await WorkflowReplayer([new]).replay(folder: folder) { history in
            history.events.contains { if case .markerRecorded = $0.attributes { true } else { false } }
        }.requireAll()
    }

    @Test func `the runs of a store are replayed where they lie`() async throws {
        let folder = Self.folder()
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let path = folder + "/workflow.db"
        do {
            let environment = try await TimeSkippingEnvironment.onFile(
                path,
                workflows: [WorkflowRegistration(Changing.self), WorkflowRegistration(Transfer.self)],
                activities: [Bank()]
            )
            _ = try await environment.run(Changing.self, id: "closed", input: "you")
            _ = try await environment.client.start(
                Transfer.self,
                id: "open",
                taskQueue: environment.taskQueue,
                input: TransferOrder(id: "1", amount: 5, waitsForRelease: true)
            )
            try await environment.settle()
        }
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let engine = try await WorkflowEngine.open(.sqlite(path), logger: logger)
        let replayer = WorkflowReplayer([WorkflowRegistration(Unchanged.self), WorkflowRegistration(Transfer.self)])
        let all = try await replayer.replay(storeOf: engine)
        #expect(all.entries.map(\.workflowType) == ["Changing", "Transfer"])
        #expect(all.problems.map(\.name).allSatisfy { $0.hasPrefix("default/closed/") } && all.problems.count == 1)
        #expect(try await replayer.replay(storeOf: engine, openOnly: true).entries.map(\.outcome) == [.fits])
        let transfers = try await replayer.replay(storeOf: engine) { $0.workflowType == "Transfer" }
        try transfers.requireAll()
        await engine.close()
    }

    @Test func `code that goes another way each time is found without a word in the test`() async throws {
        let environment = TimeSkippingEnvironment(
            workflows: [WorkflowRegistration(Fickle.self)],
            activities: [Bank()]
        )
        await #expect(throws: ReplayMismatch.self) { try await environment.run(Fickle.self, input: "x") }
        let silent = TimeSkippingEnvironment(
            workflows: [WorkflowRegistration(Fickle.self)],
            activities: [Bank()],
            replaysHistories: false
        )
        #expect(try await silent.run(Fickle.self, input: "x") == "x")
    }
}

extension HistoryCorpus {
    fileprivate static var empty: HistoryCorpus {
        get throws {
            let folder = FileManager.default.temporaryDirectory.appending(path: "empty-\(UUID().uuidString)").path
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            defer { try? FileManager.default.removeItem(atPath: folder) }
            return try HistoryCorpus(folder: folder)
        }
    }
}
