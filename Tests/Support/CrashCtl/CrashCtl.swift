import Foundation
import WorkflowAPI
import WorkflowCommands
import WorkflowRuntime

/// A state that two attempts share: the runtime runs the jobs of one on the thread of the other.
actor Shelf {
    static let shared = Shelf()
    private let goods = ["a", "b", "c"]

    /// Ends the process for a place that the shelf does not have.
    func take(_ place: Int) -> String { goods[place] }

    /// Keeps the shelf busy, so that others queue up for it.
    func dust() { usleep(1000) }
}

struct ShelfActivities: ActivityContainer {
    static let take = ActivityDescriptor<Int, String>("take")
    static let work = ActivityDescriptor<String, String>("work")
    static let holding = ActivityDescriptor<String, String>("hold")
    static let pay = ActivityDescriptor<String, Int>("pay")

    var activities: [ActivityRegistration] {
        [
            ActivityRegistration(Self.take) { place in
                for _ in 0..<3 { await Shelf.shared.dust() }
                async let taken = Shelf.shared.take(place)
                return await taken
            },
            ActivityRegistration(Self.work) { name in
                // Tells the test that it runs.
                _ = FileManager.default.createFile(atPath: "running-\(name)", contents: nil)
                for _ in 0..<(name.hasPrefix("slow") ? 300 : 3) { await Shelf.shared.dust() }
                return "done \(name)"
            },
            ActivityRegistration(Self.holding) { try await Self.hold($0) },
            ActivityRegistration(Self.pay) { name in
                // Each attempt leaves a file, so that a test can count them.
                let attempt = ActivityContext.current?.info.attempt ?? 0
                _ = FileManager.default.createFile(atPath: "paid-\(name)-\(attempt)", contents: nil)
                return name.utf8.count
            },
        ]
    }

    /// Holds until somebody makes the file `release-NAME`; each attempt tells that it runs in a file of its own.
    static func hold(_ name: String) async throws -> String {
        let attempt = ActivityContext.current?.info.attempt ?? 0
        _ = FileManager.default.createFile(atPath: "holding-\(name)-\(attempt)", contents: nil)
        while !FileManager.default.fileExists(atPath: "release-\(name)") {
            // On purpose deaf to cancellation: it answers late.
            usleep(20_000)
        }
        return "attempt \(attempt)"
    }

    static let options = ActivityOptions(
        startToCloseTimeout: .seconds(60),
        retryPolicy: RetryPolicy(initialInterval: .milliseconds(20), maximumInterval: .milliseconds(50))
    )
}

/// Takes something from a place that may not be there.
actor BadActivity: WorkflowDefinition {
    func run(_ place: Int) async throws -> String {
        try await Workflow.execute(ShelfActivities.take, place, options: ShelfActivities.options)
    }
}

/// The same as a local activity, in the middle of a workflow task.
actor BadLocal: WorkflowDefinition {
    func run(_ place: Int) async throws -> String { try await Workflow.executeLocal(ShelfActivities.take, place) }
}

/// An order whose arithmetic traps in workflow code: the amount of seven is beyond what an integer holds.
actor BadWorkflow: WorkflowDefinition {
    private let unitPrice = Int.max / 5

    func run(_ quantity: Int) async throws -> String {
        try await Workflow.sleep(for: .milliseconds(200))
        return "\(unitPrice * quantity)"
    }
}

/// Pays, and then its arithmetic traps.
actor BadSequel: WorkflowDefinition {
    func run(_ name: String) async throws -> String {
        let paid = try await Workflow.execute(ShelfActivities.pay, name, options: ShelfActivities.options)
        return "\(Int.max / 2 * (paid + 3))"
    }
}

/// Does what it should.
actor Good: WorkflowDefinition {
    func run(_ name: String) async throws -> String {
        for step in 0..<3 {
            _ = try await Workflow.execute(ShelfActivities.work, "\(name)-\(step)", options: ShelfActivities.options)
        }
        return "good \(name)"
    }
}

/// Waits for an activity that holds, in whichever process.
actor Held: WorkflowDefinition {
    func run(_ name: String) async throws -> String {
        try await Workflow.execute(ShelfActivities.holding, name, options: ShelfActivities.options)
    }
}

/// Ends with the sum once it has heard of as many numbers as it was told to expect.
actor Tally: WorkflowDefinition {
    private var numbers: [Int] = []

    func run(_ expected: Int) async throws -> Int {
        try await Workflow.condition { self.numbers.count >= expected }
        // Time for one that came twice.
        try await Workflow.sleep(for: .milliseconds(50))
        return numbers.reduce(0, +)
    }

    static func handlers(_ handlers: inout WorkflowHandlers<Tally>) {
        handlers.signal("add") { (workflow, number: Int) in workflow.numbers.append(number) }
    }
}

@main
struct CrashCtl: WorkflowCommandLine {
    static let registry = WorkflowRegistry(
        taskQueue: "crashes",
        workflows: [
            WorkflowRegistration(BadActivity.self), WorkflowRegistration(BadWorkflow.self),
            WorkflowRegistration(Good.self), WorkflowRegistration(Held.self),
            WorkflowRegistration(Tally.self), WorkflowRegistration(BadSequel.self),
            WorkflowRegistration(BadLocal.self),
        ],
        activities: { _ in [ShelfActivities()] }
    )
}
