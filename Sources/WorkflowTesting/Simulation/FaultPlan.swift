import Synchronization

/// Which faults strike in a schedule, and how far it has come: everything is counted here.
final class FaultPlan: Sendable {
    /// How often everything happened that a fault can be about.
    struct Counts: Hashable, Sendable {
        var calls = 0
        var commits = 0
        var turns = 0
        var attempts = 0
        var steps = 0
        var requests = 0
    }

    private struct State {
        var counts = Counts()
        var place = "start"
        var strikes: [(fault: SimulatedFault, what: String)] = []
        var seen: [String: Int] = [:]
        var places: [String] = []
        var reached: Set<String> = []
        var story: [String] = []
    }

    /// In an order that is the same in every process.
    let faults: [SimulatedFault]
    private let keepsStory: Bool
    private let state = Mutex(State())

    init(_ faults: [SimulatedFault], keepsStory: Bool = false) {
        self.faults = faults
        self.keepsStory = keepsStory
    }

    var counts: Counts { state.withLock { $0.counts } }

    /// The faults that have happened, in order, in words.
    var strikes: [(fault: SimulatedFault, what: String)] { state.withLock { $0.strikes } }

    /// Places where a process can die, in the order in which they were seen, and those where one did.
    var crashPoints: (seen: [String], reached: Set<String>) { state.withLock { ($0.places, $0.reached) } }

    /// What happened, if that was to be kept.
    var story: [String] { state.withLock { $0.story } }

    /// Counts one more of something.
    func count(_ path: WritableKeyPath<Counts, Int>) -> Int {
        state.withLock { state in
            state.counts[keyPath: path] += 1
            return state.counts[keyPath: path]
        }
    }

    /// Says who calls the store from now on.
    func enter(_ place: String) { state.withLock { $0.place = place } }

    /// A line for whoever reads what happened.
    func tell(_ line: @autoclosure () -> String) {
        guard keepsStory else { return }
        let line = line()
        state.withLock { $0.story.append("step \($0.counts.steps): \(line)") }
    }

    /// The first fault of which `find` makes something, which happens now.
    func strike<R>(_ what: @autoclosure () -> String, _ find: (SimulatedFault) -> R?) -> R? {
        for fault in faults {
            guard let found = find(fault) else { continue }
            note(fault, what())
            return found
        }
        return nil
    }

    /// Whether one fault is planned; if so it happens now.
    func strikes(_ fault: SimulatedFault, _ what: @autoclosure () -> String) -> Bool {
        guard faults.contains(fault) else { return false }
        note(fault, what())
        return true
    }

    private func note(_ fault: SimulatedFault, _ what: String) {
        tell("FAULT \(what)")
        state.withLock { $0.strikes.append((fault, what)) }
    }

    /// A place where the process can die, and whether it does now.
    func dies(at point: String, _ fault: SimulatedFault) -> Bool {
        let time = state.withLock { state in
            let time = state.seen[point, default: 0] + 1
            state.seen[point] = time
            if time == 1 { state.places.append(point) }
            return time
        }
        let what = "the process dies: \(point)\(time > 1 ? " (time \(time))" : "")"
        guard strikes(.crash(at: point, time: time), what) || strikes(fault, what) else { return false }
        state.withLock { _ = $0.reached.insert(point) }
        return true
    }

    /// The name of a place before or after a call of the store.
    func point(_ side: String, _ operation: String) -> String {
        state.withLock { "\($0.place), \(side) the store's \(operation)" }
    }
}
