public import WorkflowRuntime

/// What the signal `approve` carries.
public struct ApprovalSignal: Codable, Hashable, Sendable {
    /// The user who approves; 1 to 200 characters.
    public var approver: String
    /// Their words; up to 2 000 characters.
    public var comments: String?

    /// An approval; nothing is checked.
    public init(approver: String, comments: String? = nil) {
        self.approver = approver
        self.comments = comments
    }

    /// Reads and checks an approval. Throws `DecodingError` for texts that are too long.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        approver = try container.decodeName(forKey: .approver)
        let isSilent = try !container.contains(.comments) || container.decodeNil(forKey: .comments)
        comments = isSilent ? nil : try container.decodeWords(forKey: .comments)
    }
}

/// What the signal `reject` carries.
public struct RejectionSignal: Codable, Hashable, Sendable {
    /// The user who rejects; 1 to 200 characters.
    public var approver: String
    /// Why; 1 to 2 000 characters.
    public var reason: String

    /// A rejection; nothing is checked.
    public init(approver: String, reason: String) {
        self.approver = approver
        self.reason = reason
    }

    /// Reads and checks a rejection. Throws `DecodingError` for texts that are too long, and for none.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        approver = try container.decodeName(forKey: .approver)
        reason = try container.decodeReason(forKey: .reason)
    }
}

/// What the signal `requestInfo` carries: a question of somebody who may decide the level that is open. Its clock stands
/// until the answer.
public struct InfoRequestSignal: Codable, Hashable, Sendable {
    /// The user who asks; 1 to 200 characters.
    public var requestedBy: String
    /// What they want to know; up to 2 000 characters.
    public var question: String

    /// A question; nothing is checked.
    public init(requestedBy: String, question: String) {
        self.requestedBy = requestedBy
        self.question = question
    }

    /// Reads and checks a question. Throws `DecodingError` for texts that are too long.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        requestedBy = try container.decodeName(forKey: .requestedBy)
        question = try container.decodeWords(forKey: .question)
    }
}

/// What the signal `provideInfo` carries: the answer to what was asked.
public struct InfoAnswerSignal: Codable, Hashable, Sendable {
    /// The answer; up to 2 000 characters.
    public var answer: String
    /// The user who answers: the requester or their deputy; 1 to 200 characters. The requester when it is not said.
    public var providedBy: String?

    /// An answer; nothing is checked.
    public init(answer: String, providedBy: String? = nil) {
        self.answer = answer
        self.providedBy = providedBy
    }

    /// Reads and checks an answer. Throws `DecodingError` for texts that are too long.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        answer = try container.decodeWords(forKey: .answer)
        let isSilent = try !container.contains(.providedBy) || container.decodeNil(forKey: .providedBy)
        providedBy = isSilent ? nil : try container.decodeName(forKey: .providedBy)
    }
}

/// What clients can say to and ask of every workflow that holds an ``Approval``; see
/// ``WorkflowRuntime/WorkflowHandlers/approval(_:)``.
public enum ApprovalMessages {
    /// A person approves.
    public static let approve = SignalDescriptor<ApprovalSignal>("approve")
    /// A person rejects.
    public static let reject = SignalDescriptor<RejectionSignal>("reject")
    /// An approver asks something; the clock of the level stands until the answer.
    public static let requestInfo = SignalDescriptor<InfoRequestSignal>("requestInfo")
    /// The answer.
    public static let provideInfo = SignalDescriptor<InfoAnswerSignal>("provideInfo")
    /// Who decided what, refused attempts included.
    public static let approvalHistory = QueryDescriptor<NoValue, [ApprovalHistoryEntry]>("approvalHistory")
}
