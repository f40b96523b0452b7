import Foundation
import WorkflowAPI
public import WorkflowRuntime

/// The first days of an employee: account, mail box and workstation from two days before the first day on, badge,
/// orientation, mentor and a welcome on it, benefits in the week after it.
///
/// The system does what it can through the services; what it cannot do waits for a person, at most 7 days (tenants may set
/// other figures), and is skipped then. A person may do or skip any task before the system does. A withdrawn offer (a
/// cancellation) undoes everything in reverse order, exactly as far as the work had come.
public actor EmployeeOnboarding: WorkflowDefinition {
    let steps = OnboardingSteps()
    let saga = Saga()
    /// HR's decision on benefits. It is taken on the row of that task, which stands among the seven from the start on.
    let approval = Approval(of: "enrolment", rows: ["benefits": OnboardingTaskID.benefitsEnrollment.rawValue])
    var status = OnboardingStatus.pending
    var ledger = OnboardingLedger(startDate: .earliest, policy: OnboardingPolicy())
    var inbox = OnboardingInbox()
    /// What is known of the people around the employee, once it is known.
    var preparation: OnboardingPreparation?
    /// When the phase begins that is waited for.
    var nextPhase: Timestamp?
    /// How many rows of tasks that people settled are being closed.
    var rowsBeingClosed = 0
    /// Why onboarding was lost.
    var reason: String?
    /// Everything that was done is being undone.
    var isBeingUndone = false
    /// What people have to undo by hand once the system has undone its part.
    var stillToUndo: [String] = []
    private var work: OnboardingWork?

    /// One a run.
    public init() {}

    /// What clients can say and ask.
    public static let messages = OnboardingMessages()

    /// Signals `completeTask` and `skipTask`, and `approve`, `reject`, `requestInfo` and `provideInfo` for the decision on
    /// benefits; queries `status`, `tasks`, `progress`, `details` and `approvalHistory`.
    public static func handlers(_ handlers: inout WorkflowHandlers<EmployeeOnboarding>) {
        handlers.signal(messages.completeTask.name) { (onboarding, signal: TaskCompletion) in
            onboarding.receive(signal.taskId, .complete(by: signal.completedBy))
        }
        handlers.signal(messages.skipTask.name) { (onboarding, signal: TaskSkip) in
            onboarding.receive(signal.taskId, .skip(reason: signal.reason, by: signal.skippedBy))
        }
        handlers.approval { $0.approval }
        handlers.query(messages.status.name) { $0.status }
        handlers.query(messages.tasks.name) {
            OnboardingTaskList(tasks: $0.tasks, refused: $0.ledger.refused)
        }
        handlers.query(messages.progress.name) { $0.ledger.progress }
        handlers.query(messages.details.name) { $0.details }
    }

    /// Carries an onboarding to its end.
    public func run(_ input: EmployeeOnboardingInput) async throws -> OnboardingResult {
        let work = try begin(input)
        try Workflow.spawn { try await self.lookAtSignals(for: work) }
        do {
            return try await carryOut(work)
        } catch {
            let loss = OnboardingLoss(error, Workflow.cancelRequest)
            // Settled before anything is waited for: a signal that comes from here on finds it lost.
            settle(loss.status, because: loss.reason)
            // Nothing more of an employee is stored than was, not even in messages.
            if EncryptionRequirement.isBehind(error) { throw error }
            try await Workflow.shielded { try await self.abandon(work, loss) }
            throw error
        }
    }

    /// Reads what is to be done. Throws a refusal when it cannot be.
    private func begin(_ input: EmployeeOnboardingInput) throws -> OnboardingWork {
        ledger = OnboardingLedger(startDate: input.startDate, policy: OnboardingPolicy())
        do {
            let work = try OnboardingWork(input)
            self.work = work
            return work
        } catch {
            settle(.error, because: OnboardingLoss.words(error))
            throw error
        }
    }

    /// The way to an employee who has all that they need.
    private func carryOut(_ work: OnboardingWork) async throws -> OnboardingResult {
        let preparation = try await steps.prepare(work.preparation)
        if let problem = preparation.problem {
            self.preparation = preparation
            throw ApplicationError(type: "UnknownPerson", message: problem, nonRetryable: true)
        }
        ledger = OnboardingLedger(startDate: work.input.startDate, policy: preparation.policy)
        saga.add("employee-record") { [steps] in
            let keys = OnboardingTaskID.allCases.map(work.key)
            try await steps.change(work.change(to: .withdrawn, tasks: keys, note: "onboarding has ended early"))
        }
        try await steps.register(work.registration(ledger.tasks))
        // From here on signals are looked at: there are rows to close.
        self.preparation = preparation
        try approval.begin(work.benefits(preparation))

        try await carryOutPhases(work, preparation.policy)
        return try await finish(work)
    }

    /// The tasks as they stand; what waits for a decision waits longer when a question was asked.
    private var tasks: [OnboardingTask] {
        ledger.tasks.map { task in
            var task = task
            if task.taskId == .benefitsEnrollment, let waiting = approval.waiting { task.waitsUntil = waiting.deadline }
            return task
        }
    }

    private var details: OnboardingDetails {
        OnboardingDetails(
            status: status,
            employeeId: work?.input.employeeId,
            name: work?.input.name,
            startDate: work?.input.startDate,
            nextPhaseTime: nextPhase?.date,
            waitingFor: ledger.tasks.filter { $0.state == .waiting }.map(\.taskId),
            refused: ledger.refused,
            reason: reason,
            compensations: saga.steps,
            isBeingUndone: isBeingUndone,
            stillToUndo: stillToUndo.isEmpty ? nil : stillToUndo,
            policyVersions: preparation?.versions ?? [:]
        )
    }
}
