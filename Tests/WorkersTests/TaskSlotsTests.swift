import Testing
import Workers

@Suite(.timeLimit(.minutes(5)))
struct TaskSlotsTests {
    @Test func `no more slots are given than there are, and each is given back once`() async throws {
        let slots = TaskSlots(capacity: 2)
        let first = try #require(await slots.acquire())
        let second = try #require(slots.tryAcquire())
        #expect(slots.tryAcquire() == nil)
        #expect(slots.used == 2)
        first.release()
        first.release()
        #expect(slots.used == 1)
        #expect(slots.tryAcquire() != nil)
        #expect(slots.tryAcquire() == nil)
        second.release()
        #expect(slots.used == 1)
    }

    @Test func `a slot that is given back goes to the one who waits, not to one who only tries`() async throws {
        let slots = TaskSlots(capacity: 1)
        let held = try #require(await slots.acquire())
        async let waiting = slots.acquire()
        while slots.waiting == 0 { await Task.yield() }
        held.release()
        #expect(slots.tryAcquire() == nil)
        let next = try #require(await waiting)
        #expect(slots.used == 1)
        next.release()
        #expect(slots.used == 0)
    }

    @Test func `cancelling a wait gives nothing and takes nothing`() async throws {
        let slots = TaskSlots(capacity: 1)
        let held = try #require(await slots.acquire())
        let waiting = Task { await slots.acquire() }
        while slots.waiting == 0 { await Task.yield() }
        waiting.cancel()
        #expect(await waiting.value == nil)
        #expect(slots.waiting == 0)
        held.release()
        #expect(slots.used == 0)
    }

    @Test func `many tasks never hold more slots than there are`() async {
        let slots = TaskSlots(capacity: 3)
        await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<200 {
                group.addTask {
                    guard let slot = await slots.acquire() else { return false }
                    let isWithin = slots.used <= 3
                    await Task.yield()
                    slot.release()
                    return isWithin
                }
            }
            for await isWithin in group { #expect(isWithin) }
        }
        #expect(slots.used == 0)
    }
}
