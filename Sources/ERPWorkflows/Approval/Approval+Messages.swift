import Foundation
import WorkflowAPI
public import WorkflowRuntime

extension Approval {
    /// A person approved: for the handler of a signal.
    public func approve(_ signal: ApprovalSignal) {
        receive(
            .decision(
                ApprovalDecision(
                    approver: signal.approver,
                    isApproval: true,
                    comments: signal.comments,
                    caller: Self.caller
                )
            )
        )
    }

    /// A person rejected: for the handler of a signal.
    public func reject(_ signal: RejectionSignal) {
        receive(
            .decision(
                ApprovalDecision(
                    approver: signal.approver,
                    isApproval: false,
                    reason: signal.reason,
                    caller: Self.caller
                )
            )
        )
    }

    /// An approver asks something: for the handler of a signal. The clock of the level that is open stands from when the
    /// question came until its answer came.
    public func requestInfo(_ signal: InfoRequestSignal) {
        receive(
            .question(ApprovalInquiry(person: signal.requestedBy, text: signal.question, caller: Self.caller))
        )
    }

    /// The answer: for the handler of a signal.
    public func provideInfo(_ signal: InfoAnswerSignal) {
        receive(.answer(ApprovalInquiry(person: signal.providedBy, text: signal.answer, caller: Self.caller)))
    }

    private static var caller: String? {
        Workflow.signal.flatMap { $0.identity.isEmpty ? nil : $0.identity }
    }

    /// Kept in order of arrival. What comes when the document's fate is settled is refused at once.
    private func receive(_ content: ApprovalInbox.Content) {
        noteCancelRequest()
        if let reason = ledger.closingReason {
            ledger.refuse(content, because: reason, at: Workflow.now)
        } else {
            let time = Workflow.signal?.time ?? Workflow.timestamp
            inbox.append(ApprovalInbox.Message(content: content, time: time))
        }
    }

    /// Asks the directory about each message and enters it in the ledger, for as long as the run lives. A message whose
    /// person cannot be looked up is refused: nothing may keep the document from going on.
    func lookAtMessages() async throws {
        while true {
            try await Workflow.condition { self.inbox.first != nil }
            guard let next = inbox.first else { continue }
            let answer: Result<Approver, any Error>
            do {
                answer = .success(try await approver(of: next))
            } catch let error where ApprovalSteps.isUnwinding(error) {
                throw error
            } catch {
                answer = .failure(error)
            }
            // The document's fate may have been settled meanwhile, and everything that waited was refused.
            guard inbox.first != nil else { continue }
            inbox.removeFirst()
            noteCancelRequest()
            switch answer {
            case .success(let approver): enter(next, by: approver)
            case .failure(let error):
                let problem = (error as? ActivityError)?.failure.message ?? String(describing: error)
                ledger.refuse(next.content, because: RefusalText.notLookedUp(problem), at: Workflow.now)
            }
        }
    }

    private func approver(of message: ApprovalInbox.Message) async throws -> Approver {
        guard let info = Workflow.info else { return Approver() }
        var person = message.person
        if case .answer = message.content {
            // Before, anybody's answer counted, and those who answered then are not asked about now.
            ledger.answersAreOfRequester = Workflow.patched("answers-of-the-requester")
            // Without a name it is the requester who answers, if it was they who sent it.
            if ledger.answersAreOfRequester { person = person ?? ledger.request?.document.requestedBy }
        }
        guard let person else { return Approver() }
        return try await steps.lookUp(
            ApproverRequest(tenant: info.namespace.rawValue, userId: person, time: message.time.date)
        )
    }

    private func enter(_ message: ApprovalInbox.Message, by approver: Approver) {
        switch message.content {
        case .decision(let decision): ledger.take(decision, by: approver, at: Workflow.now)
        case .question(let question):
            if ledger.ask(question, by: approver, at: Workflow.now) { clock?.stop(at: message.time) }
        case .answer(let answer):
            if ledger.answer(answer, by: approver, at: Workflow.now) { clock?.goOn(at: message.time) }
        }
    }

    /// The time of a cancellation counts, not when the code hears of it: an effect that is under way is waited for first.
    private func noteCancelRequest() {
        if Workflow.cancelRequest != nil { ledger.close(because: RefusalText.beingCancelled(ledger.noun)) }
    }
}

extension WorkflowHandlers {
    /// The signals `approve`, `reject`, `requestInfo` and `provideInfo`, and the query `approvalHistory`, of the approval that
    /// a workflow holds.
    public mutating func approval(_ approval: @escaping @Sendable (isolated Definition) -> Approval) {
        signal(ApprovalMessages.approve.name) { (workflow, signal: ApprovalSignal) in
            approval(workflow).approve(signal)
        }
        signal(ApprovalMessages.reject.name) { (workflow, signal: RejectionSignal) in
            approval(workflow).reject(signal)
        }
        signal(ApprovalMessages.requestInfo.name) { (workflow, signal: InfoRequestSignal) in
            approval(workflow).requestInfo(signal)
        }
        signal(ApprovalMessages.provideInfo.name) { (workflow, signal: InfoAnswerSignal) in
            approval(workflow).provideInfo(signal)
        }
        query(ApprovalMessages.approvalHistory.name) { workflow in approval(workflow).history }
    }
}
