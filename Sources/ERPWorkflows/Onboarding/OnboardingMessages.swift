public import WorkflowRuntime

/// What the signal `completeTask` carries.
public struct TaskCompletion: Codable, Hashable, Sendable {
    /// `create-badge` and so on; up to 200 characters.
    public var taskId: String
    /// The user who did it; 1 to 200 characters.
    public var completedBy: String

    /// A completion; nothing is checked.
    public init(taskId: String, completedBy: String) {
        self.taskId = taskId
        self.completedBy = completedBy
    }

    /// Reads and checks a completion. Throws `DecodingError` for texts that are too long.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        taskId = try container.decodeName(forKey: .taskId)
        completedBy = try container.decodeName(forKey: .completedBy)
    }
}

/// What the signal `skipTask` carries.
public struct TaskSkip: Codable, Hashable, Sendable {
    /// `create-badge` and so on; up to 200 characters.
    public var taskId: String
    /// Why; up to 2 000 characters.
    public var reason: String
    /// The user who leaves it out; 1 to 200 characters. Whoever sent the signal unless given.
    public var skippedBy: String?

    /// A skip; nothing is checked.
    public init(taskId: String, reason: String, skippedBy: String? = nil) {
        self.taskId = taskId
        self.reason = reason
        self.skippedBy = skippedBy
    }

    /// Reads and checks a skip. Throws `DecodingError` for texts that are too long.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        taskId = try container.decodeName(forKey: .taskId)
        reason = try container.decodeWords(forKey: .reason)
        let isSilent = try !container.contains(.skippedBy) || container.decodeNil(forKey: .skippedBy)
        skippedBy = isSilent ? nil : try container.decodeName(forKey: .skippedBy)
    }
}

/// What clients can say to and ask of an `EmployeeOnboarding`.
public struct OnboardingMessages: Sendable {
    /// A person did a task.
    public let completeTask = SignalDescriptor<TaskCompletion>("completeTask")
    /// A task is left out.
    public let skipTask = SignalDescriptor<TaskSkip>("skipTask")
    /// HR agrees to the benefits.
    public let approve = ApprovalMessages.approve
    /// HR decides against them.
    public let reject = ApprovalMessages.reject
    /// HR asks something; the clock of the decision stands until the answer.
    public let requestInfo = ApprovalMessages.requestInfo
    /// The answer.
    public let provideInfo = ApprovalMessages.provideInfo
    /// Who decided what on benefits, refused attempts included.
    public let approvalHistory = ApprovalMessages.approvalHistory
    /// How far it has come.
    public let status = QueryDescriptor<NoValue, OnboardingStatus>("status")
    /// Every task as it stands, and the signals that changed nothing.
    public let tasks = QueryDescriptor<NoValue, OnboardingTaskList>("tasks")
    /// How much is done or skipped, in percent; after a withdrawal what was reached before.
    public let progress = QueryDescriptor<NoValue, Int>("progress")
    /// Phase, reasons and what was undone.
    public let details = QueryDescriptor<NoValue, OnboardingDetails>("details")
}
