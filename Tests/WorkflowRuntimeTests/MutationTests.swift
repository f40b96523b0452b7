import Foundation
import Testing
import WorkflowAPI
import WorkflowTesting

@testable import WorkflowRuntime

/// Sixty single edits that break determinism, five of a kind: each is caught by the compiler, at run time or by replay, and
/// the code before the edit raises no alarm. Replay runs in two processes, as hashes are seeded in each anew.
@Suite(.serialized) struct MutationTests {
    /// What came of replaying one history.
    private struct Replayed: Codable {
        var before: String
        var after: String
        var caught: Bool
    }

    /// What one process found, and where it stood.
    private struct Outcome: Codable {
        var process: Int32
        /// Differs from one process to the next, as hashes are seeded anew in each.
        var hash: Int
        var replayed: [Replayed]

        init(of folder: URL) throws {
            process = ProcessInfo.processInfo.processIdentifier
            hash = "seed".hashValue
            replayed = try MutationTests.replay(folder)
        }
    }

    private static let folder = "MUTATION_HISTORIES"
    private static var environment: [String: String] { ProcessInfo.processInfo.environment }

    /// The history of a run with some code; nil if it left the run.
    private static func history(_ code: Mutant.Code, pokes: Int) async throws -> [HistoryEvent]? {
        try await Mutant.$current.withValue(code) {
            let environment = TimeSkippingEnvironment(
                workflows: [WorkflowRegistration(Mutant.self)],
                activities: Mutant.activities,
                // What is to be caught by replay is replayed below, in two processes.
                replaysHistories: false
            )
            let handle = try await environment.client.start(
                Mutant.self,
                id: "m",
                taskQueue: environment.taskQueue,
                input: NoValue()
            )
            do {
                try await environment.settle()
                for _ in 0..<pokes {
                    try await handle.signal("poke", NoValue())
                    try await environment.settle()
                }
                _ = try await environment.result(of: handle)
            } catch is StuckError {
                return nil
            }
            return try await environment.history(of: "m")
        }
    }

    private static func outcome(_ code: Mutant.Code, _ history: [HistoryEvent]) -> String {
        Mutant.$current.withValue(code) {
            do {
                try WorkflowReplayer([WorkflowRegistration(Mutant.self)]).replay(history)
                return "fits"
            } catch is NondeterminismReport {
                return "differs"
            } catch {
                return "failed: \(error)"
            }
        }
    }

    /// Both codes against the histories of a folder: `N.before.json`, `N.after.json`.
    private static func replay(_ folder: URL) throws -> [Replayed] {
        try Edit.all.enumerated().map { index, edit in
            func events(_ name: String) throws -> [HistoryEvent]? {
                let file = folder.appending(path: "\(index).\(name).json")
                guard let data = try? Data(contentsOf: file) else { return nil }
                return try HistoryJSON.decode(data)
            }
            let before = try #require(try events("before"), "edit \(index) has no history")
            let fits = outcome(edit.before, before)
            guard edit.isUnsteady else {
                let after = outcome(edit.after, before)
                return Replayed(before: fits, after: after, caught: after == "differs")
            }
            // Without a history it was caught when it ran.
            guard let own = try events("after") else {
                return Replayed(before: fits, after: "left the run", caught: true)
            }
            let after = outcome(edit.after, own)
            return Replayed(before: fits, after: after, caught: after != "fits")
        }
    }

    /// Which edits the compiler finds where they stand in a workflow of `@Workflow`.
    private static func compiled() throws -> Set<Int> {
        let lines = Edit.all.enumerated().compactMap { index, edit in edit.line.map { (index, $0) } }
        let head = [
            "import Foundation", "import WorkflowMacros", "import WorkflowRuntime",
            "@WorkflowMacros.Workflow actor Ringer {",
            "var names: Set<String> = []", "var ranks: [String: Int] = [:]",
            "func ring(_ name: String = \"\") async throws {}",
            "func run(_ deadline: Date) async throws -> NoValue {",
        ]
        let code = (head + lines.map(\.1) + ["return NoValue()", "}", "}"]).joined(separator: "\n")
        let errors = try Compiler.errors(code)
        return Set(lines.enumerated().filter { errors[head.count + 1 + $0.offset] != nil }.map(\.element.0))
    }

