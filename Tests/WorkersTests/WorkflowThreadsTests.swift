import Foundation
import Synchronization
import Testing
import Workers
import WorkflowAPI

@Suite(.timeLimit(.minutes(5)))
struct WorkflowThreadsTests {
    @Test func `one run always has the same thread and no two jobs at a time`() async {
        let threads = WorkflowThreads(count: 3, name: "test", clock: WorkerClock(TestClock()))
        let record = Record()
        await withDiscardingTaskGroup { group in
            for index in 0..<300 {
                let runID = RunID("run-\(index % 10)")
                group.addTask {
                    let overlaps = await threads.run(for: runID) {
                        let overlaps = record.enter(runID, thread: threadName())
                        record.leave(runID)
                        return overlaps
                    }
                    #expect(overlaps == false)
                }
            }
        }
        let seen = record.threads
        #expect(seen.count == 10)
        #expect(seen.values.allSatisfy { $0.count == 1 })
        #expect(Set(seen.values.joined()).allSatisfy { $0.hasPrefix("test-") }, "\(seen)")
        threads.stop()
    }

    /// Which threads each run was seen on, and how many jobs of it are under way.
    private final class Record: Sendable {
        private let state = Mutex<(busy: [RunID: Int], threads: [RunID: Set<String>])>(([:], [:]))

        var threads: [RunID: Set<String>] { state.withLock { $0.threads } }

        func enter(_ runID: RunID, thread: String) -> Bool {
            state.withLock { state in
                state.threads[runID, default: []].insert(thread)
                state.busy[runID, default: 0] += 1
                return state.busy[runID] != 1
            }
        }

        func leave(_ runID: RunID) {
            state.withLock { $0.busy[runID, default: 0] -= 1 }
        }
    }

    @Test func `code that does not return is named and can be given up`() async {
        let clock = TestClock()
        let threads = WorkflowThreads(count: 1, name: "test", clock: WorkerClock(clock))
        let release = DispatchSemaphore(value: 0)
        let (started, entered) = AsyncStream.makeStream(of: Void.self)
        async let stuck: Int? = threads.run(for: "run") {
            entered.finish()
            release.wait()
            return 1
        }
        for await _ in started {}
        clock.advance(by: .seconds(3))
        #expect(threads.occupations(longerThan: .seconds(2)).map(\.runID) == ["run"])
        #expect(threads.occupations(longerThan: .seconds(4)).isEmpty)
        threads.abandon()
        #expect(await stuck == nil)
        #expect(await threads.run(for: "run") { 2 } == nil)
        release.signal()
        threads.stop()
    }
}
