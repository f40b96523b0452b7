import ArgumentParser
import ERPWorkflows
import Foundation

/// How messages go out, as the command line says it.
enum NotifyOption {
    static let help = "log, or command:PATH"

    /// What is set for the process: the option, else the environment.
    static func chosen(_ option: String?) -> String? {
        option ?? ProcessInfo.processInfo.environment["WORKFLOW_NOTIFY"].flatMap { $0.isEmpty ? nil : $0 }
    }

    /// The sender that is meant. Throws a usage error.
    static func sender(_ how: String, log: @escaping @Sendable (String) -> Void) throws -> any NotificationSender {
        if how == "log" { return LogNotificationSender(write: log) }
        if how.hasPrefix("command:") {
            do {
                return try CommandNotificationSender(path: String(how.dropFirst("command:".count)))
            } catch {
                throw ValidationError("--notify: \(error)")
            }
        }
        if how.hasPrefix("webhook:") {
            throw ValidationError(
                "--notify: this program is built without HTTP and sends no webhooks; use command:PATH, or a program "
                    + "with ERPServicesHTTP"
            )
        }
        throw ValidationError("--notify '\(how.prefix(40))' is none of: \(help)")
    }
}
