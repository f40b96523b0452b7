import Foundation
import WorkflowAPI
import WorkflowRuntime

extension EmployeeOnboarding {
    /// Phase by phase: each begins at its time, when the system has done its part of the one before. What waits for people
    /// goes on beside later phases, and is waited for at the end.
    func carryOutPhases(_ work: OnboardingWork, _ policy: OnboardingPolicy) async throws {
        try await withThrowingTaskGroup(of: Void.self) { waits in
            for phase in OnboardingPhase.allCases {
                try await waitForBegin(of: phase, work, policy)
                status = OnboardingStatus(phase)
                for task in try await perform(phase, work) {
                    waits.addTask { try await self.waitForPerson(task, work, policy.wait(for: task)) }
                }
                if phase == .firstDaySetup { try await welcome(work) }
            }
            try await waits.waitForAll()
        }
    }

    private func waitForBegin(of phase: OnboardingPhase, _ work: OnboardingWork, _ policy: OnboardingPolicy)
        async throws
    {
        let begin = work.begin(of: phase, policy)
        if begin > Workflow.timestamp {
            nextPhase = begin
            defer { nextPhase = nil }
            try await Workflow.sleep(for: begin - Workflow.timestamp)
        }
        // What people did before the phase began, they did before the system.
        try await lookAtWhatArrived()
    }

    /// The system's part of a phase; gives the tasks that are left to people. Preparations run in parallel.
    private func perform(_ phase: OnboardingPhase, _ work: OnboardingWork) async throws -> [OnboardingTaskID] {
        let tasks = OnboardingTaskID.all(of: phase)
        var isSettled: [OnboardingTaskID: Bool] = [:]
        switch phase {
        case .preArrivalSetup:
            try await withThrowingTaskGroup(of: (OnboardingTaskID, Bool).self) { group in
                for task in tasks { group.addTask { (task, try await self.perform(task, work)) } }
                for try await (task, settled) in group { isSettled[task] = settled }
            }
        case .firstDaySetup:
            for task in tasks { isSettled[task] = try await perform(task, work) }
        case .firstWeekTasks: break
        }
        // Benefits are chosen by people; when somebody has seen to them already, their word is still to be entered.
        return tasks.filter { isSettled[$0] != true }
    }

    /// Does a task, unless a person has; says whether nothing of it is left to do.
    private func perform(_ task: OnboardingTaskID, _ work: OnboardingWork) async throws -> Bool {
        if ledger[task].isSettled { return true }
        if Workflow.isCancelled { throw CancellationError() }
        ledger.begin(task)
        do {
            let provision = try await provide(task, work)
            if let given = provision.given {
                ledger.give(task, given, at: Workflow.now)
                return true
            }
            // Nothing came of it: there is nothing to undo.
            saga.forget(task.rawValue)
            ledger.wait(task, because: provision.problem ?? "the system could not do it")
        } catch let error where !ApprovalSteps.isUnwinding(error) {
            let words = OnboardingLoss.words(error)
            ledger.wait(task, because: "the system could not do it: \(words.clipped(to: 300))")
        }
        return false
    }

    private func provide(_ task: OnboardingTaskID, _ work: OnboardingWork, by person: String? = nil) async throws
        -> Provision
    {
        try await saga.step(task.rawValue) {
            try await steps.perform(task, work.request(task, by: person))
        } undo: { [steps] in
            try await steps.undo(task, work.step)
        }
    }

    /// Waits until a person has done or skipped a task; skips it when the time is over.
    private func waitForPerson(_ task: OnboardingTaskID, _ work: OnboardingWork, _ limit: Duration) async throws {
        if !ledger[task].isSettled {
            let end = Workflow.timestamp + limit
            let note = ledger[task].note ?? "it waits for \(ledger[task].owner.rawValue)"
            ledger.wait(task, because: note, until: end.date)
            let texts = OnboardingTexts(work: work, preparation: preparation)
            try await steps.notify(texts.waiting(ledger[task], because: note))
            let isSettled = try await Workflow.condition(timeout: end - Workflow.timestamp) {
                self.ledger[task].isSettled
            }
            // What came in time counts, even if no worker was there to take it up before the time was over.
            if !isSettled { try await lookAtWhatArrived() }
            if !ledger[task].isSettled {
                let days = Int(limit / .seconds(86_400))
                let words = "nobody did it within \(days) \(days == 1 ? "day" : "days")"
                ledger.skip(task, because: task == .benefitsEnrollment ? words : "\(note); \(words)", at: Workflow.now)
                try await close(ledger[task], work)
            }
        }
        if task == .benefitsEnrollment { try await enrol(work) }
    }

    /// Enters what a person has seen to.
    private func enrol(_ work: OnboardingWork) async throws {
        let task = ledger[.benefitsEnrollment]
        guard task.state == .done else { return }
        do {
            let provision = try await provide(.benefitsEnrollment, work, by: task.by)
            if let given = provision.given { ledger.note(.benefitsEnrollment, given: given) }
        } catch let error where !ApprovalSteps.isUnwinding(error) {
            // The person's word stands; what the books lack is told with the result.
            let words = OnboardingLoss.words(error)
            ledger.note(.benefitsEnrollment, given: "not entered: \(words.clipped(to: 300))")
        }
    }

    private func welcome(_ work: OnboardingWork) async throws {
        let texts = OnboardingTexts(work: work, preparation: preparation)
        let message = texts.welcome(ledger)
        try await saga.step("welcome-mail") {
            try await steps.notify([message])
        } undo: { [steps] in
            try await steps.withdraw(texts.welcomeWithdrawn())
        }
    }

    /// Closes the row of a task that was settled without the system.
    func close(_ task: OnboardingTask, _ work: OnboardingWork) async throws {
        try await steps.closeTask(
            HumanTaskClosing(
                work.key(task.taskId),
                task.state == .skipped ? .skipped : .done,
                by: task.by,
                note: task.note,
                time: Workflow.now
            )
        )
    }
}
