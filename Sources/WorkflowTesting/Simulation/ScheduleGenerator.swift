import WorkflowRuntime

/// The faults of each schedule, as the seed decides: every second one begins with the death of the process at a place where
/// none has died yet; the rest is chance.
struct ScheduleGenerator: Sendable {
    let seed: UInt64
    /// In an order that is the same in every process.
    private let kinds: [SimulatedFault.Kind]
    private let maxFaults: Int
    /// What the schedule without faults came to.
    private let baseline: FaultPlan.Counts

    init(seed: UInt64, kinds: Set<SimulatedFault.Kind>, maxFaults: Int, baseline: FaultPlan.Counts) {
        self.seed = seed
        self.kinds = SimulatedFault.Kind.allCases.filter { kinds.contains($0) }
        self.maxFaults = maxFaults
        self.baseline = baseline
    }

    /// The chance of a schedule.
    static func random(seed: UInt64, schedule: Int) -> DeterministicRandom {
        DeterministicRandom(seed: seed &* 0x9E37_79B9_7F4A_7C15 &+ UInt64(schedule))
    }

    /// The faults of a schedule. `placesLeft` are those where no process has died yet, the likeliest first.
    func faults(of schedule: Int, placesLeft: [String]) -> [SimulatedFault] {
        guard !kinds.isEmpty, schedule > 0 else { return [] }
        var random = Self.random(seed: ~seed, schedule: schedule)
        var faults: [SimulatedFault] = []
        if schedule.isMultiple(of: 2), kinds.contains(.engineCrash), !placesLeft.isEmpty {
            // Not always the likeliest: it may be one that schedules come by only when something else happens.
            let index = schedule.isMultiple(of: 4) ? schedule / 4 % placesLeft.count : 0
            faults.append(.crash(at: placesLeft[index], time: 1))
        }
        // Few faults are more often enough than many, and easier to read.
        let count = 1 + Int(random.next(under: UInt64(1 + random.next(under: UInt64(maxFaults)))))
        while faults.count < count {
            let fault = fault(of: kinds[Int(random.next(under: UInt64(kinds.count)))], &random)
            if !faults.contains(fault) { faults.append(fault) }
        }
        return faults
    }

    private func fault(of kind: SimulatedFault.Kind, _ random: inout DeterministicRandom) -> SimulatedFault {
        // A schedule with faults is longer than one without.
        func position(_ count: Int, _ random: inout DeterministicRandom) -> Int {
            1 + Int(random.next(under: UInt64(count + count / 3 + 1)))
        }
        func pick(_ numbers: [Int], _ random: inout DeterministicRandom) -> Int {
            numbers[Int(random.next(under: UInt64(numbers.count)))]
        }
        let isFirst = random.next() & 1 == 0
        let steps = pick([0, 1, 1, 2, 3, 5, 8, 13, 40], &random)
        switch kind {
        case .engineCrash:
            let number = position(baseline.calls, &random)
            return isFirst ? .crashBeforeCall(number) : .crashAfterCall(number)
        case .workerCrash:
            if random.next(under: 3) == 0 { return .crashInTurn(position(baseline.turns, &random)) }
            let number = position(baseline.attempts, &random)
            return isFirst ? .crashBeforeAttempt(number) : .crashAfterAttempt(number)
        case .activityFailure:
            let number = position(baseline.attempts, &random)
            return isFirst ? .failBeforeAttempt(number) : .failAfterAttempt(number)
        case .lateAnswer:
            if random.next(under: 3) == 0 { return .holdTurn(position(baseline.turns, &random), steps: steps) }
            return .holdAttempt(position(baseline.attempts, &random), steps: max(1, steps))
        case .repeatedAnswer:
            if random.next(under: 3) == 0 { return .repeatTurn(position(baseline.turns, &random), steps: steps) }
            return .repeatAttempt(position(baseline.attempts, &random), steps: steps)
        case .timeJump:
            let seconds = pick([-60, 1, 11, 61, 3_601, 86_401, 8 * 86_400], &random)
            return .timeJump(beforeStep: position(baseline.steps, &random), seconds: seconds)
        case .eviction: return .dropCache(beforeStep: position(baseline.steps, &random))
        case .delayedRequest: return .delayRequest(position(baseline.requests, &random), steps: max(1, steps))
        case .repeatedRequest: return .repeatRequest(position(baseline.requests, &random))
        }
    }
}
