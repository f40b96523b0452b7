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
                    waits.addTask {
                        task == .benefitsEnrollment
                            ? try await self.decideBenefits(work) : try await self.waitForPerson(task, work, policy)
                    }
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
    private func waitForPerson(_ task: OnboardingTaskID, _ work: OnboardingWork, _ policy: OnboardingPolicy)
        async throws
    {
        guard !ledger[task].isSettled else { return }
        let rules = preparation?.rules ?? ApprovalRules()
        let end = rules.deadline(days: policy.waitDays, from: Workflow.timestamp)
        let note = ledger[task].note ?? "it waits for \(ledger[task].owner.rawValue)"
        ledger.wait(task, because: note, until: end.date)
        let texts = OnboardingTexts(work: work, preparation: preparation)
        try await steps.changeTask(HumanTaskChange(work.key(task), dueTime: end.date, note: note))
        try await steps.notify(texts.waiting(ledger[task], because: note))
        let isSettled = try await Workflow.condition(timeout: end - Workflow.timestamp) {
            self.ledger[task].isSettled
        }
        // What came in time counts, even if no worker was there to take it up before the time was over.
        if !isSettled { try await lookAtWhatArrived() }
        if !ledger[task].isSettled {
            let words = OnboardingTexts.silence(days: policy.waitDays, rules)
            ledger.skip(task, because: "\(note); \(words)", at: Workflow.now)
            try await close(ledger[task], work)
        }
    }

    /// HR decides whether the employee is entered in the benefit plans: by a decision, or by saying that the task was done or
    /// is left out, whichever comes first. Silence leaves it out.
    private func decideBenefits(_ work: OnboardingWork) async throws {
        let task = OnboardingTaskID.benefitsEnrollment
        if !ledger[task].isSettled {
            ledger.wait(task, because: "it waits for HR")
            let outcome = try await decisionUnlessSettled(task)
            if outcome != nil { try await lookAtWhatArrived() }
            if !ledger[task].isSettled, let outcome {
                enter(outcome, task)
                try await close(ledger[task], work)
            }
        }
        approval.close(ledger[task].state.rawValue)
        try await enrol(work)
    }

    /// The decision; nil when a person has done the task or left it out before.
    private func decisionUnlessSettled(_ task: OnboardingTaskID) async throws -> ApprovalOutcome? {
        try await withThrowingTaskGroup(of: ApprovalOutcome?.self) { group in
            group.addTask { try await self.approval.run() }
            group.addTask {
                try await self.waitUntilSettled(task)
                return nil
            }
            let outcome = try await group.next() ?? nil
            group.cancelAll()
            return outcome
        }
    }

    private func waitUntilSettled(_ task: OnboardingTaskID) async throws {
        try await Workflow.condition { self.ledger[task].isSettled }
    }

    private func enter(_ outcome: ApprovalOutcome, _ task: OnboardingTaskID) {
        let last = approval.history.last { $0.outcome == .approved || $0.outcome == .rejected }
        let deputy = last?.onBehalfOf.map { "for \($0)" }
        switch outcome {
        case .approved:
            let note = [deputy, last?.comments].compactMap { $0 }.joined(separator: ": ")
            ledger.complete(task, by: last?.approver ?? "", note: note.isEmpty ? nil : note, at: Workflow.now)
        case .rejected(let rejection):
            let note = [deputy, rejection.reason].compactMap { $0 }.joined(separator: ": ")
            ledger.skip(task, by: rejection.approver, because: note, at: Workflow.now)
        case .timedOut(let level):
            var rules = preparation?.rules ?? ApprovalRules()
            rules.businessDays = level.businessDays ?? rules.businessDays
            ledger.skip(task, because: OnboardingTexts.silence(days: level.days, rules), at: Workflow.now)
        }
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
