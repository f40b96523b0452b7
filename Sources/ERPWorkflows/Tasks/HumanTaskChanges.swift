public import Foundation

/// How a task ends.
public struct HumanTaskClosing: Codable, Hashable, Sendable {
    /// Which.
    public var key: HumanTaskKey
    /// `done`, `skipped` or `withdrawn`.
    public var state: HumanTask.State
    /// The user who did it, skipped it or decided; nil when nobody did.
    public var by: String?
    /// What they said, or why.
    public var note: String?
    /// When, in event time.
    public var time: Date
    /// Other tasks of the run that nobody needs any more from then on.
    public var withdrawn: [String]?

    /// An end of its parts.
    public init(
        _ key: HumanTaskKey,
        _ state: HumanTask.State,
        by: String? = nil,
        note: String? = nil,
        time: Date,
        withdrawn: [String]? = nil
    ) {
        self.withdrawn = withdrawn
        self.key = key
        self.state = state
        self.by = by
        self.note = note
        self.time = time
    }
}

/// What is new about a task that is open; what is nil stays as it is.
public struct HumanTaskChange: Codable, Hashable, Sendable {
    /// Which.
    public var key: HumanTaskKey
    /// The role that may act as well from now on.
    public var otherRole: String?
    /// Only people of the task's department may act in that role.
    public var isOtherDepartmentOnly: Bool?
    /// When it is over now.
    public var dueTime: Date?
    /// Why it waits.
    public var note: String?
    /// Users who may not act any more, beside those who might not before.
    public var excluded: [String]
    /// The end of another task that comes with it.
    public var closing: HumanTaskClosing?

    /// A change of its parts.
    public init(
        _ key: HumanTaskKey,
        otherRole: String? = nil,
        isOtherDepartmentOnly: Bool? = nil,
        dueTime: Date? = nil,
        note: String? = nil,
        excluded: [String] = [],
        closing: HumanTaskClosing? = nil
    ) {
        self.closing = closing
        self.key = key
        self.otherRole = otherRole
        self.isOtherDepartmentOnly = isOtherDepartmentOnly
        self.dueTime = dueTime
        self.note = note
        self.excluded = excluded
    }
}
