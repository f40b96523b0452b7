import Foundation
import WorkflowAPI

/// What a person said about a task, as it arrived.
struct OnboardingSignal: Sendable {
    enum Deed: Sendable {
        case complete(by: String)
        case skip(reason: String, by: String?)
    }

    var taskId: String
    var deed: Deed
    /// Who sent it, as their client calls itself.
    var caller: String?

    var name: String {
        switch deed {
        case .complete: "completeTask"
        case .skip: "skipTask"
        }
    }

    /// Who it says did it, or leaves it out.
    var person: String? {
        switch deed {
        case .complete(let person): person
        case .skip(_, let person): person
        }
    }

    /// `karim` of `karim@host`.
    var login: String? {
        guard let caller, let at = caller.lastIndex(of: "@"), at > caller.startIndex else { return nil }
        return String(caller[..<at])
    }
}

/// What people have said and nobody has looked at yet, in order of arrival.
struct OnboardingInbox: Sendable {
    private var waiting: [OnboardingSignal] = []
    private(set) var arrived = 0

    /// The next one to look at.
    var first: OnboardingSignal? { waiting.first }

    mutating func append(_ signal: OnboardingSignal) {
        waiting.append(signal)
        arrived += 1
    }

    mutating func removeFirst() { waiting.removeFirst() }

    /// Everything that waits is looked at no more.
    mutating func removeAll() -> [OnboardingSignal] {
        defer { waiting = [] }
        return waiting
    }

    /// Everything of the first `count` that ever came has been looked at.
    func hasSeen(first count: Int) -> Bool { arrived - waiting.count >= count }
}
