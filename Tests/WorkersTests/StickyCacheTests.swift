import Testing
import Workers
import WorkflowAPI

@Suite(.timeLimit(.minutes(5)))
struct StickyCacheTests {
    /// Uses a run once, making it if it is not there.
    private func use(_ id: RunID, in cache: StickyCache<Int>, keep: Int?) async -> (Int?, [RunID]) {
        let found = await cache.checkOut(id).run
        return (found, cache.checkIn(id, run: keep).map(\.runID))
    }

    @Test func `the least recently used run goes first`() async {
        let cache = StickyCache<Int>(capacity: 2)
        #expect(await use("a", in: cache, keep: 1) == (nil, []))
        #expect(await use("b", in: cache, keep: 2) == (nil, []))
        #expect(await use("a", in: cache, keep: 1) == (1, []))
        #expect(await use("c", in: cache, keep: 3) == (nil, ["b"]))
        #expect(await use("a", in: cache, keep: 1) == (1, []))
        #expect(await use("b", in: cache, keep: 2) == (nil, ["c"]))
        #expect(cache.count == 2)
        #expect(Set(cache.removeAll().map(\.runID)) == ["a", "b"])
        #expect(cache.count == 0)
    }

    @Test func `a run in use is not evicted and goes when it comes back`() async {
        let cache = StickyCache<Int>(capacity: 1)
        #expect(await cache.checkOut("a").run == nil)
        #expect(await cache.checkOut("b").run == nil)
        #expect(cache.checkIn("b", run: 2).map(\.runID) == ["b"], "a is in use, so b has to go")
        #expect(cache.checkIn("a", run: 1).isEmpty)
        #expect(await cache.checkOut("a").run == 1)
        #expect(cache.removeAll().isEmpty)
        #expect(cache.checkIn("a", run: nil).isEmpty)
        #expect(cache.count == 0)
    }

    @Test func `two tasks of one run take turns`() async {
        let cache = StickyCache<Int>(capacity: 4)
        #expect(await cache.checkOut("a").run == nil)
        async let second = cache.checkOut("a").run
        while cache.waiting == 0 { await Task.yield() }
        #expect(cache.checkIn("a", run: 7).isEmpty)
        #expect(await second == 7)
        #expect(cache.removeAll().isEmpty, "the second task has it")
        _ = cache.checkIn("a", run: 7)
        #expect(cache.removeAll().map(\.run) == [7])
    }

    @Test func `who is turned away has nothing reserved, and the task that has the run keeps it`() async {
        let cache = StickyCache<Int>(capacity: 4)
        #expect(await cache.checkOut("a").isReserved)
        async let second = cache.checkOut("a").isReserved
        while cache.waiting == 0 { await Task.yield() }
        #expect(!cache.tryCheckOut("a").isReserved)
        cache.turnAway("a")
        #expect(await second == false)
        #expect(cache.checkIn("a", run: 7).isEmpty)
        #expect(cache.tryCheckOut("a") == (true, 7))
        _ = cache.checkIn("a", run: nil)
        #expect(cache.count == 0)
    }

    @Test func `giving up wakes whoever waits with nothing`() async {
        let cache = StickyCache<Int>(capacity: 4)
        #expect(await cache.checkOut("a").run == nil)
        async let second = cache.checkOut("a").run
        while cache.waiting == 0 { await Task.yield() }
        cache.abandon()
        #expect(await second == nil)
        #expect(await cache.checkOut("b").run == nil)
        #expect(cache.checkIn("b", run: 2).map(\.run) == [2])
    }

    @Test func `a cache without room keeps nothing and long use of a few runs keeps its books short`() async {
        let none = StickyCache<Int>(capacity: 0)
        #expect(await use("a", in: none, keep: 1) == (nil, ["a"]))
        #expect(none.count == 0)
        let cache = StickyCache<Int>(capacity: 3)
        let seed = UInt64.random(in: 0 ... .max)
        var generator = SplitMix(state: seed)
        var alive: [RunID: Int] = [:]
        for step in 0..<5000 {
            let id = RunID("\(UInt.random(in: 0..<6, using: &generator))")
            let (found, gone) = await use(id, in: cache, keep: step)
            #expect(found == alive[id], "seed \(seed)")
            alive[id] = step
            for id in gone { alive[id] = nil }
            #expect(alive.count <= 3 && cache.count == alive.count, "seed \(seed)")
        }
    }
}
