import ArgumentParser
import ERPWorkflows
import Foundation
import History
import WorkflowAPI
import WorkflowCommands

struct DemoCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo",
        abstract:
            "A company's day: orders approved, a worker killed in the middle, an invoice paid, an engineer onboarded.",
        discussion: "Works in a new file in a new directory, which stays for you to look at, or in an empty --store."
    )

    @Option(help: "Where to work: sqlite:PATH of a file that does not exist yet.") var store: String?

    func run() async throws {
        do {
            let story = try DemoStory(store: store)
            try await story.tell()
        } catch let error as WorkflowServiceError {
            Output.error(error.description)
            throw ExitCode(1)
        }
    }
}
