import Foundation
import WorkflowAPI

/// The runs in a file that `export` wrote: one object a line, or one object over any number of lines.
enum ExportFile {
    /// One run.
    struct Part {
        /// The file, and the line where there are several.
        var name: String
        var text: Data

        /// The run. Throws a refusal on one line.
        func export() throws -> RunExport {
            do {
                return try RunExport(json: text)
            } catch let error where error is JSONProblem || error is CodecError {
                throw WorkflowServiceError(.invalidArgument, "\(error)")
            }
        }
    }

    /// The parts of a file, or of standard input for `-`. Throws a refusal when it cannot be read.
    static func parts(of path: String) throws -> [Part] {
        let text = try InputFile.contents(of: path)
        let name = path == "-" ? "standard input" : path
        let lines = text.split(separator: UInt8(ascii: "\n")).enumerated().filter { !isBlank($0.element) }
        // A line that begins an object and does not end it is the first of an object over several.
        guard lines.count > 1, lines.allSatisfy({ isObject($0.element) }) else { return [Part(name: name, text: text)] }
        return lines.map { Part(name: "\(name), line \($0.offset + 1)", text: $0.element) }
    }

    private static func isBlank(_ line: Data) -> Bool { line.allSatisfy { $0 == 0x20 || $0 == 0x09 || $0 == 0x0D } }

    private static func isObject(_ line: Data) -> Bool {
        let first = line.first { $0 != 0x20 && $0 != 0x09 }
        let last = line.last { $0 != 0x20 && $0 != 0x09 && $0 != 0x0D }
        return first == UInt8(ascii: "{") && last == UInt8(ascii: "}")
    }
}
