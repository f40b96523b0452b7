import Foundation
import WorkflowAPI

/// What became of a run, by the event that closed it.
struct OutcomeText {
    /// `result`, `failure` or `reason`.
    private let name: String
    private let value: JSONTree
    private let text: String
    /// The type of a failure that has one.
    private var failureType: String?

    /// How much of a value stands in a description; `result` prints all of it.
    private static let mostCharacters = 2000

    /// Nil for an event that says no more than the status does.
    init?(_ event: HistoryEvent) {
        switch event.attributes {
        case .workflowExecutionCompleted(let completed):
            let result = completed.result.first ?? .null
            (name, value, text) = ("result", result.json, result.text)
        case .workflowExecutionFailed(let failed):
            let failure = failed.failure
            (name, value, text) = ("failure", failure.message.json, failure.message)
            if case .application(let application) = failure.info, !application.type.isEmpty {
                failureType = application.type
            }
        case .workflowExecutionTerminated(let end):
            let by = end.identity.isEmpty ? "" : " (by \(end.identity))"
            (name, value, text) = ("reason", end.reason.json, end.reason + by)
        default: return nil
        }
    }

    /// For people.
    func lines(id: String) -> [String] {
        let title = name.padding(toLength: 11, withPad: " ", startingAt: 0)
        let type = failureType.map { "\($0): " } ?? ""
        guard text.count > Self.mostCharacters else { return [title + type + text] }
        return [title + type + text.prefix(Self.mostCharacters) + "…", "             '\(next) \(id)' shows all of it"]
    }

    private var next: String { ProgramName.current + (name == "result" ? " result" : " show") }

    /// For scripts.
    var json: [String: any JSONRepresentable] {
        var object: [String: any JSONRepresentable] = [name: value]
        object["failureType"] = failureType
        return object
    }
}
