import Foundation
import Testing

/// What workflow code may not use does not compile, and says what to use instead. Compiles for real.
struct ShadowingTests {
    private static let imports = [
        "import Foundation", "import Dispatch", "import WorkflowMacros", "import WorkflowRuntime",
    ]

    /// Each line with what its error has to name.
    private static let wrong: [(code: String, says: String)] = [
        ("Task { }", "Workflow.spawn"), ("Task.detached { }", "Workflow.spawn"),
        ("Task(priority: .high) { }", "Workflow.spawn"), ("Task.immediate { }", "Workflow.spawn"),
        ("try await Task.sleep(for: .seconds(1))", "Workflow.sleep(for:)"),
        ("try await Task.sleep(nanoseconds: 1)", "Workflow.sleep(for:)"), ("_ = Date()", "Workflow.now"),
        ("_ = Date.now", "Workflow.now"), ("_ = Date(timeIntervalSinceNow: 5)", "Workflow.now"),
        ("_ = UUID()", "Workflow.uuid()"), ("_ = ContinuousClock.now", "Workflow.now"),
        ("_ = ContinuousClock()", "Workflow.sleep"), ("_ = SuspendingClock.now", "Workflow.now"),
        ("DispatchQueue.main.async { }", "Workflow.spawn"), ("DispatchQueue.global().async { }", "Workflow.spawn"),
        ("_ = DispatchSemaphore(value: 1)", "Workflow.condition"),
        ("Thread.sleep(forTimeInterval: 1)", "Workflow.sleep"),
        ("_ = sleep(1)", "Workflow.sleep(for:)"), ("_ = usleep(1)", "Workflow.sleep(for:)"),
        ("var chance = SystemRandomNumberGenerator()", "Workflow.random"), ("_ = FileManager.default", "an activity"),
        ("_ = DispatchTime.now()", "Workflow.now"), ("Task.immediateDetached { }", "Workflow.spawn"),
        ("_ = await Task { 5 }.value", "Workflow.spawn"),
        ("try await Task.sleep(for: .seconds(1), tolerance: .seconds(1))", "Workflow.sleep(for:)"),
        ("try await Task.sleep(until: .now, clock: .continuous)", "Workflow.sleep(until:)"),
        ("try await ContinuousClock().sleep(for: .seconds(1))", "Workflow.sleep"),
        ("DispatchQueue.main.asyncAfter(deadline: .now() + 1) { }", "Workflow.spawn"),
        ("_ = [Date.now, max(Date(), input)]", "Workflow.now"),
        ("func local() -> Date { Date.now }", "UseWorkflowNow"),
        ("Task.immediate(name: \"x\") { 5 }", "Workflow.spawn"),
        ("Task(executorPreference: nil) { }", "Workflow.spawn"),
        ("_ = Task.currentPriority", "priorities"), ("_ = await Task { 5 }.result", "Workflow.spawn"),
        ("try await Task.sleep(for: .seconds(1), tolerance: nil, clock: .suspending)", "Workflow.sleep(for:)"),
        ("try await Task.sleep(until: .now + .seconds(1), tolerance: .zero)", "Workflow.sleep(until:)"),
        ("try await Task<Never, Never>.sleep(for: .seconds(1))", "Workflow.sleep(for:)"),
        ("try await ContinuousClock().sleep(until: .now)", "Workflow.sleep"),
        ("try await SuspendingClock().sleep(for: .seconds(1))", "Workflow.sleep"),
        ("_ = ContinuousClock().measure { }", "Workflow.now"),
        ("DispatchQueue.global().asyncAfter(deadline: .now() + 1) { }", "Workflow.spawn"),
        ("_ = DispatchWallTime.now()", "Workflow.now"), ("_ = Date.timeIntervalSinceReferenceDate", "Workflow.now"),
        ("_ = \"\\(UUID().uuidString) \\(UUID())\"", "Workflow.uuid()"),
        ("struct Inner { var since = Date() }", "Workflow.now"),
    ]

