import Foundation
import Testing

/// What workflow code may not use does not compile, and says what to use instead. Compiles for real.
struct ShadowingTests {
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
    ]

    private static let right = """
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
                print(UUID.self, Set<UUID>(), now.formatted(Date.ISO8601FormatStyle.iso8601))
                let handle: Task<Void, Never>? = nil
                guard handle == nil else { return now }
                try await Workflow.sleep(for: .seconds(1))
                return max(now, since, epoch)
            }
        }
        """

    @Test func `what differs in every replay does not compile in a workflow type and names its replacement`() throws {
        var lines = [
            "import Foundation", "import Dispatch", "import WorkflowRuntime", "actor Wrong: WorkflowDefinition {",
        ]
        lines.append("func run(_ input: Date) async throws -> NoValue {")
        let first = lines.count + 1
        lines += Self.wrong.map(\.code)
        lines += ["return NoValue()", "}", "}"]
        let errors = try Compiler.errors(lines.joined(separator: "\n"))
        for (offset, wrong) in Self.wrong.enumerated() {
            let found = errors[first + offset] ?? []
            #expect(found.contains { $0.contains(wrong.says) }, "\(wrong.code): \(found)")
        }
        #expect(errors.keys.allSatisfy { (first..<first + Self.wrong.count).contains($0) }, "\(errors)")
    }

    @Test func `what comes out the same stays usable`() throws {
        let errors = try Compiler.errors("import Foundation\nimport WorkflowRuntime\n" + Self.right)
        #expect(errors.isEmpty, "\(errors)")
    }
}

/// The Swift compiler, against the modules that were built with the tests.
enum Compiler {
    /// The errors of a file, by line.
    static func errors(_ code: String) throws -> [Int: [String]] {
        let directory = FileManager.default.temporaryDirectory.appending(path: "compile-\(UUID())")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        let file = directory.appending(path: "Snippet.swift")
        try Data(code.utf8).write(to: file)
        let modules = try #require(products(), "the modules are not beside the tests")
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments =
            ["swiftc", "-typecheck", "-swift-version", "6", "-I", modules.appending(path: "Modules").path]
            + ["-Xcc", "-fmodule-map-file=\(modules.path)/CWorkflowHooks.build/module.modulemap", file.path]
        let pipe = Pipe()
        process.standardError = pipe
        process.standardOutput = FileHandle.nullDevice
        try process.run()
        let text = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        var errors: [Int: [String]] = [:]
        for match in text.matches(of: #/Snippet\.swift:(\d+):\d+: error: (.*)/#) {
            errors[Int(match.1) ?? 0, default: []].append(String(match.2))
        }
        // An error without a line, a module that is missing for instance.
        if errors.isEmpty, process.terminationStatus != 0 { errors[0] = [text] }
        return errors
    }

    private static func products() -> URL? {
        let argument = URL(filePath: ProcessInfo.processInfo.arguments.first ?? ".")
        let places = [Bundle.main.bundleURL] + Bundle.allBundles.map(\.bundleURL) + [argument]
        return places.flatMap { [$0, $0.deletingLastPathComponent()] }.first {
            FileManager.default.fileExists(atPath: $0.appending(path: "Modules/WorkflowRuntime.swiftmodule").path)
        }
    }
}
