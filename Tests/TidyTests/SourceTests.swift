import Foundation
import Testing

/// The source itself is tested: what a reader and an operator rely on.
@Suite struct SourceTests {
    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    static func sources(_ folder: String) -> [(name: String, text: String)] {
        let base = root.appending(path: folder)
        guard let files = FileManager.default.enumerator(at: base, includingPropertiesForKeys: nil) else { return [] }
        return files.compactMap { $0 as? URL }.filter { $0.pathExtension == "swift" }.compactMap { file in
            (try? String(contentsOf: file, encoding: .utf8)).map { (file.lastPathComponent, $0) }
        }
    }

    /// Lines of code without their comments.
    static func code(_ text: String) -> [Substring] {
        text.split(separator: "\n").filter { !$0.drop(while: \.isWhitespace).hasPrefix("//") }
    }

    @Test func `no file has more than 600 lines`() {
        let files = Self.sources("Sources")
        #expect(files.count > 50)
        for file in files { #expect(file.text.split(separator: "\n").count <= 600, "\(file.name)") }
    }

    @Test(arguments: ["WorkflowAPI", "WorkflowRuntime", "History"])
    func `clocks and identifiers are injected`(target: String) {
        let rim = ["EngineClock.swift"]
        for file in Self.sources("Sources/\(target)") where !rim.contains(file.name) {
            for line in Self.code(file.text) {
                for banned in ["Date()", "Date.now", " UUID()", "Task.sleep(", "ContinuousClock()"] {
                    #expect(!line.contains(banned), "\(file.name): \(line)")
                }
            }
        }
    }

    /// Commands of several machines have to agree on what is in force, and on whose claim has passed.
    @Test(arguments: ["ERP", "Tasks"])
    func `commands of the ERP pack go by the clock of the store`(folder: String) {
        let files = Self.sources("Sources/workflowctl/\(folder)")
        #expect(files.count > 5)
        for file in files {
            for line in Self.code(file.text) { #expect(!line.contains("Date()"), "\(file.name): \(line)") }
        }
    }

    /// They read the beginning of all that is mapped, and another thread may unmap a database in that moment.
    @Test func `stacks are looked up without reading what the process has mapped`() {
        for file in Self.sources("Sources") where file.name != "LoadedImages.swift" {
            for line in Self.code(file.text) {
                for banned in ["ImageMap.capture(", "Backtrace.capture(", ".symbolicated()"] {
                    #expect(!line.contains(banned), "\(file.name): \(line)")
                }
            }
        }
    }

    @Test func `nothing ends the process on what input can cause, and nothing is left for later`() {
        for file in Self.sources("Sources") {
            for line in Self.code(file.text) {
                for banned in ["fatalError(", "try!", " as!", "TODO", "FIXME"] {
                    #expect(!line.contains(banned), "\(file.name): \(line)")
                }
            }
        }
    }

    @Test func `the root has fewer than fifteen entries`() throws {
        let entries = try FileManager.default.contentsOfDirectory(atPath: Self.root.path)
            .filter { !$0.hasPrefix(".build") && ![".git", "Package.resolved"].contains($0) }
        #expect(entries.count < 15, "\(entries.sorted())")
    }

    @Test func `the programs in the README are the examples that are built`() throws {
        let readme = try String(contentsOf: Self.root.appending(path: "README.md"), encoding: .utf8)
        let blocks = readme.components(separatedBy: "```swift\n").dropFirst().map {
            $0.components(separatedBy: "```")[0]
        }
        func trimmed(_ text: String) -> [String] {
            Self.code(text).map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
        }
        for (marker, example) in [
            ("struct GreetingCtl", "Greeting/Greeting.swift"), ("WorkflowEngine.open", "Embedded/Embedded.swift"),
            ("actor Reminder", "Embedded/Embedded.swift"),
        ] {
            let block = try #require(blocks.first { $0.contains(marker) })
            let file = Self.root.appending(path: "Examples").appending(path: example)
            let code = trimmed(try String(contentsOf: file, encoding: .utf8))
            for line in trimmed(block) { #expect(code.contains(line), "\(example) lacks: \(line)") }
        }
    }
}
