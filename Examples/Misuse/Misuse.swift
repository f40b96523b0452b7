// What workflow code may not do, and what the compiler says of it: each line with an `error:` or `warning:` comment is
// told so, all others are not. The tests compile this file and compare; no program is made of it.
import Dispatch
import Foundation
import Synchronization
import WorkflowMacros
import WorkflowRuntime

let ring = ActivityDescriptor<String, String>("ring")
let once = ActivityOptions(startToCloseTimeout: .seconds(5))

// MARK: A workflow with the macro

@WorkflowMacros.Workflow
actor Doorbell {
    static let names = ["front", "back"]
    static var rings = 0  // error: keep state in the actor
    static nonisolated(unsafe) var loudness = 1  // error: keep state in the actor

    private var doors: Set<String> = ["front", "back"]
    private var keepers: [String: String] = [:]
    private var log: [String] = []
    private var count = 0
    private let guardian = Mutex(0)  // error: a run has one thread
    private var since: Date = .now  // error: use Workflow.now

    func run(_ input: Date) async throws -> NoValue {
        // Tasks and waiting.
        Task { self.count += 1 }  // error: use Workflow.spawn
        Task.detached {}  // error: use Workflow.spawn
        Task.immediate {}  // error: use Workflow.spawn
        try await Task.sleep(for: .seconds(1))  // error: use Workflow.sleep(for:)
        try await Task.sleep(nanoseconds: 5)  // error: use Workflow.sleep(for:)
        try await ContinuousClock().sleep(for: .seconds(1))  // error: use Workflow.now and Workflow.sleep
        usleep(100)  // error: use Workflow.sleep(for:)
        Thread.sleep(forTimeInterval: 1)  // error: use Workflow.spawn, or Workflow.sleep to wait
        DispatchQueue.main.async {}  // error: use Workflow.spawn, or an activity
        DispatchSemaphore(value: 0).wait()  // error: use Workflow.condition

        // Time and chance.
        if Date() > input { count += 1 }  // error: use Workflow.now
        if Date.now > input { count += 1 }  // error: use Workflow.now
        if input.timeIntervalSinceNow > 0 { count += 1 }  // error: date.timeIntervalSince(Workflow.now)
        let started = ContinuousClock.now  // error: use Workflow.now and Workflow.sleep
        let clock = SuspendingClock()  // error: use Workflow.now and Workflow.sleep
        let id = UUID()  // error: use Workflow.uuid()
        let die = Int.random(in: 1...6)  // error: use Workflow.random(in:)
        let coin = Bool.random()  // error: use Workflow.random(in: 0..<2) == 0
        let door = log.randomElement()  // error: use Workflow.random(in:) for the index
        log.shuffle()  // error: use Workflow.shuffled(_:)
        var chance = SystemRandomNumberGenerator()  // error: use Workflow.random

        // The world.
        print("ringing")  // error: use Workflow.logger
        debugPrint(count)  // error: use Workflow.logger
        let lock = NSLock()  // error: a run has one thread
        let files = FileManager.default  // error: use an activity
        FileHandle.standardOutput.write(Data())  // error: use an activity
        let page = URLSession.shared  // error: use an activity
        let user = ProcessInfo.processInfo.userName  // error: use the input or an activity
        let volume = UserDefaults.standard  // error: use the input or an activity
        let today = Calendar.current  // error: use Calendar(identifier:)

        // Orders that differ in every process.
        for door in doors {  // error: iterate over it with .sorted()
            _ = try await Workflow.execute(ring, door, options: once)
        }
        for (door, keeper) in keepers where keeper != "" {  // error: iterate over it with .sorted()
            _ = try await Workflow.execute(ring, door, options: once)
        }
        try await withThrowingTaskGroup(of: String.self) { group in
            for door in Set(log).union(["side"]) {  // error: iterate over it with .sorted()
                group.addTask { try await Workflow.execute(ring, door, options: once) }
            }
            for try await rung in group { log.append(rung) }
        }
        for door in keepers.keys.filter({ $0 != "back" }) {  // error: iterate over it with .sorted()
            try Workflow.spawn { try await Workflow.execute(ring, door, options: once) }
        }
        for door in doors { log.append(door) }  // warning: iterate with .sorted()
        let first = doors.first  // warning: use .min()

        // What comes out the same stays usable.
        for door in doors.sorted() { _ = try await Workflow.execute(ring, door, options: once) }
        for door in doors where door != "" { count += 1 }
        for door in log { _ = try await Workflow.execute(ring, door, options: once) }
        var text = ""
        print("quiet", to: &text)
        return NoValue()
    }

    @WorkflowSignal func press(_ door: String) {
        count += 1
        doors.insert(door)
    }

    @WorkflowQuery func presses() -> Int {
        count += 1  // error: 'count' is the run's state
        return count
    }

    @WorkflowQuery func history(_ limit: Int) throws -> [String] {
        self.log = log.suffix(limit)  // error: 'log' is the run's state
        doors.remove("front")  // error: 'doors' is the run's state
        keepers["front"] = "nobody"  // error: 'keepers' is the run's state
        tidy()  // error: 'tidy' changes the run
        let word = Workflow.uuid()  // error: 'Workflow.uuid' asks for something
        var copy = log
        copy.append(word)
        return copy
    }

    private func tidy() { log.removeAll() }
}

