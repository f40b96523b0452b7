import ArgumentParser
import History
import WorkflowAPI

struct InboxCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "inbox",
        abstract: "Starts and signals that other programs wrote as rows, and that were refused.",
        subcommands: [List.self, Retry.self, Drop.self]
    )

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Lists what was refused, the oldest first, with why.")
        @OptionGroup var global: GlobalOptions

        func run() async throws {
            try await global.withEngine { engine in
                for row in try await engine.refusedInboxRows(in: global.tenant) {
                    if global.json { Output.json(row.json) } else { Output.text(row.problemText.line) }
                }
            }
        }
    }

    struct Retry: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Lets a refused row be tried again.")
        @OptionGroup var global: GlobalOptions
        @Argument(help: "Its request id.") var requestID: String

        func run() async throws {
            try await global.withEngine { engine in
                try await engine.retryInboxRow(requestID, in: global.tenant)
                let left = try await engine.deliverInbox(requestID, in: global.tenant)
                if let left { throw WorkflowServiceError(.invalidArgument, "refused again: \(left.problem)") }
                if global.json { Output.json(["requestId": requestID]) }
            }
        }
    }

    struct Drop: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Forgets a refused row.")
        @OptionGroup var global: GlobalOptions
        @Argument(help: "Its request id.") var requestID: String

        func run() async throws {
            try await global.withEngine { engine in
                try await engine.dropInboxRow(requestID, in: global.tenant)
                if global.json { Output.json(["requestId": requestID]) }
            }
        }
    }
}

extension RefusedInboxRow {
    /// What is wrong and what to do next.
    var problemText: ProblemText {
        ProblemText(
            subject: "inbox row \(requestID)",
            what:
                "the \(kind) of \(kind == "start" ? "\(workflowID) (\(name))" : "\(name) to \(workflowID)") was refused at "
                + "\(refusedTime.text): \(problem)",
            nextStep: "mend what is wrong, then 'inbox retry \(requestID)', or 'inbox drop \(requestID)'"
        )
    }

    /// The line of a listing as JSON.
    var json: [String: any JSONRepresentable] {
        [
            "problem": "inboxRefused", "requestId": requestID, "kind": kind, "workflowId": workflowID.rawValue,
            "name": name, "reason": problem, "refusedTime": refusedTime, "nextStep": problemText.nextStep,
        ]
    }
}
