import Synchronization
import WorkflowRuntime
import WorkflowTesting

/// Money that goes from one account to another by two activities: the least in which something can go wrong.
actor Transfer: WorkflowDefinition {
    private var isReleased = false

    struct Messages: Sendable {
        let release = SignalDescriptor<NoValue>("release")
    }
    static let messages = Messages()

    func run(_ order: TransferOrder) async throws -> Int {
        if order.waitsForRelease {
            try await Workflow.condition { self.isReleased }
        }
        let taken = try await Workflow.execute(Bank.withdraw, order, options: Bank.options)
        return try await Workflow.execute(
            Bank.deposit,
            TransferOrder(id: order.id, amount: taken),
            options: Bank.options
        )
    }

    static func handlers(_ handlers: inout WorkflowHandlers<Transfer>) {
        handlers.signal("release") { workflow in workflow.isReleased = true }
    }
}

/// The same by two local activities, both in one workflow task.
actor LocalTransfer: WorkflowDefinition {
    private var isReleased = false
    static let messages = Transfer.Messages()

    func run(_ order: TransferOrder) async throws -> Int {
        if order.waitsForRelease { try await Workflow.condition { self.isReleased } }
        let taken = try await Workflow.executeLocal(Bank.withdraw, order)
        return try await Workflow.executeLocal(Bank.deposit, TransferOrder(id: order.id, amount: taken))
    }

    static func handlers(_ handlers: inout WorkflowHandlers<LocalTransfer>) {
        handlers.signal("release") { workflow in workflow.isReleased = true }
    }
}

/// The same with a bug: it looks for the signal once, and a signal that comes later is lost.
actor DeafTransfer: WorkflowDefinition {
    private var releases = 0

    struct Messages: Sendable {
        let release = SignalDescriptor<NoValue>("release")
    }
    static let messages = Messages()

    func run(_ order: TransferOrder) async throws -> Int {
        let taken = try await Workflow.execute(Bank.withdraw, order, options: Bank.options)
        // Whatever came while the money was being taken is forgotten.
        releases = 0
        try await Workflow.condition { self.releases > 0 }
        return taken
    }

    static func handlers(_ handlers: inout WorkflowHandlers<DeafTransfer>) {
        handlers.signal("release") { workflow in workflow.releases += 1 }
    }
}

struct TransferOrder: Codable, Sendable {
    var id: String
    var amount: Int
    var waitsForRelease = false
}

/// Two accounts. Without `isIdempotent` a repeated attempt moves the money again.
final class Bank: ActivityContainer, Sendable {
    static let withdraw = ActivityDescriptor<TransferOrder, Int>("withdraw")
    static let deposit = ActivityDescriptor<TransferOrder, Int>("deposit")
    static let options = ActivityOptions(startToCloseTimeout: .seconds(10))

    private struct State {
        var source = 100
        var target = 0
        var done: Set<String> = []
    }

    private let state = Mutex(State())
    private let isIdempotent: Bool

    init(isIdempotent: Bool = true) { self.isIdempotent = isIdempotent }

    var balances: (source: Int, target: Int) { state.withLock { ($0.source, $0.target) } }

    var activities: [ActivityRegistration] {
        [
            ActivityRegistration(Self.withdraw) { order in
                self.once("withdraw \(order.id)") { $0.source -= order.amount }
                return order.amount
            },
            ActivityRegistration(Self.deposit) { order in
                self.once("deposit \(order.id)") { $0.target += order.amount }
                return order.amount
            },
        ]
    }

    private func once(_ key: String, _ change: (inout State) -> Void) {
        state.withLock { state in
            guard !isIdempotent || state.done.insert(key).inserted else { return }
            change(&state)
        }
    }

    /// Nothing is made of nothing, and at most what was ordered has moved.
    func check(ordered: Int) throws {
        let (source, target) = balances
        guard source >= 100 - ordered else { throw Wrong(description: "\(100 - source) were taken, not \(ordered)") }
        guard target <= 100 - source else { throw Wrong(description: "\(target) arrived of \(100 - source)") }
    }
}

struct Wrong: Error, CustomStringConvertible {
    var description: String
}