    /// The same for what only `@Workflow` finds, because no name that could be hidden stands in it.
    private static let wrongInMacro: [(code: String, says: String)] = [
        ("_ = Int.random(in: 0..<5)", "Workflow.random(in:)"), ("_ = UInt8.random(in: 0...5)", "Workflow.random(in:)"),
        ("let die: Int = .random(in: 1...6)", "Workflow.random(in:)"),
        ("_ = Double.random(in: 0..<1)", "Workflow.randomDouble()"), ("_ = Bool.random()", "Workflow.random(in:"),
        ("_ = \"\\([1, 2].map { _ in Swift.Int.random(in: 0..<5) })\"", "Workflow.random(in:)"),
        ("_ = [1, 2].shuffled()", "Workflow.shuffled(_:)"), ("numbers.shuffle()", "Workflow.shuffled(_:)"),
        ("_ = numbers.randomElement()!", "Workflow.random(in:)"),
        ("_ = optional?.randomElement()", "Workflow.random(in:)"),
        ("_ = input.timeIntervalSinceNow", "date.timeIntervalSince(Workflow.now)"),
        ("_ = [input].map(\\.timeIntervalSinceNow)", "date.timeIntervalSince(Workflow.now)"),
        ("_ = Date.init()", "Workflow.now"), ("_ = Date.init(timeIntervalSinceNow: 5)", "Workflow.now"),
        ("_ = [5.0].map(Date.init(timeIntervalSinceNow:))", "Workflow.now"),
        ("_ = Foundation.Date()", "Workflow.now"), ("_ = Foundation.Date.now", "Workflow.now"),
        ("func local() -> Date { Date.now }", "use Workflow.now"),
        ("let since: Date? = .now", "Workflow.now"), ("let from: Foundation.Date = .init()", "Workflow.now"),
        ("func at(_ date: Date = .now) {}", "Workflow.now"),
        ("_ = UUID.init()", "Workflow.uuid()"), ("let id: UUID = .init()", "Workflow.uuid()"),
        ("_ = Foundation.UUID()", "Workflow.uuid()"), ("_ = Calendar.current", "Calendar(identifier:)"),
        ("_ = TimeZone.current.identifier", "TimeZone(identifier:)"),
        ("_ = ProcessInfo.processInfo.environment", "an activity"), ("_ = time(nil)", "Workflow.now"),
        ("_ = drand48()", "Workflow.randomDouble()"), ("_ = [String: Date]()", "Dictionary<String, Date>"),
        ("_ = [UUID: Int]()", "Dictionary<UUID, Int>"),
        ("_ = try JSONDecoder().decode([UUID].self, from: Data())", "Array<UUID>"),
        ("_ = [[Date]]()", "Array<Array<Date>>"),
        ("struct Draw { var first = Int.random(in: 0..<5) }", "Workflow.random(in:)"),
    ]

    private static let right = """
        func use(_ values: Any...) {}
        actor Right: WorkflowDefinition {
            private var since: Date = .distantPast
            private let epoch = Date(timeIntervalSince1970: 0)
            private var dates: [Date] = []
            private var id: UUID?
            func run(_ input: Date) async throws -> Date {
                guard !Task.isCancelled else { return Date.distantFuture }
                try Task.checkCancellation()
                await Task.yield()
                var list = [Date]()
                list.append(Date(timeInterval: 5, since: input))
                id = UUID(uuidString: "00000000-0000-0000-0000-000000000000")
                since = try Date("2026-07-01T00:00:00Z", strategy: .iso8601)
                let now: Date = Workflow.now
                dates += [1.0, 2.0].map(Date.init(timeIntervalSince1970:))
                dates.append(try JSONDecoder().decode(Date.self, from: Data("0".utf8)))
                id = ["x"].compactMap(UUID.init(uuidString:)).first
                use(UUID.self, Set<UUID>(), now.formatted(Date.ISO8601FormatStyle.iso8601))
                let handle: Task<Void, Never>? = nil
                guard handle == nil else { return now }
                let empty: [String: Date] = [:]
                use(empty, Dictionary<String, Date>(), [String: Foundation.Date](), [UUID](), Optional<Date>.none as Any)
                use(input.timeIntervalSince(now), Date.init(timeIntervalSince1970: 5))
                use(try JSONDecoder().decode(Array<UUID>.self, from: Data()), input as Date)
                try await Workflow.sleep(for: .seconds(1))
                return max(now, since, epoch)
            }
        }
        """