    @Test(.enabled(if: environment[folder] != nil))
    func `another process replays the histories of the edits`() throws {
        let folder = URL(filePath: try #require(Self.environment[Self.folder]))
        try JSONEncoder().encode(Outcome(of: folder)).write(to: folder.appending(path: "outcome.json"))
    }

    @Test(.enabled(if: environment[folder] == nil))
    func `sixty edits that break determinism are all caught, and the code before them raises no alarm`() async throws {
        for kind in Edit.Kind.allCases { #expect(Edit.all.count { $0.kind == kind } == 5, "\(kind.rawValue)") }
        let folder = FileManager.default.temporaryDirectory.appending(path: "mutations-\(UUID())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        for (index, edit) in Edit.all.enumerated() {
            let before = try #require(
                await Self.history(edit.before, pokes: edit.pokes),
                "edit \(index) of \(edit.kind)"
            )
            try Self.write(before, folder, "\(index).before")
            if edit.isUnsteady, let after = try await Self.history(edit.after, pokes: edit.pokes) {
                try Self.write(after, folder, "\(index).after")
            }
        }
        let first = try Outcome(of: folder)
        let second = try Self.replayElsewhere(folder)
        #expect(first.process != second.process && first.hash != second.hash, "two processes, two seeds of hashes")
        let (here, there) = (first.replayed, second.replayed)
        let compiled = try Self.compiled()
        #expect(Edit.Kind.allCases.count == 12 && here.count == 60 && there.count == 60)
        for (index, edit) in Edit.all.enumerated() {
            let place = "edit \(index), \(edit.kind.rawValue)"
            #expect(here[index].before == "fits" && there[index].before == "fits", "\(place): a false alarm")
            #expect(
                compiled.contains(index) == (edit.line != nil),
                "\(place): the compiler finds it where the type can be seen"
            )
            // What the compiler finds is caught in a helper too, where it cannot.
            #expect(
                here[index].caught || there[index].caught,
                "\(place): here \(here[index].after), there \(there[index].after)"
            )
        }
        Self.printTable(compiled, here, there)
    }

    private static func write(_ history: [HistoryEvent], _ folder: URL, _ name: String) throws {
        try Data(HistoryJSON.encode(history).utf8).write(to: folder.appending(path: "\(name).json"))
    }

    /// This program again, with only the test that replays.
    private static func replayElsewhere(_ folder: URL) throws -> Outcome {
        let process = Process()
        let arguments = ProcessInfo.processInfo.arguments
        process.executableURL = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
        var passed = ["--filter", "another process replays the histories", "--testing-library", "swift-testing"]
        if let bundle = arguments.firstIndex(of: "--test-bundle-path"), bundle + 1 < arguments.count {
            passed += ["--test-bundle-path", arguments[bundle + 1], arguments[bundle + 1]]
        }
        process.arguments = passed
        process.environment = environment.merging([Self.folder: folder.path]) { $1 }
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        let outcome = try #require(
            try? Data(contentsOf: folder.appending(path: "outcome.json")),
            "the other process left no outcome: \(process.terminationStatus) \(arguments)"
        )
        return try JSONDecoder().decode(Outcome.self, from: outcome)
    }

    private static func printTable(_ compiled: Set<Int>, _ here: [Replayed], _ there: [Replayed]) {
        func row(_ name: String, _ columns: [String]) {
            print(
                ([name.padding(toLength: 35, withPad: " ", startingAt: 0)]
                    + columns.map {
                        $0.padding(toLength: 11, withPad: " ", startingAt: 0)
                    }).joined()
            )
        }
        func counts(_ edits: [Int]) -> [String] {
            let fled = edits.count { here[$0].after.hasPrefix("left") || here[$0].after.hasPrefix("failed") }
            return [
                edits.count, edits.count(where: compiled.contains), fled, edits.count { here[$0].after == "differs" },
                edits.count { there[$0].after == "differs" },
                edits.count { compiled.contains($0) || here[$0].caught || there[$0].caught },
                edits.count { here[$0].before != "fits" || there[$0].before != "fits" },
            ].map(String.init)
        }
        row("mutations caught by", ["edits", "compiler", "run time", "replay", "elsewhere", "caught", "false"])
        for kind in Edit.Kind.allCases {
            row(kind.rawValue, counts(Edit.all.indices.filter { Edit.all[$0].kind == kind }))
        }
        row("all", counts(Array(Edit.all.indices)))
    }
}
