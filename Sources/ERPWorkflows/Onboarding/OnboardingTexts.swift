import Foundation
import WorkflowRuntime

/// What people are told about an onboarding, and what the auditors read.
struct OnboardingTexts {
    let work: OnboardingWork
    let preparation: OnboardingPreparation?

    private var input: EmployeeOnboardingInput { work.input }
    private var title: String { "\(input.name) (\(input.employeeId))" }

    private func key(_ kind: String, _ recipient: String) -> String { "\(work.employee.runId)/\(kind)/\(recipient)" }

    private func message(
        _ kind: String,
        to recipient: String,
        _ address: String,
        _ subject: String,
        _ body: String
    ) -> NotificationMessage {
        NotificationMessage(
            tenant: work.employee.tenant,
            key: key(kind, recipient),
            recipient: recipient,
            address: address,
            kind: kind,
            subject: subject,
            body: body,
            time: Workflow.now
        )
    }

    /// To the manager and to HR, once each; not to those whom the directory does not know. When it could not be asked, the
    /// messages go out without an address, under the user's id.
    private func both(_ kind: String, _ subject: String, _ body: String) -> [NotificationMessage] {
        var told: Set<String> = []
        let people = [
            (input.managerId, preparation?.managerAddress), (input.hrManagerId, preparation?.hrAddress),
        ]
        return people.compactMap { id, address in
            guard address?.isEmpty != true, told.insert(id).inserted else { return nil }
            return message(kind, to: id, address ?? "", subject, body)
        }
    }

    /// To the new colleague, at the address that they gave.
    func welcome(_ ledger: OnboardingLedger) -> NotificationMessage {
        let manager = preparation?.managerName ?? input.managerId
        var lines = [
            "Welcome, \(input.name). Your first day as \(input.position) in \(input.department) is \(input.startDate), "
                + "at \(input.location). Your manager is \(manager)."
        ]
        func add(_ what: String, _ id: OnboardingTaskID) {
            if let given = ledger[id].given { lines.append("\(what): \(given).") }
        }
        add("Your user name", .createUserAccount)
        add("Your mail address", .createEmail)
        add("Your orientation", .scheduleOrientation)
        add("Your mentor", .assignMentor)
        return message("welcome", to: input.employeeId, input.email, "Welcome", lines.joined(separator: "\n"))
    }

    /// Goes to the colleague only if the welcome did; why is for HR to say.
    func welcomeWithdrawn() -> Withdrawal {
        Withdrawal(
            key: key("welcome", input.employeeId),
            message: message(
                "welcome_withdrawn",
                to: input.employeeId,
                input.email,
                "Your first day",
                "Please disregard our welcome: your first day on \(input.startDate) is cancelled. "
                    + "Our HR department will be in touch with you."
            )
        )
    }

    /// To whoever sees to it that a task is done that the system cannot do.
    func waiting(_ task: OnboardingTask, because note: String) -> [NotificationMessage] {
        let isManager = task.owner == .manager
        let address = isManager ? preparation?.managerAddress : preparation?.hrAddress
        let id = task.taskId
        return [
            message(
                "task_waits/\(id.rawValue)",
                to: isManager ? input.managerId : input.hrManagerId,
                address ?? "",
                "\(id.title) of \(title) waits for \(task.owner.rawValue)",
                "\(id.title) of \(title) waits for \(task.owner.rawValue): \(note). It was due on \(task.dueDate); "
                    + "if nobody does it in time, it is skipped."
            )
        ]
    }

    /// Why a task is left out that nobody has seen to.
    static func silence(days: Int, _ rules: ApprovalRules) -> String {
        "nobody did it within \(days) \(rules.businessDays ? "business " : "")\(days == 1 ? "day" : "days")"
    }

    /// To manager and HR: how it ended, with every task.
    func ended(_ status: OnboardingStatus, _ ledger: OnboardingLedger) -> [NotificationMessage] {
        both(
            "onboarding_\(status.rawValue)",
            "Onboarding of \(title): \(status.rawValue)",
            ledger.tasks.map(Self.line).joined(separator: "\n")
        )
    }

    /// To manager and HR: that it is lost, what was undone, and what people have to undo by hand.
    func lost(_ loss: OnboardingLoss, _ ledger: OnboardingLedger, _ undone: [SagaStep]) -> [NotificationMessage] {
        let isWithdrawn = loss.status == .withdrawn
        let what = isWithdrawn ? "was \(loss.reason)" : "failed: \(loss.reason)"
        return both(
            isWithdrawn ? "onboarding_withdrawn" : "onboarding_error",
            "Onboarding of \(title) \(isWithdrawn ? "was withdrawn" : "failed")",
            (["The onboarding of \(title) \(what)."] + remains(ledger, undone)).joined(separator: "\n")
        )
    }

    /// What is left for people to undo, in sentences.
    private func remains(_ ledger: OnboardingLedger, _ undone: [SagaStep]) -> [String] {
        failed(undone).map { "\($0.name) could not be undone: \($0.why)" }
            + byHand(ledger, undone).map {
                "\($0.taskId.rawValue) was done by \($0.by ?? "") and has to be undone by hand"
            }
    }

    /// The same in a few words each.
    func stillToUndo(_ ledger: OnboardingLedger, _ undone: [SagaStep]) -> [String] {
        failed(undone).map { "\($0.name) (the system could not: \($0.why))" }
            + byHand(ledger, undone).map { "\($0.taskId.rawValue) (done by \($0.by ?? ""))" }
    }

    private func failed(_ undone: [SagaStep]) -> [(name: String, why: String)] {
        undone.filter { $0.state == .failed }.map { ($0.name, ($0.failure ?? "").clipped(to: 300)) }
    }

    /// What people did. Benefits are decided by people, but entered by the system, which takes them out again.
    private func byHand(_ ledger: OnboardingLedger, _ undone: [SagaStep]) -> [OnboardingTask] {
        let benefits = OnboardingTaskID.benefitsEnrollment
        let isEntered = undone.contains { $0.name == benefits.rawValue }
        return ledger.done.filter { $0.by != AuditEntry.system && !($0.taskId == benefits && isEntered) }
    }

    private static func line(_ task: OnboardingTask) -> String {
        var line = "\(task.taskId.rawValue): \(task.state.rawValue)"
        if let by = task.by { line += " by \(by)" }
        if let given = task.given { line += ", \(given)" }
        if let note = task.note { line += " (\(note))" }
        return line
    }

    func endedAudit(_ status: OnboardingStatus, _ ledger: OnboardingLedger) -> AuditEntry {
        let lines = ledger.tasks.map(Self.line) + (preparation?.versions?.auditText.map { [$0] } ?? [])
        return audit(status.rawValue, by: AuditEntry.system, details: lines.joined(separator: "; "))
    }

    func lostAudit(_ loss: OnboardingLoss, _ ledger: OnboardingLedger, _ undone: [SagaStep]) -> AuditEntry {
        audit(
            loss.status == .withdrawn ? "withdrawn" : "failed_by_error",
            by: loss.actor,
            details: ([loss.auditDetails] + remains(ledger, undone)).joined(separator: "; ")
        )
    }

    private func audit(_ action: String, by actor: String, details: String) -> AuditEntry {
        AuditEntry(
            tenant: work.employee.tenant,
            key: "\(work.employee.runId)/\(action)",
            time: Workflow.now,
            entity: "employee",
            entityId: input.employeeId,
            action: action,
            actor: actor,
            details: details
        )
    }
}
