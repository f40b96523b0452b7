import Foundation
import WorkflowAPI
import WorkflowRuntime

/// An onboarding with what follows from it: its key, its requests. It has no more of the national id than its last digits.
struct OnboardingWork: Sendable {
    /// Further from today than this is a slip of the pen.
    static let mostDays = 3660

    let input: EmployeeOnboardingInput
    let employee: EmployeeKey
    let workflowType: String

    /// Reads the run's facts. Throws a refusal when the input names another tenant than the namespace, or a first day that
    /// cannot be meant.
    init(_ input: EmployeeOnboardingInput) throws {
        guard let info = Workflow.info else { throw CancellationError() }
        let tenant = info.namespace.rawValue
        guard input.tenantId == nil || input.tenantId == tenant else {
            throw ApplicationError(
                type: "WrongTenant",
                message: "the employee belongs to another tenant than the namespace \(tenant)",
                nonRetryable: true
            )
        }
        let distance = LocalDate(inDhaka: Workflow.timestamp).days(until: input.startDate)
        guard abs(distance) <= Self.mostDays else {
            throw ApplicationError(
                type: "InvalidStartDate",
                message: "the start date is more than ten years from today",
                nonRetryable: true
            )
        }
        self.input = input
        workflowType = EmployeeOnboarding.workflowName
        employee = EmployeeKey(
            tenant: tenant,
            employeeId: input.employeeId,
            workflowId: info.execution.workflowID.rawValue,
            runId: info.execution.runID.rawValue
        )
    }

    /// When a phase begins: midnight in Dhaka. Work of the first week has no time of its own.
    func begin(of phase: OnboardingPhase, _ policy: OnboardingPolicy) -> Timestamp {
        let days = phase == .preArrivalSetup ? -policy.preArrivalDays : 0
        return (try? input.startDate.adding(days: days).startInDhaka()) ?? .zero
    }

    var preparation: OnboardingPreparationRequest {
        OnboardingPreparationRequest(
            tenant: employee.tenant,
            managerId: input.managerId,
            hrManagerId: input.hrManagerId,
            startedTime: Workflow.startedTime,
            runId: employee.runId
        )
    }

    /// The record and the seven tasks as people see them.
    func registration(_ tasks: [OnboardingTask]) -> EmployeeRegistration {
        EmployeeRegistration(
            record: EmployeeRecord(
                employee: employee,
                state: .onboarding,
                name: input.name,
                email: input.email,
                phone: input.phone.digits,
                maskedNID: input.nid.masked,
                department: input.department,
                position: input.position,
                startDate: input.startDate,
                managerId: input.managerId,
                hrManagerId: input.hrManagerId,
                location: input.location,
                time: Workflow.now
            ),
            tasks: tasks.map(row)
        )
    }

    func request(_ task: OnboardingTaskID, by person: String? = nil) -> OnboardingTaskRequest {
        OnboardingTaskRequest(
            request: EmployeeRequest(
                employee: employee,
                name: input.name,
                department: input.department,
                location: input.location,
                managerId: input.managerId,
                startDate: input.startDate,
                by: person,
                startedTime: Workflow.startedTime,
                time: Workflow.now
            ),
            task: key(task)
        )
    }

    /// HR's decision on benefits. Nobody who is not of HR asks for it; the manager answers questions.
    func benefits(_ preparation: OnboardingPreparation) -> ApprovalRequest {
        var rules = preparation.rules
        // One person who is both is not to be locked out.
        rules.fourEyes = input.managerId != input.hrManagerId
        let document = ApprovalDocument(
            kind: "onboarding",
            id: employee.employeeId,
            title: "Benefits of \(input.name) (\(employee.employeeId))",
            summary: "\(input.name) (\(employee.employeeId)), \(input.position) in \(input.department) from "
                + "\(input.startDate) on, is to be entered in every benefit plan that is for all.",
            department: input.department,
            requestedBy: input.managerId
        )
        return ApprovalRequest(
            document,
            levels: [preparation.policy.benefitsLevel(input.hrManagerId)],
            rules: rules
        )
    }

    var step: EmployeeStep { EmployeeStep(employee: employee, time: Workflow.now) }

    func key(_ task: OnboardingTaskID) -> HumanTaskKey {
        HumanTaskKey(
            tenant: employee.tenant,
            workflowId: employee.workflowId,
            runId: employee.runId,
            task: task.rawValue
        )
    }

    /// A person may complete and skip a task: as its owner, as HR, or as a deputy of theirs.
    func maySeeTo(_ task: OnboardingTaskID, _ person: Approver) -> Bool {
        func isOwner(_ user: DirectoryUser, only role: String? = nil) -> Bool {
            func has(_ name: String) -> Bool { user.roles.contains(name) && role ?? name == name }
            if has("hr") || user.id == input.hrManagerId && role == nil { return true }
            return switch task.owner {
            case .it: has("it")
            case .security: has("security")
            case .manager: user.id == input.managerId && role == nil
            case .hr: false
            }
        }
        guard let user = person.user, user.isActive else { return false }
        return isOwner(user) || person.delegators.contains { $0.user.isActive && isOwner($0.user, only: $0.role) }
    }

    private func row(_ task: OnboardingTask) -> HumanTask {
        // A task is late when its day is over.
        let due = (try? task.dueDate.adding(days: 1).startInDhaka())?.date
        var row = HumanTask(
            key: key(task.taskId),
            workflowType: workflowType,
            kind: .todo,
            title: "\(task.taskId.title) of \(input.name)",
            department: input.department,
            requestedBy: input.hrManagerId,
            openedTime: Workflow.now,
            dueTime: due
        )
        switch task.owner {
        case .it: row.role = "it"
        case .security: row.role = "security"
        case .manager: row.assignee = input.managerId
        case .hr:
            row.assignee = input.hrManagerId
            row.role = "hr"
        }
        // What benefits a colleague gets is decided; the rest is done.
        if task.taskId == .benefitsEnrollment { row.kind = .approval }
        return row
    }
}
