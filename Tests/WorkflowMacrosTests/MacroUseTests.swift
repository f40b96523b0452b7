import Foundation
import Testing
import WorkflowAPI
import WorkflowMacros
import WorkflowRuntime
import WorkflowTesting

struct Parcel: Codable, Sendable, Equatable {
    var id: String
    var weight: Int
}

@ActivityContainer
struct Post {
    var prefix: String

    @Activity func stamp(_ parcel: Parcel) async throws -> String { "\(prefix)-\(parcel.id)" }
    @Activity(name: "weighParcel") func weigh(parcel: Parcel) -> Int { parcel.weight }
    @Activity func close() async {}
}

@Workflow(name: "parcel")
actor ParcelDelivery {
    private var address: String?
    private var notes: [String] = []
    @WorkflowQuery var delivered: Bool = false

    func run(_ parcel: Parcel) async throws -> String {
        let post = Post.Proxy(options: ActivityOptions(startToCloseTimeout: .seconds(5)))
        try await Workflow.condition { self.address != nil }
        let stamp = try await post.stamp(parcel)
        let weight = try await post.weigh(parcel: parcel)
        try await post.close()
        delivered = true
        return "\(stamp) of \(weight) g to \(address ?? "")"
    }

    @WorkflowSignal func send(to address: String) { self.address = address }

    @WorkflowSignal(name: "addNote") func note(_ text: String) async throws {
        try await Workflow.sleep(for: .milliseconds(1))
        notes.append(text)
    }

    @WorkflowSignal func forgetNotes() { notes = [] }

    @WorkflowQuery func noteCount() -> Int { notes.count }

    @WorkflowQuery(name: "note") func noteText(at index: Int) throws -> String {
        guard notes.indices.contains(index) else {
            throw ApplicationError(type: "NoNote", message: "there is no note \(index)", nonRetryable: true)
        }
        return notes[index]
    }
}

/// Exactly-once steps beside an ordinary activity.
@ActivityContainer
struct Ledger {
    @Activity(transactional: true)
    func post(_ parcel: Parcel, in transaction: borrowing any StoreTransaction) throws -> Int {
        try transaction.execute("INSERT INTO entry VALUES (?, ?)", [.text(parcel.id), .integer(Int64(parcel.weight))])
        return Int(try transaction.query("SELECT count(*) FROM entry").first?.integer(0) ?? 0)
    }

    @Activity(name: "tidyUp", transactional: true) func tidy(_ transaction: borrowing any StoreTransaction) throws {
        try transaction.execute("DELETE FROM entry WHERE id = 'dust'")
    }

    @Activity func look() -> String { "looked" }
}

@Workflow
actor Posting {
    func run(_ parcel: Parcel) async throws -> String {
        let ledger = Ledger.Proxy(options: ActivityOptions(startToCloseTimeout: .seconds(5)))
        let count = try await ledger.post(parcel)
        try await ledger.tidy()
        return "\(count) \(try await ledger.look())"
    }
}

/// The same activities as tasks, and as local activities.
@Workflow
actor Stamping {
    func run(_ parcel: Parcel) async throws -> [String] {
        let posts = [
            Post.Proxy(options: ActivityOptions(startToCloseTimeout: .seconds(5))),
            Post.Proxy(local: LocalActivityOptions(startToCloseTimeout: .seconds(5))),
        ]
        var stamps: [String] = []
        for post in posts {
            stamps.append("\(try await post.stamp(parcel)) of \(try await post.weigh(parcel: parcel)) g")
            try await post.close()
        }
        return stamps
    }
}

/// Arguments and methods whose names the generated code also has.
@ActivityContainer
struct Awkward {
    @Activity func file(options: Parcel) -> Parcel { options }
    @Activity func count(line: Int) throws -> Int { line + 1 }
    @Activity func `repeat`(_ fileID: String) -> String { fileID + fileID }
}

/// A workflow for any element, with names that need backticks.
@WorkflowMacros.Workflow
actor Repetition<Element: Codable & Sendable> {
    private var word = ""

    func run(_ input: [Element]) async throws -> String {
        let awkward = Awkward.Proxy(options: ActivityOptions(startToCloseTimeout: .seconds(5)))
        try await Workflow.condition { self.word != "" }
        let parcel = try await awkward.file(options: Parcel(id: try await awkward.repeat(word), weight: 1))
        return "\(parcel.id) \(try await awkward.count(line: input.count))"
    }

    @WorkflowSignal func `default`(_ word: String) { self.word = word }
}

