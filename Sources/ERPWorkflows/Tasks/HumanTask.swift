public import Foundation

/// A piece of work that waits for a person, as a row that people can list: an approval, or something to do.
public struct HumanTask: Codable, Hashable, Sendable {
    /// What a person has to do.
    public enum Kind: String, Codable, Hashable, Sendable {
        /// Decide: the workflow takes the signals `approve` and `reject`.
        case approval
        /// Do something: the workflow takes the signals `completeTask` and `skipTask`.
        case todo
    }

    /// How it stands.
    public enum State: String, Codable, Hashable, Sendable, CaseIterable {
        /// It waits.
        case open
        /// It was done or decided.
        case done
        /// It was left out, with a reason.
        case skipped
        /// Nobody needs it any more: the time was over, or the workflow ended.
        case withdrawn
    }

    /// Of which workflow, and which of its tasks.
    public var key: HumanTaskKey
    /// The number among the tasks of the tenant; 0 until it is opened.
    public var number: Int64
    /// The type of the workflow.
    public var workflowType: String
    /// What a person has to do.
    public var kind: Kind
    /// In a few words.
    public var title: String
    /// The level of an approval.
    public var level: String?
    /// The role that may act; nil when ``assignee`` says who may.
    public var role: String?
    /// The role that may act as well, since it takes long.
    public var otherRole: String?
    /// The department that it is about.
    public var department: String?
    /// Only people of ``department`` may act in ``role``.
    public var isDepartmentOnly: Bool
    /// Only people of ``department`` may act in ``otherRole``.
    public var isOtherDepartmentOnly: Bool
    /// The user who has to act, beside whoever has a role that may; nil when only roles say who may.
    public var assignee: String?
    /// The user who wants it.
    public var requestedBy: String?
    /// What it is about comes to this.
    public var amount: Money?
    /// Users who may not act, whatever their roles.
    public var excluded: [String]
    /// When it was opened, in event time.
    public var openedTime: Date
    /// When it is over or late.
    public var dueTime: Date?
    /// How it stands.
    public var state: State
    /// When it was closed.
    public var closedTime: Date?
    /// The user who did it, skipped it or decided.
    public var closedBy: String?
    /// Why it waits; when it is closed what they said, or why it was.
    public var note: String?

    /// An open task; what is not given is not there.
    public init(
        key: HumanTaskKey,
        workflowType: String,
        kind: Kind,
        title: String,
        level: String? = nil,
        role: String? = nil,
        department: String? = nil,
        isDepartmentOnly: Bool = false,
        assignee: String? = nil,
        requestedBy: String? = nil,
        amount: Money? = nil,
        excluded: [String] = [],
        openedTime: Date,
        dueTime: Date? = nil
    ) {
        self.key = key
        number = 0
        self.workflowType = workflowType
        self.kind = kind
        self.title = title
        self.level = level
        self.role = role
        self.department = department
        self.isDepartmentOnly = isDepartmentOnly
        isOtherDepartmentOnly = false
        self.assignee = assignee
        self.requestedBy = requestedBy
        self.amount = amount
        self.excluded = excluded
        self.openedTime = openedTime
        self.dueTime = dueTime
        state = .open
    }

    /// It is done or left out by `completeTask` and `skipTask`: something to do, or a task of the workflow's own on which
    /// people may decide as well. The tasks of an ``Approval``'s own levels are only decided, its questions only answered.
    public var isDoable: Bool { kind == .todo ? !isQuestion : !key.task.hasPrefix("approval/") }

    /// A question about a document of theirs, which ``assignee`` answers with the signal `provideInfo`.
    public var isQuestion: Bool { kind == .todo && key.task.hasPrefix(HumanTaskKey.questions) }

    /// `T-12`: what people call it.
    public var name: String { "T-\(number)" }

    /// The number in `T-12` or `12`; nil for anything else.
    public static func number(_ name: String) -> Int64? {
        let digits = name.hasPrefix("T-") || name.hasPrefix("t-") ? name.dropFirst(2) : name[...]
        guard digits.utf8.allSatisfy({ (48...57).contains($0) }) else { return nil }
        return Int64(digits)
    }

    /// A person may act on it by their roles and department, or because it is assigned to them. With `only` a role, that
    /// role alone counts: for deputies.
    public func isFor(_ user: DirectoryUser, only: String? = nil) -> Bool {
        guard user.isActive, !excluded.contains(user.id) else { return false }
        func has(_ role: String?, _ departmentOnly: Bool) -> Bool {
            guard let role, user.roles.contains(role), only ?? role == role else { return false }
            return !departmentOnly || user.department == department
        }
        if let assignee, assignee == user.id, only == nil { return true }
        return has(role, isDepartmentOnly) || has(otherRole, isOtherDepartmentOnly)
    }
}

/// Names a task: the run that it belongs to, and what the workflow calls it.
public struct HumanTaskKey: Codable, Hashable, Sendable {
    /// The tenant.
    public var tenant: String
    /// The workflow that waits.
    public var workflowId: String
    /// Its run.
    public var runId: String
    /// What the workflow calls it: `create-badge`, `approval/finance`. Distinct among the tasks of the run.
    public var task: String

    static let questions = "question/"

    /// The task of a run's question of this number, from 1.
    func question(_ number: Int) -> HumanTaskKey {
        HumanTaskKey(tenant: tenant, workflowId: workflowId, runId: runId, task: "\(Self.questions)\(number)")
    }

    /// A key of its parts.
    public init(tenant: String, workflowId: String, runId: String, task: String) {
        self.tenant = tenant
        self.workflowId = workflowId
        self.runId = runId
        self.task = task
    }
}
