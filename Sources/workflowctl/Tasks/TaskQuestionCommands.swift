import ArgumentParser
import ERPWorkflows
import WorkflowCommands

struct TaskAskCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ask",
        abstract:
            "Asks the requester something; the clock of the level stands until they answer. Exits 1 if it does not count."
    )

    @OptionGroup var global: GlobalOptions
    @OptionGroup var person: PersonOption
    @Argument(help: "The task (T-12), or the workflow when it waits for you once.") var task: String
    @Option(help: "What you want to know; the requester is told.") var question: String

    func validate() throws { try checkSaid(question, "--question") }

    func run() async throws {
        try await TaskDecision(global, person, task).carryOut("requestInfo") { person in
            InfoRequestSignal(requestedBy: person, question: question)
        }
    }
}

struct TaskAnswerCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "answer",
        abstract: "Answers a question about what you requested, or as a deputy; exits 1 if it does not count."
    )

    @OptionGroup var global: GlobalOptions
    @OptionGroup var person: PersonOption
    @Argument(help: "The task of the question (T-12), or the workflow.") var task: String
    @Option(help: "The answer; who asked is told.") var text: String

    func validate() throws { try checkSaid(text, "--text") }

    func run() async throws {
        try await TaskDecision(global, person, task).carryOut("provideInfo", to: .answer) { person in
            InfoAnswerSignal(answer: text, providedBy: person)
        }
    }
}