    /// What looks much like it, and is the workflow's own affair.
    private static let rightInMacro = """
        func use(_ values: Any...) {}
        struct Dice: RandomNumberGenerator {
            static func random(in range: Range<Int>) -> Int { range.lowerBound }
            mutating func next() -> UInt64 { 4 }
        }
        enum Delivery { case now, later }
        @WorkflowMacros.Workflow actor Right {
            private var since: Date = .distantPast
            private var delivery: Delivery = .now
            func run(_ input: Date) async throws -> Date {
                var dice = Dice()
                use(Int.random(in: 0..<5, using: &dice), [1].shuffled(using: &dice), [1].randomElement(using: &dice))
                use(try Workflow.random(in: 0..<5), try Workflow.shuffled([1]), Dice.random(in: 0..<5))
                use(input.timeIntervalSince(Workflow.now), input.timeIntervalSinceReferenceDate, time(5))
                use([1.0].map(Date.init(timeIntervalSince1970:)), UUID.init(uuidString: "") as Any)
                use(Calendar(identifier: .gregorian), TimeZone(identifier: "UTC") as Any, Locale(identifier: "bn"))
                delivery = .now
                return Date.init(timeIntervalSince1970: 5)
            }
            func time(_ hour: Int) -> Int { hour }
            @ActivityContainer struct Lottery {
                @Activity func draw() -> Int { Int.random(in: 0..<5) + (Bool.random() ? 1 : 0) }
            }
        }
        """

    @Test func `what differs in every replay does not compile in a workflow type and names its replacement`() throws {
        let head = ["actor Wrong: WorkflowDefinition {", "func run(_ input: Date) async throws -> NoValue {"]
        try expectErrors(Self.wrong, after: head, before: ["return NoValue()", "}", "}"])
    }

    @Test func `where no name can be hidden, the macro finds what differs in every replay`() throws {
        let head = [
            "@WorkflowMacros.Workflow actor Wrong {", "func run(_ input: Date) async throws -> NoValue {",
            "var numbers = [1, 2]", "let optional: [Int]? = nil",
        ]
        try expectErrors(Self.wrongInMacro, after: head, before: ["return NoValue()", "}", "}"])
    }

    /// Compiles the lines in their surroundings: each has its error, and nothing else has one.
    private func expectErrors(
        _ wrong: [(code: String, says: String)],
        after head: [String],
        before tail: [String]
    ) throws {
        let lines = Self.imports + head
        let first = lines.count + 1
        let errors = try Compiler.errors((lines + wrong.map(\.code) + tail).joined(separator: "\n"))
        for (offset, wrong) in wrong.enumerated() {
            let found = errors[first + offset] ?? []
            #expect(found.contains { $0.contains(wrong.says) }, "\(wrong.code): \(found)")
        }
        #expect(errors.keys.allSatisfy { (first..<first + wrong.count).contains($0) }, "\(errors)")
    }

    @Test func `what comes out the same stays usable`() throws {
        for code in [Self.right, Self.rightInMacro] {
            let errors = try Compiler.errors(Self.imports.joined(separator: "\n") + "\n" + code)
            #expect(errors.isEmpty, "\(errors)")
        }
    }
}
