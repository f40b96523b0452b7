import ArgumentParser
import ERPWorkflows
import Foundation
import History
import Logging
import WorkflowAPI
import WorkflowCommands

struct OutboxCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "outbox",
        abstract: "Shows what people and vendors were told, oldest first; delivers what waits.",
        discussion: "'worker --notify' delivers all the time; 'deliver' does it once.",
        subcommands: [ShowOutboxCommand.self, DeliverCommand.self, RetryOutboxCommand.self],
        defaultSubcommand: ShowOutboxCommand.self
    )
}

struct ShowOutboxCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Shows what people and vendors were told, oldest first, and how far it has come."
    )

    @OptionGroup var global: GlobalOptions

    func run() async throws {
        try await global.withERP { database, tenant in
            for delivery in try await SQLOutbox(database: database).deliveries(of: tenant) {
                let message = delivery.message
                guard !global.json else {
                    var object: [String: any JSONRepresentable] = [
                        "time": message.time.rfc3339, "recipient": message.recipient, "address": message.address,
                        "kind": message.kind, "subject": message.subject, "body": message.body,
                        "state": delivery.state.rawValue, "attempts": delivery.attempts,
                    ]
                    if delivery.state == .waiting { object["nextTime"] = delivery.nextTime.rfc3339 }
                    if let error = delivery.lastError { object["lastError"] = error }
                    Output.json(object)
                    continue
                }
                let error = delivery.lastError.map { ": \($0)" } ?? ""
                let state = delivery.state == .sent ? "" : "  [\(delivery.state.rawValue)\(error)]"
                Output.line(
                    "\(message.time.dhaka)  to \(message.recipient) <\(message.address)>: \(message.subject)\(state)"
                )
            }
        }
    }
}

struct DeliverCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "deliver",
        abstract: "Delivers what is due, once; exits 1 when something could not be sent.",
        discussion: """
            --notify log writes a line for each message. --notify command:PATH runs the program for each, with the message \
            as one JSON object on its standard input; exit code 0 means that it is sent, 64 to 78 but 75 that it never \
            will be, anything else that it is to be tried again. A message may come twice; its "id" is the same then.
            """
    )

    @OptionGroup var global: GlobalOptions
    @Option(help: "How: \(NotifyOption.help). (WORKFLOW_NOTIFY)") var notify: String?

    func run() async throws {
        guard let how = NotifyOption.chosen(notify) else {
            throw ValidationError("say how with --notify: \(NotifyOption.help)")
        }
        let sender = try NotifyOption.sender(how) { Output.line($0) }
        try await global.withERPEngine { engine, database in
            let delivery = OutboxDelivery(
                outbox: SQLOutbox(database: database),
                tenant: global.tenant.rawValue,
                sender: sender,
                environment: .live { engine.now().date },
                logger: Logger(label: ProgramName.current) { StreamLogHandler.standardError(label: $0) }
            )
            let report = try await delivery.deliver()
            if global.json {
                Output.json(["sent": report.sent, "postponed": report.postponed, "failed": report.failed])
            } else {
                Output.note("\(report.sent) sent, \(report.postponed) to be tried again, \(report.failed) failed")
            }
            if report.postponed + report.failed > 0 { throw ExitCode(1) }
        }
    }
}

struct RetryOutboxCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "retry",
        abstract: "Lets messages that were given up wait again."
    )

    @OptionGroup var global: GlobalOptions

    func run() async throws {
        try await global.withERPEngine { engine, database in
            let count = try await SQLOutbox(database: database)
                .retryFailed(in: global.tenant.rawValue, at: engine.now().date)
            if global.json {
                Output.json(["waiting": count])
            } else {
                Output.line("\(Output.count(count, "message")) will be tried again")
            }
        }
    }
}