struct MacroUseTests {
    @Test func `names that collide, backticks and generic actors work`() async throws {
        let environment = TimeSkippingEnvironment(
            workflows: [WorkflowRegistration(Repetition<Int>.self)],
            activities: Awkward().activities,
            cacheRuns: true
        )
        let handle = try await environment.client.start(
            Repetition<Int>.self,
            taskQueue: environment.taskQueue,
            input: [1, 2]
        )
        try await handle.signal(\.default, "na")
        #expect(try await environment.result(of: handle) == "nana 3")
        #expect(WorkflowRegistration(Repetition<Int>.self).signals == ["default"])
        #expect(Awkward().activities.map(\.name) == ["file", "count", "repeat"])
    }

    @Test func `a workflow and activities written with macros run, and clients talk to them by key paths`() async throws
    {
        let environment = TimeSkippingEnvironment(
            workflows: [WorkflowRegistration(ParcelDelivery.self)],
            activities: Post(prefix: "BD").activities,
            cacheRuns: false
        )
        let handle = try await environment.client.start(
            ParcelDelivery.self,
            taskQueue: environment.taskQueue,
            input: Parcel(id: "7", weight: 250)
        )
        try await handle.signal(\.note, "fragile")
        try await environment.settle()
        while try await environment.advance() {}
        #expect(try await handle.query(\.noteCount) == 1)
        #expect(try await handle.query(\.noteText, 0) == "fragile")
        #expect(try await handle.query(\.delivered) == false)
        try await handle.signal(\.forgetNotes, NoValue())
        try await handle.signal(\.send, "Dhaka")
        #expect(try await environment.result(of: handle) == "BD-7 of 250 g to Dhaka")
        #expect(try await handle.query(\.delivered) == true)
        #expect(try await handle.query(\.noteCount) == 0)
        #expect(try await handle.describe().summary.workflowType == "parcel")
    }

    @Test func `a proxy runs its activities as tasks, or as local activities`() async throws {
        let environment = TimeSkippingEnvironment(
            workflows: [WorkflowRegistration(Stamping.self)],
            activities: [Post(prefix: "BD")]
        )
        let parcel = Parcel(id: "7", weight: 250)
        let stamps = try await environment.run(Stamping.self, id: "s", input: parcel)
        #expect(stamps == ["BD-7 of 250 g", "BD-7 of 250 g"])
        try await environment.history(of: "s").expect(
            .started,
            .activityScheduled("stamp"),
            .activityCompleted("stamp"),
            .activityScheduled("weighParcel"),
            .activityCompleted("weighParcel"),
            .activityScheduled("close"),
            .activityCompleted("close"),
            .localActivity("stamp"),
            .localActivity("weighParcel"),
            .localActivity("close"),
            .completed
        )
    }

    @Test func `exactly-once steps are written with a mark and called like any activity`() async throws {
        let directory = FileManager.default.temporaryDirectory.appending(path: "steps-\(UUID())")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        let environment = try await TimeSkippingEnvironment.onFile(
            directory.appending(path: "ledger.db").path,
            workflows: [WorkflowRegistration(Posting.self)],
            activities: [Ledger()]
        )
        try await environment.prepareTables(
            named: "ledger",
            steps: ["CREATE TABLE entry (id TEXT PRIMARY KEY, weight INTEGER)"]
        )
        #expect(try await environment.run(Posting.self, id: "a", input: Parcel(id: "a", weight: 1)) == "1 looked")
        #expect(try await environment.run(Posting.self, id: "b", input: Parcel(id: "b", weight: 1)) == "2 looked")
        #expect(Ledger().activities.map(\.name) == ["post", "tidyUp", "look"])
    }

    @Test func `recorded names are the methods' unless others are given`() {
        #expect(ParcelDelivery.workflowName == "parcel")
        #expect(WorkflowRegistration(ParcelDelivery.self).signals == ["addNote", "forgetNotes", "send"])
        #expect(Post(prefix: "").activities.map(\.name) == ["stamp", "weighParcel", "close"])
    }
}
