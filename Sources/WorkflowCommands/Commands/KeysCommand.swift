import ArgumentParser
import Foundation
import WorkflowAPI
import WorkflowRuntime

struct KeysCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "keys",
        abstract: "Makes keys for the encryption of payloads and the chain of histories.",
        subcommands: [Generate.self]
    )

    struct Generate: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Prints a new line for the file of --payload-keys, or of --history-key.",
            discussion: """
                (umask 077; \(ProgramName.current) keys generate --id k2026 >> payload.keys) adds it to a file that nobody \
                else can read. The first key of the file encrypts, unless another line ends with 'active'; all decrypt. Keep \
                a copy elsewhere: what was encrypted with a lost key is lost.
                """
        )

        @OptionGroup var global: GlobalOptions
        @Option(help: "The key's id, which stands in the clear in histories. (default: today's date, as k2026-03-31)")
        var id: String?

        func run() async throws {
            try await global.reporting {
                var generator = SystemRandomNumberGenerator()
                let line = try PayloadKeys.newLine(id: id ?? "k\(Self.today)", using: &generator)
                guard global.json else { return Output.line(line) }
                let words = line.split(separator: " ").map(String.init)
                Output.json(["id": words.first, "key": words.last])
            }
        }

        private static var today: String { Date().formatted(.iso8601.year().month().day()) }
    }
}