// MARK: A workflow without it

actor Lamp: WorkflowDefinition {
    private var isOn = false
    static var lamps = 0  // error: not concurrency-safe

    func run(_ input: NoValue) async throws -> NoValue {
        Task { await self.blink() }  // error: use Workflow.spawn
        let now = Date()  // error: use Workflow.now
        let id = UUID()  // error: use Workflow.uuid()
        print("on")  // error: use Workflow.logger
        return NoValue()
    }

    func blink() async { isOn.toggle() }

    func show() { _ = ProcessInfo.processInfo }  // error: use the input or an activity
}

extension Lamp {
    func wait() async throws {
        try await Task.sleep(for: .seconds(1))  // error: use Workflow.sleep(for:)
    }
}

// MARK: What names alone cannot reach, where it is marked

@ReplaySafe
actor Fan: WorkflowDefinition {
    private var speed = 0

    func run(_ input: NoValue) async throws -> NoValue {
        speed = Int.random(in: 1...3)  // error: use Workflow.random(in:)
        return NoValue()
    }

    func stop() { speed = 0 }

    static func handlers(_ handlers: inout WorkflowHandlers<Fan>) {
        handlers.signal("faster") { workflow in workflow.speed += 1 }
        handlers.query("speed") { workflow in workflow.speed }
        handlers.query("next") { workflow in
            workflow.speed += 1  // error: 'speed' is the run's state
            return workflow.speed
        }
        handlers.query("last") { workflow in
            workflow.stop()  // error: 'stop' changes the run
            return workflow.speed
        }
    }
}

@ReplaySafe
extension Lamp {
    func flicker() -> [Int] { [1, 2, 3].shuffled() }  // error: use Workflow.shuffled(_:)
}

@ReplaySafe
struct Wiring {
    var rooms: Set<String>
    let laid = Date()  // error: use Workflow.now

    func test() async throws {
        Task {}  // error: use Workflow.spawn
        Task.detached {}  // error: use Workflow.spawn
        print("testing")  // error: use Workflow.logger
        for room in rooms {  // error: iterate over it with .sorted()
            _ = try await Workflow.execute(ring, room, options: once)
        }
    }
}

@ReplaySafe
func anyRoom(_ rooms: [String]) -> String? {
    let gate = Mutex(0)  // error: a run has one thread
    return rooms.randomElement()  // error: use Workflow.random(in:) for the index
}

var voltage = 230  // error: not concurrency-safe
