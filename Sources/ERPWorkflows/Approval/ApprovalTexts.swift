package import Foundation
import WorkflowAPI
import WorkflowRuntime

/// What people are told about a level, and what stands in its task.
struct ApprovalTexts: Sendable {
    let key: HumanTaskKey
    private let request: ApprovalRequest
    private let level: ApprovalLevel
    private let workflowType: String
    /// The task is a row of the workflow's own, which opens and closes it.
    let isOwnRow: Bool
    /// Who had decided on earlier levels when this one opened.
    private let decidedBefore: [String]

    /// `row` names the task when the workflow has opened it itself.
    init(_ request: ApprovalRequest, _ level: ApprovalLevel, _ ledger: ApprovalLedger, row: String? = nil) {
        let info = Workflow.info
        self.request = request
        self.level = level
        isOwnRow = row != nil
        workflowType = info?.workflowType ?? ""
        decidedBefore = request.rules.oneLevelEach ? ledger.peopleDecided(for: level) : []
        key = HumanTaskKey(
            tenant: info?.namespace.rawValue ?? "",
            workflowId: info?.execution.workflowID.rawValue ?? "",
            runId: info?.execution.runID.rawValue ?? "",
            task: row ?? "approval/\(level.name)"
        )
    }

    private var document: ApprovalDocument { request.document }

    private func excluded(_ others: [String]) -> [String] {
        (request.rules.fourEyes ? [document.requestedBy] : []) + (request.rules.oneLevelEach ? others : [])
    }

    /// The approvers are asked, and their task is opened.
    func opening(until deadline: Timestamp?) -> ApprovalNotice {
        var notice = notice("approval_requested", to: approvers, excluded(decidedBefore))
        notice.also = level.person.map { [$0] }
        guard !isOwnRow else {
            notice.change = HumanTaskChange(
                key,
                dueTime: deadline?.date,
                note: "to be decided",
                excluded: excluded(decidedBefore)
            )
            return notice
        }
        notice.task = HumanTask(
            key: key,
            workflowType: workflowType,
            kind: .approval,
            title: document.title,
            level: level.name,
            role: level.role,
            department: document.department,
            isDepartmentOnly: level.isDepartmentOnly,
            assignee: level.person,
            requestedBy: document.requestedBy,
            amount: document.amount,
            excluded: excluded(decidedBefore),
            openedTime: Workflow.now,
            dueTime: deadline?.date
        )
        return notice
    }

    func reminder(without decided: [String]) -> ApprovalNotice {
        var notice = notice("approval_reminder", to: approvers, excluded(decided))
        notice.also = level.person.map { [$0] }
        notice.subject = "Reminder: \(notice.subject)"
        return notice
    }

    /// Others are told, and the task is theirs as well; nil when the level escalates to nobody.
    func escalation(without decided: [String]) -> ApprovalNotice? {
        guard let escalation = level.escalation else { return nil }
        let audience = ApprovalNotice.Audience.role(escalation.role, isDepartmentOnly: escalation.isDepartmentOnly)
        var notice = notice("approval_escalated", to: audience, excluded(decided))
        notice.subject = "\(document.title) still waits for the approval of \(level.title)"
        notice.body += " You may decide instead."
        notice.change = HumanTaskChange(
            key,
            otherRole: escalation.role,
            isOtherDepartmentOnly: escalation.isDepartmentOnly
        )
        return notice
    }

    /// The requester and their deputies are told what is asked, and it is a task of theirs; `number` counts the questions of
    /// the run.
    func question(_ question: ApprovalHistoryEntry, _ number: Int, until end: Timestamp?) -> ApprovalNotice {
        var notice = notice("info_requested", to: .users([document.requestedBy]), [], number)
        notice.also = [document.requestedBy]
        var task = HumanTask(
            key: key.question(number),
            workflowType: workflowType,
            kind: .todo,
            title: "\(document.title): a question",
            department: document.department,
            assignee: document.requestedBy,
            requestedBy: question.approver,
            amount: document.amount,
            openedTime: Workflow.now,
            dueTime: end?.date
        )
        task.note = "\(question.approver ?? "Somebody") (\(level.title)) asks: \(question.comments ?? "")"
            .clipped(to: TextLimits.words)
        notice.task = task
        notice.subject = "\(document.title): a question"
        notice.body = "\(question.approver ?? "Somebody") (\(level.title)) asks: \(question.comments ?? "")"
        notice.change = HumanTaskChange(key, note: "waits for an answer to \(question.approver ?? "somebody")")
        return notice
    }

    /// Who asked is told the answer, and the task is due later.
    func answer(
        _ answer: ApprovalHistoryEntry,
        _ number: Int,
        to inquirer: String?,
        until deadline: Timestamp?
    ) -> ApprovalNotice {
        var notice = notice("info_provided", to: .users(inquirer.map { [$0] } ?? []), [], number)
        notice.subject = "\(document.title): the answer to your question"
        notice.body = "\(answer.approver ?? answer.caller ?? "Somebody") answers: \(answer.comments ?? "")"
        notice.change = HumanTaskChange(key, dueTime: deadline?.date, note: "answered; see approvalHistory")
        return notice
    }

    /// The level has ended; without an outcome it agreed.
    func closing(_ outcome: ApprovalOutcome?, _ last: ApprovalLedger.Vote?) -> HumanTaskClosing {
        switch outcome {
        case nil, .approved:
            let comments = last?.decision.comments.map { ": \($0)" } ?? ""
            return closing(.done, by: last?.decision.approver, note: "approved\(comments)")
        case .rejected(let rejection):
            return closing(.done, by: rejection.approver, note: outcome?.reason ?? "rejected")
        case .timedOut: return closing(.withdrawn, note: outcome?.reason ?? "timeout")
        }
    }

    func closing(_ state: HumanTask.State, by person: String? = nil, note: String) -> HumanTaskClosing {
        HumanTaskClosing(key, state, by: person, note: note, time: Workflow.now)
    }

    private var approvers: ApprovalNotice.Audience { .role(level.role, isDepartmentOnly: level.isDepartmentOnly) }

    private func notice(
        _ kind: String,
        to audience: ApprovalNotice.Audience,
        _ excluded: [String],
        _ number: Int = 1
    ) -> ApprovalNotice {
        ApprovalNotice(
            tenant: key.tenant,
            key: "\(key.runId)/\(kind)/\(level.name)\(number > 1 ? "/\(number)" : "")",
            audience: audience,
            department: document.department,
            excluded: excluded,
            kind: kind,
            subject: "\(document.title) waits for your approval",
            body: document.summary,
            time: Workflow.now,
            level: level.title
        )
    }
}

extension Timestamp {
    /// The same as a date.
    package var date: Date { Date(timeIntervalSince1970: Double(nanoseconds) / 1e9) }
}
