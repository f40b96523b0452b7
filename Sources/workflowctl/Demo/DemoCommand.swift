import ArgumentParser
import ERPWorkflows
import Foundation
import History
import WorkflowAPI
import WorkflowCommands

struct DemoCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo",
        abstract: "Three purchase orders, right and wrong approvers, and a worker that is killed in the middle.",
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
