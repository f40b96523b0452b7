import Foundation
import Testing

/// `Examples/Misuse/Misuse.swift` says of each line what the compiler says of it; so does docs/MISUSES.md.
struct MisuseTests {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()
    private static let file = root.appending(path: "Examples/Misuse/Misuse.swift")

    /// What lines are expected to be told, by their number.
    private static func expected() throws -> [Int: (isError: Bool, says: String)] {
        let lines = try String(contentsOf: file, encoding: .utf8).components(separatedBy: "\n")
        var expected: [Int: (isError: Bool, says: String)] = [:]
        for (index, line) in lines.enumerated() {
            guard let match = line.firstMatch(of: #/\/\/ (error|warning): (.*)$/#) else { continue }
            expected[index + 1] = (match.1 == "error", String(match.2))
        }
        return expected
    }

    @Test func `each misuse of the example is told its replacement at its line, and no other line is told anything`()
        throws
    {
        let expected = try Self.expected()
        #expect(expected.count >= 40)
        let found = try Compiler.diagnostics(of: Self.file)
        for (line, wanted) in expected.sorted(by: { $0.key < $1.key }) {
            let said = found[line] ?? []
            #expect(
                said.contains { $0.isError == wanted.isError && $0.text.contains(wanted.says) },
                "line \(line) should be told '\(wanted.says)', and is told: \(said)"
            )
        }
        let others = found.filter { expected[$0.key] == nil }
        #expect(others.isEmpty, "\(others)")
        // A warning would not keep the line from being compiled, so nothing stronger may hide behind it.
        for (line, wanted) in expected where !wanted.isError {
            #expect(found[line]?.contains(where: \.isError) == false, "line \(line)")
        }
    }

    @Test func `the page of misuses has every message of the example`() throws {
        let page = try String(contentsOf: Self.root.appending(path: "docs/MISUSES.md"), encoding: .utf8)
        for (line, wanted) in try Self.expected() where !wanted.says.hasPrefix("'") {
            #expect(page.contains(wanted.says), "docs/MISUSES.md lacks what line \(line) is told: \(wanted.says)")
        }
    }
}
