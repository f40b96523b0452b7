import Foundation
import Testing

/// Ten megabytes, from a file and from standard input, in a start and in a signal: one line, and nothing is stored.
@Suite(.serialized) struct LargePayloadTests {
    @Test(arguments: [true, false])
    func `a payload of ten megabytes is refused before anything is stored`(isFile: Bool) throws {
        let program = try Program()
        defer { program.remove() }
        let large = program.directory.appending(path: "large.json")
        try Data(("\"" + String(repeating: "x", count: 10_000_000) + "\"").utf8).write(to: large)
        func expectRefusal(_ arguments: [String]) throws {
            let outcome =
                isFile
                ? try program.run(arguments + ["--input", "@\(large.path)"])
                : try program.run(input: large, arguments + ["--input", "-"])
            #expect(outcome.status == 1, "\(outcome.errors.prefix(300))")
            #expect(outcome.errors.contains("the limit is 2097152"), "\(outcome.errors.prefix(300))")
            #expect(outcome.errors.split(separator: "\n").count == 1)
            #expect(outcome.errors.utf8.count < 300)
            #expect(outcome.output.isEmpty)
        }
        try expectRefusal(["start", "Greeting", "--id", "large"])
        #expect(try program.contents().keys.sorted() == ["large.json"], "not even the file is made")
        #expect(try program.run("start", "Greeting", "--id", "g", "--input", #""Hello""#).status == 0)
        let before = try program.run("show", "g", "--json").output
        try expectRefusal(["start", "Greeting", "--id", "large"])
        try expectRefusal(["signal", "g", "greet"])
        #expect(try program.run("count").output == "running 1")
        #expect(try program.run("show", "g", "--json").output == before)
    }
}
