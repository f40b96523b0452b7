import Foundation
import Testing

/// The Swift compiler, against the modules that were built with the tests.
enum Compiler {
    /// What it says of one line.
    struct Diagnostic: Hashable, CustomStringConvertible {
        var isError: Bool
        var text: String

        var description: String { (isError ? "error: " : "warning: ") + text }
    }

    /// The errors of a text, by line.
    static func errors(_ code: String) throws -> [Int: [String]] {
        let directory = FileManager.default.temporaryDirectory.appending(path: "compile-\(UUID())")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        let file = directory.appending(path: "Snippet.swift")
        try Data(code.utf8).write(to: file)
        return try diagnostics(of: file).mapValues { $0.filter(\.isError).map(\.text) }.filter { !$0.value.isEmpty }
    }

    /// Errors and warnings of a file that is no main program, by line.
    static func diagnostics(of file: URL) throws -> [Int: [Diagnostic]] {
        let modules = try #require(products(), "the modules are not beside the tests")
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments =
            ["swiftc", "-typecheck", "-parse-as-library", "-swift-version", "6"]
            + [
                "-enable-upcoming-feature", "NonisolatedNonsendingByDefault", "-I",
                modules.appending(path: "Modules").path,
            ]
            + ["-load-plugin-executable", "\(modules.path)/WorkflowMacrosPlugin-tool#WorkflowMacrosPlugin"]
            + ["-Xcc", "-fmodule-map-file=\(modules.path)/CWorkflowHooks.build/module.modulemap", file.path]
        let pipe = Pipe()
        process.standardError = pipe
        process.standardOutput = FileHandle.nullDevice
        try process.run()
        let text = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        var found: [Int: [Diagnostic]] = [:]
        let name = file.lastPathComponent
        for line in text.split(separator: "\n") {
            guard let match = line.firstMatch(of: #/([^/:]+):(\d+):\d+: (error|warning): (.*)/#), match.1 == name else {
                continue
            }
            found[Int(match.2) ?? 0, default: []].append(
                Diagnostic(isError: match.3 == "error", text: String(match.4))
            )
        }
        // An error without a line, a module that is missing for instance.
        if found.isEmpty, process.terminationStatus != 0 { found[0] = [Diagnostic(isError: true, text: text)] }
        return found
    }

    private static func products() -> URL? {
        let argument = URL(filePath: ProcessInfo.processInfo.arguments.first ?? ".")
        let places = [Bundle.main.bundleURL] + Bundle.allBundles.map(\.bundleURL) + [argument]
        return places.flatMap { [$0, $0.deletingLastPathComponent()] }.first {
            FileManager.default.fileExists(atPath: $0.appending(path: "Modules/WorkflowRuntime.swiftmodule").path)
        }
    }
}
