import Foundation
import Logging
import Testing
import WorkflowAPI
import WorkflowRuntime
import WorkflowTesting

/// The programs of docs/AUTHORING.md, word for word, in a workflow that runs.
private struct Shop: ActivityContainer {
    static let charge = ActivityDescriptor<String, String>("charge")
    static let ship = ActivityDescriptor<Int, Int>("ship")

    var activities: [ActivityRegistration] {
        [
            ActivityRegistration(Shop.charge) { order in
                guard !order.isEmpty else {
                    // Trying again cannot help.
                    throw ApplicationError(type: "NoOrder", message: "an order needs an id", nonRetryable: true)
                }
                // The other side said when to come back; this replaces the interval of the policy.
                if order == "busy" {
                    throw ApplicationError(type: "Busy", message: "try later", nextRetryDelay: .seconds(30))
                }
                return "receipt for \(order)"
            },
            ActivityRegistration(Shop.ship) { parcels in
                let context = ActivityContext.current
                // What the attempt before said last: go on from there.
                let done = try context?.heartbeatDetails(as: Int.self) ?? 0
                for number in done..<max(done, parcels) {
                    try Task.checkCancellation()
                    context?.logger.info(
                        "parcel",
                        metadata: ["number": "\(number)", "attempt": "\(context?.info.attempt ?? 1)"]
                    )
                    context?.heartbeat(number + 1)
                }
                return parcels
            },
        ]
    }
}

private actor Purchase: WorkflowDefinition {
    func run(_ order: String) async throws -> String {
        let options = ActivityOptions(
            startToCloseTimeout: .seconds(30),  // one attempt
            scheduleToCloseTimeout: .seconds(3600),  // all attempts together
            heartbeatTimeout: .seconds(10),  // the longest silence of an attempt
            retryPolicy: RetryPolicy(initialInterval: .seconds(1), maximumInterval: .seconds(60), maximumAttempts: 5)
        )
        do {
            if Workflow.patched("charge-before-shipping") {
                _ = try await Workflow.execute(Shop.charge, order, options: options)
            }
            let shipped = try await Workflow.execute(Shop.ship, 2, options: options)
            return "\(try await Workflow.execute(Shop.charge, order, options: options)), \(shipped) parcels"
        } catch let error as ActivityError where error.applicationError?.type == "NoOrder" {
            return "nothing to charge"
        }
    }
}

private actor QuickPurchase: WorkflowDefinition {
    func run(_ order: String) async throws -> String {
        let retries = RetryPolicy(initialInterval: .milliseconds(50), maximumAttempts: 3)
        let receipt = try await Workflow.executeLocal(
            Shop.charge,
            order,
            options: LocalActivityOptions(retryPolicy: retries)
        )
        return receipt
    }
}

private struct Entry: Codable, Sendable {
    var document: String
    var amount: Int64
}

private enum Books {
    static let post = ActivityDescriptor<Entry, Int64>("post")

    static let activity = ActivityRegistration(
        Books.post,
        transactional: { entry, transaction in
            let found = try transaction.query("SELECT number FROM entry WHERE document = ?", [.text(entry.document)])
            if let number = found.first?.integer(0) { return number }
            try transaction.execute(
                "INSERT INTO entry (document, amount) VALUES (?, ?)",
                [.text(entry.document), .integer(entry.amount)]
            )
            return try transaction.query("SELECT last_insert_rowid()")[0].integer(0)
        }
    )
}

private actor Bookkeeping: WorkflowDefinition {
    func run(_ order: String) async throws -> [Int64] {
        let options = ActivityOptions(startToCloseTimeout: .seconds(30))
        let refund = ActivityDescriptor<Entry, Int64>("post")
        var numbers: [Int64] = []
        let saga = Saga()
        do {
            try await saga.step("charge") {
                numbers.append(
                    try await Workflow.execute(Books.post, Entry(document: order, amount: 5), options: options)
                )
            } undo: {
                _ = try await Workflow.execute(refund, Entry(document: "-\(order)", amount: -5), options: options)
            }
            if order == "lost" { throw ApplicationError(type: "Lost", message: "no parcel") }
            saga.complete()
        } catch {
            try await saga.undo()
            throw error
        }
        return numbers
    }
}

@Suite struct AuthoringGuideTests {
    @Test func `the steps and the saga of the guide do what it says`() async throws {
        let directory = FileManager.default.temporaryDirectory.appending(path: "guide-\(UUID())")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        let environment = try await TimeSkippingEnvironment.onFile(
            directory.appending(path: "books.db").path,
            workflows: [WorkflowRegistration(Bookkeeping.self)],
            activities: [Books.activity]
        )
        try await environment.prepareTables(
            named: "books",
            steps: ["CREATE TABLE entry (number INTEGER PRIMARY KEY, document TEXT UNIQUE, amount INTEGER NOT NULL)"]
        )
        #expect(try await environment.run(Bookkeeping.self, id: "a", input: "sold") == [1])
        await #expect(throws: WorkflowClosedError.self) {
            try await environment.run(Bookkeeping.self, id: "b", input: "lost")
        }
        // Entries 2 and 3 are the sale and its reversal.
        #expect(try await environment.run(Bookkeeping.self, id: "c", input: "-lost") == [3])
    }

    @Test func `the programs of the guide do what it says`() async throws {
        let environment = TimeSkippingEnvironment(
            workflows: [WorkflowRegistration(Purchase.self), WorkflowRegistration(QuickPurchase.self)],
            activities: [Shop()]
        )
        #expect(try await environment.run(QuickPurchase.self, id: "quick", input: "Q") == "receipt for Q")
        for (order, expected) in [("A", "receipt for A, 2 parcels"), ("", "nothing to charge")] {
            let handle = try await environment.client.start(
                Purchase.self,
                taskQueue: environment.taskQueue,
                input: order
            )
            #expect(try await handle.result() == expected)
        }
        let busy = try await environment.client.start(Purchase.self, taskQueue: environment.taskQueue, input: "busy")
        let error = await #expect(throws: WorkflowClosedError.self) { try await busy.result() }
        #expect(error?.description.contains("try later") == true)
    }
}
