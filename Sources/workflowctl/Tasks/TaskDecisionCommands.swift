import ArgumentParser
import ERPWorkflows
import History
import WorkflowAPI
import WorkflowCommands

struct TaskApproveCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "approve",
        abstract: "Approves, and tells whether that counts; exits 1 if it does not."
    )

    @OptionGroup var global: GlobalOptions
    @OptionGroup var person: PersonOption
    @Argument(help: "The task (T-12), or the workflow when it waits for you once.") var task: String
    @Option(help: "Words that stay with the approval.") var comment: String?

    func validate() throws { try checkWords(comment, "--comment") }

    func run() async throws {
        try await TaskDecision(global, person, task).carryOut("approve") { approver in
            ApprovalSignal(approver: approver, comments: comment)
        }
    }
}

struct TaskRejectCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reject",
        abstract: "Rejects, and tells whether that counts; exits 1 if it does not."
    )

    @OptionGroup var global: GlobalOptions
    @OptionGroup var person: PersonOption
    @Argument(help: "The task (T-12), or the workflow when it waits for you once.") var task: String
    @Option(help: "Why; the requester is told.") var reason: String

    func validate() throws { try checkSaid(reason, "--reason") }

    func run() async throws {
        try await TaskDecision(global, person, task).carryOut("reject") { approver in
            RejectionSignal(approver: approver, reason: reason)
        }
    }
}

/// Refuses words that are too long for a decision.
func checkWords(_ words: String?, _ option: String) throws {
    guard let words, words.unicodeScalars.count > 2000 else { return }
    throw ValidationError("\(option) must have at most 2000 characters")
}

/// Refuses words that say nothing, or are too long.
func checkSaid(_ words: String, _ option: String) throws {
    guard words.contains(where: { !$0.isWhitespace }) else { throw ValidationError("\(option) must not be empty") }
    try checkWords(words, option)
}

/// A decision on the way to its workflow, and what came of it.
struct TaskDecision {
    private let global: GlobalOptions
    private let option: PersonOption
    private let name: String

    init(_ global: GlobalOptions, _ option: PersonOption, _ name: String) {
        self.global = global
        self.option = option
        self.name = name
    }

    /// Sends the signal and tells what came of it. Ends with 1 when the decision does not count.
    func carryOut<Signal: Encodable & SendableMetatype>(
        _ signal: String,
        to use: TaskUse = .decide,
        _ make: (_ approver: String) -> Signal
    ) async throws {
        var isRefused = false
        try await global.withERPEngine { engine, database in
            let person = try await ActingPerson(option, in: global.tenant.rawValue, database, at: engine.now().date)
            let task = try await WaitingTasks(engine, global.tenant, database).task(name, to: use, for: person)
            let id = person.user.id
            let fate = try await TaskSignal(task, engine).decide(signal, make(id), by: id)
            isRefused = tell(fate, task, id)
        }
        if isRefused { throw ExitCode(1) }
    }

    private static let words: [ApprovalHistoryEntry.Outcome: String] = [
        .infoRequested: "asked", .infoProvided: "answered",
    ]

    /// Says whether it was refused.
    private func tell(_ fate: TaskSignal.Fate, _ task: HumanTask, _ person: String) -> Bool {
        switch fate {
        case .accepted(let entry):
            if global.json {
                Output.json(json(task, entry.outcome.rawValue, onBehalfOf: entry.onBehalfOf, reason: nil))
            } else {
                let deputy = entry.onBehalfOf.map { " for \($0)" } ?? ""
                let level = entry.outcome == .infoProvided ? "" : entry.levelTitle.map { " as \($0)" } ?? ""
                let waits = entry.outcome == .kept ? "; it waits until that level opens" : ""
                let word = Self.words[entry.outcome] ?? entry.outcome.rawValue
                Output.line("\(task.title): \(word) by \(person)\(deputy)\(level)\(waits)")
            }
            return false
        case .refused(let reason):
            if global.json {
                Output.json(json(task, "refused", onBehalfOf: nil, reason: reason))
            } else {
                Output.error("\(task.name) does not count: \(reason)")
            }
            return true
        case .unknown:
            if global.json {
                Output.json(json(task, "taken", onBehalfOf: nil, reason: nil))
            } else {
                Output.note(
                    "taken, but no worker has looked at it yet; whether it counts: "
                        + "'\(ProgramName.current) query \(task.key.workflowId) approvalHistory'"
                )
            }
            return false
        }
    }

    private func json(
        _ task: HumanTask,
        _ outcome: String,
        onBehalfOf: String?,
        reason: String?
    ) -> [String: any JSONRepresentable] {
        [
            "task": task.name, "workflowId": task.key.workflowId, "outcome": outcome, "onBehalfOf": onBehalfOf,
            "reason": reason,
        ]
    }
}
