import Foundation
import Synchronization
import Testing

@testable import Workers

/// The queues of plain threads.
@Suite(.timeLimit(.minutes(5)))
struct JobQueueTests {
    @Test func `each job is done once, and closing leaves none behind`() async {
        let queue = JobQueue<Int>(threads: 4)
        let (done, all) = (Counter(), Gate())
        queue.start(name: "test", { _, number in if done.add(number) == 10_000 { all.open() } })
        await withTaskGroup(of: Void.self) { group in
            for part in 0..<10 {
                group.addTask { for number in 0..<1_000 { queue.push(part * 1_000 + number) } }
            }
        }
        queue.close()
        #expect(!queue.push(0))
        await all.pass()
        #expect(done.distinct == 10_000)
    }

    @Test func `jobs that wait for each other each get a thread`() async {
        let queue = JobQueue<Int>(threads: 8)
        let (arrived, all) = (Counter(), Gate())
        let body: @Sendable (Int, Int) -> Void = { _, number in
            if arrived.add(number) == 8 { all.open() }
            while arrived.distinct < 8 { giveWay() }
        }
        queue.start(name: "test", body)
        for number in 0..<8 { queue.push(number) }
        await all.pass()
        queue.close()
    }

    @Test func `a queue that was empty for a while wakes for what comes`() async {
        let queue = JobQueue<Gate>(threads: 3)
        queue.start(name: "test", { _, gate in gate.open() })
        for _ in 0..<200 {
            let gate = Gate()
            queue.push(gate)
            await gate.pass()
        }
        queue.close()
    }
}

/// Gives the processor to others.
private func giveWay() { usleep(100) }

private final class Counter: Sendable {
    private let numbers = Mutex<Set<Int>>([])

    var distinct: Int { numbers.withLock { $0.count } }

    /// - Returns: how many there are now.
    func add(_ number: Int) -> Int {
        numbers.withLock { numbers in
            numbers.insert(number)
            return numbers.count
        }
    }
}
