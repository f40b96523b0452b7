import Synchronization
import Testing
import WorkflowAPI
import WorkflowRuntime
import WorkflowTesting

/// Numbers that are only given once.
final class Counter: Sendable {
    private let state = Mutex(0)

    func next() -> Int {
        state.withLock { number in
            number += 1
            return number
        }
    }
}

/// Counts to a number, with a sign of life for each, going on where the attempt before stopped.
struct Counting: ActivityContainer {
    static let count = ActivityDescriptor<Int, Int>("count")

    var activities: [ActivityRegistration] {
        [
            ActivityRegistration(Self.count) { end in
                guard let context = ActivityContext.current else { return -1 }
                let begin = try context.heartbeatDetails(as: Int.self) ?? 0
                for number in stride(from: begin + 1, through: end, by: 1) {
                    try Task.checkCancellation()
                    context.heartbeat(number)
                }
                return end - begin
            }
        ]
    }
}

@Suite struct ActivityTests {
    @Test func `an activity alone shows its heartbeats and goes on where the attempt before stopped`() async throws {
        let first = try ActivityEnvironment(Counting())
        #expect(try await first.run(Counting.count, 3) == 3)
        #expect(try first.heartbeats(as: Int.self) == [1, 2, 3])
        let second = try ActivityEnvironment(Counting(), attempt: 2, heartbeatDetails: 2)
        #expect(try await second.run(Counting.count, 3) == 1)
        #expect(try second.heartbeats(as: Int.self) == [3])
        await #expect(throws: StuckError.self) { try await second.run(Bank.deposit, TransferOrder(id: "1", amount: 1)) }
    }

    @Test func `an activity is cancelled at the heartbeat where the test says so`() async throws {
        let environment = try ActivityEnvironment(Counting())
        environment.onHeartbeat { [weak environment] count in if count == 2 { environment?.cancel() } }
        await #expect(throws: CancellationError.self) { try await environment.run(Counting.count, 1000) }
        #expect(environment.heartbeatCount == 2)
    }

    @Test func `mocks stand in for single activities, by closure or by type`() async throws {
        let environment = TimeSkippingEnvironment(
            workflows: [WorkflowRegistration(Transfer.self)],
            activities: [Bank()]
        )
        let withdrawals = environment.mock(Bank.withdraw) { order in
            if order.id == "never" { throw ApplicationError(type: "NoMoney", message: "none", nonRetryable: true) }
            return order.amount * 2
        }
        #expect(try await environment.run(Transfer.self, input: TransferOrder(id: "1", amount: 5)) == 10)
        #expect(withdrawals.inputs.map(\.amount) == [5])
        await #expect(throws: WorkflowClosedError.self) {
            try await environment.run(Transfer.self, input: TransferOrder(id: "never", amount: 5))
        }
        #expect(withdrawals.count == 2)
        let bank = Bank()
        environment.mock(bank)
        #expect(try await environment.run(Transfer.self, input: TransferOrder(id: "2", amount: 5)) == 5)
        #expect(bank.balances == (95, 5))
        #expect(withdrawals.count == 2)
    }
}
