import Synchronization
import Testing
import WorkflowAPI
import WorkflowTesting

@testable import History

@Suite struct RetentionSweeperTests {
    /// What a sweeper says.
    private final class Heard: Sendable {
        private let list = Mutex<[String]>([])
        var words: [String] { list.withLock { $0 } }
        func add(_ word: String) { list.withLock { $0.append(word) } }
    }

    private let clock = ManualEngineClock()

    /// Moves the clock to the end of the pause; answers how long that was.
    private func pass() async -> Duration {
        await clock.waitForSleepers()
        let pause = (clock.earliestDeadline ?? clock.now()) - clock.now()
        clock.advance(by: pause)
        await clock.waitForSleepers()
        return pause
    }

    @Test func `batches follow each other with pauses, and once nothing is old a minute passes`() async {
        let store = ScriptedStore(clock: clock, [], deletions: [.success(64), .success(3), .success(0), .success(0)])
        let heard = Heard()
        let sweeper = RetentionSweeper(store: store, clock: clock)
        let loop = Task {
            await sweeper.run(onEnd: { heard.add("\($0) deleted") }, onTrouble: { heard.add("\($0)") })
        }
        await clock.waitForSleepers()
        #expect(store.sweeps == 0, "a process that is over soon leaves it to others")
        #expect(await pass() == .seconds(10))
        #expect(store.sweeps == 1)
        #expect(await pass() == .milliseconds(50))
        #expect(await pass() == .milliseconds(50))
        #expect(store.sweeps == 3 && heard.words == ["67 deleted"])
        #expect(await pass() == .seconds(60))
        #expect(store.sweeps == 4 && heard.words == ["67 deleted"], "nothing was old, and nothing is said")
        loop.cancel()
        await loop.value
        #expect(clock.sleeperCount == 0)
    }

    @Test func `trouble of the store is told and waited out`() async {
        let trouble = WorkflowServiceError(.unavailable, "the disk is gone")
        let store = ScriptedStore(clock: clock, [], deletions: [.failure(trouble), .success(1), .success(0)])
        let heard = Heard()
        let sweeper = RetentionSweeper(store: store, clock: clock)
        let loop = Task {
            await sweeper.run(onEnd: { heard.add("\($0) deleted") }, onTrouble: { heard.add("\($0)") })
        }
        #expect(await pass() == .seconds(10))
        #expect(heard.words.count == 1 && heard.words[0].contains("the disk is gone"))
        #expect(await pass() == .seconds(60))
        #expect(await pass() == .milliseconds(50))
        #expect(heard.words.last == "1 deleted")
        loop.cancel()
        await loop.value
    }
}
