import WorkflowAPI
import WorkflowRuntime

/// A structured program: what a workflow may consist of, chosen by a random generator.
indirect enum Step: Sendable {
    /// An activity of this number; every seventh fails, every third is a local one.
    case activity(Int)
    case sleep(seconds: Int)
    case sequence([Step])
    /// Two `async let` and a wait for both.
    case pair(Step, Step)
    /// One `async let` that is left before it is done, which cancels it.
    case abandoned(Step, Step)
    case group([Step])
    /// A group that is cancelled when the first of it is done.
    case race([Step])
    case spawned(Step)
    case spawnedAndJoined(Step)
    case shielded(Step)
    /// Waits until so many steps have ended, but not for ever.
    case condition(ended: Int, seconds: Int)
    /// Waits for so many signals; as many are sent.
    case signals(Int)
    case yield

    static let signalCount = 3
    static let activityCount = 40

    /// A program of at most `size` steps.
    static func random(_ random: inout DeterministicRandom, depth: Int, activity: inout Int) -> Step {
        func number(_ bound: UInt64) -> Int { Int(random.next(under: bound)) }
        func nested(_ activity: inout Int) -> Step { Step.random(&random, depth: depth - 1, activity: &activity) }
        func several(_ activity: inout Int) -> [Step] { (0...number(3)).map { _ in nested(&activity) } }
        let kind = depth > 0 ? number(14) : number(5)
        switch kind {
        case 0, 1:
            activity += 1
            return .activity(activity % activityCount)
        case 2: return .sleep(seconds: number(5))
        case 3: return .condition(ended: number(12), seconds: number(9))
        case 4: return number(2) == 0 ? .yield : .signals(number(UInt64(signalCount + 1)))
        case 5, 6, 7: return .sequence(several(&activity))
        case 8: return .pair(nested(&activity), nested(&activity))
        case 9: return .abandoned(nested(&activity), nested(&activity))
        case 10: return .group(several(&activity))
        case 11: return .race(several(&activity))
        case 12: return number(2) == 0 ? .spawned(nested(&activity)) : .spawnedAndJoined(nested(&activity))
        default: return .shielded(nested(&activity))
        }
    }

    /// The program that a seed stands for.
    static func program(seed: UInt64) -> Step {
        var generator = DeterministicRandom(seed: seed)
        var activity = 0
        return .sequence((0..<4).map { _ in random(&generator, depth: 4, activity: &activity) })
    }
}

/// Runs the program of a seed; the result is the order in which its steps ended.
actor RandomProgram: WorkflowDefinition {
    private static let options = ActivityOptions(
        startToCloseTimeout: .seconds(10),
        retryPolicy: RetryPolicy(maximumAttempts: 1)
    )
    /// Those that fail are tried again after a timer.
    private static let localOptions = LocalActivityOptions(
        retryPolicy: RetryPolicy(initialInterval: .seconds(2), maximumAttempts: 2)
    )
    struct Messages: Sendable { let ring = SignalDescriptor<Int>("ring") }
    static let messages = Messages()
    private var ended: [String] = []
    private var signals = 0

    static let activities = (0..<Step.activityCount).map { number in
        ActivityRegistration(ActivityDescriptor<Int, Int>("a\(number)")) { value in
            if number % 7 == 6 { throw ApplicationError(type: "Unlucky", message: "seven") }
            return value
        }
    }

    func run(_ seed: UInt64) async throws -> [String] {
        try await perform(Step.program(seed: seed))
        return ended
    }

    static func handlers(_ handlers: inout WorkflowHandlers<RandomProgram>) {
        handlers.signal("ring") { (workflow, number: Int) in
            workflow.signals += 1
            _ = try await Workflow.execute(ActivityDescriptor<Int, Int>("a\(number)"), number, options: options)
            workflow.note("rang \(number)")
        }
        handlers.query("ended") { workflow in workflow.ended }
    }

    private func note(_ text: String) { ended.append("\(text) \((try? Workflow.random(in: 0..<100)) ?? -1)") }

    private func perform(_ step: Step) async throws {
        switch step {
        case .activity(let number): try await callActivity(number)
        case .sleep(let seconds):
            try await Workflow.sleep(for: .seconds(seconds))
            note("slept")
        case .sequence(let steps): for step in steps { try await perform(step) }
        case .yield: await _Concurrency.Task<Never, Never>.yield()
        case .condition(let count, let seconds):
            let held = try await Workflow.condition(timeout: .seconds(seconds)) { self.ended.count >= count }
            note("condition \(held)")
        case .signals(let count): try await Workflow.condition { self.signals >= count }
        default: try await performMany(step)
        }
    }

    private func callActivity(_ number: Int) async throws {
        do {
            let activity = ActivityDescriptor<Int, Int>("a\(number)")
            let result =
                number % 3 == 1
                ? try await Workflow.executeLocal(activity, number, options: Self.localOptions)
                : try await Workflow.execute(activity, number, options: Self.options)
            note("activity \(result)")
        } catch let error as ActivityError {
            note("activity \(number) \(error.applicationError?.type ?? "?")")
        }
    }

    private func performMany(_ step: Step) async throws {
        switch step {
        case .pair(let left, let right):
            async let first: Void = perform(left)
            async let second: Void = perform(right)
            _ = try await (first, second)
        case .abandoned(let left, let right):
            async let _: Void = perform(left)
            try await perform(right)
        case .group(let steps):
            try await withThrowingTaskGroup(of: Void.self) { group in
                for step in steps { group.addTask { try await self.perform(step) } }
                try await group.waitForAll()
            }
            note("group")
        case .race(let steps):
            await withTaskGroup(of: Bool.self) { group in
                for step in steps { group.addTask { (try? await self.perform(step)) != nil } }
                note("race \(await group.next() ?? false)")
                group.cancelAll()
            }
        case .spawned(let step): try Workflow.spawn { try await self.perform(step) }
        case .spawnedAndJoined(let step): try await Workflow.spawn { try await self.perform(step) }.value
        case .shielded(let step): try await Workflow.shielded { try await self.perform(step) }
        default: break
        }
    }
}
