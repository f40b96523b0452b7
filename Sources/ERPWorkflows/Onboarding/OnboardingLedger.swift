import Foundation

/// The seven tasks of one employee: how each stands, who did what, and why a signal changes nothing. Pure: the directory's
/// answer comes in with each signal.
struct OnboardingLedger: Sendable {
    /// How many refused signals are listed one by one; of the rest only the number is kept.
    static let mostRefusals = 200

    private(set) var tasks: [OnboardingTask]
    /// Why no signal counts any more; nil while they do.
    private(set) var closingReason: String?
    private var refusals: [OnboardingRefusal] = []
    private var unlisted: OnboardingRefusal?

    /// All tasks pending. Due dates beyond the calendar are its ends.
    init(startDate: LocalDate, policy: OnboardingPolicy) {
        tasks = OnboardingTaskID.allCases.map { id in
            let days = id.dueDays(policy)
            return OnboardingTask(
                taskId: id,
                owner: id.owner,
                phase: id.phase,
                dueDate: (try? startDate.adding(days: days)) ?? (days < 0 ? .earliest : .latest),
                state: .pending
            )
        }
    }

    /// The signals that changed nothing; at the end how many are not listed.
    var refused: [OnboardingRefusal] { refusals + (unlisted.map { [$0] } ?? []) }

    /// A task as it stands.
    subscript(id: OnboardingTaskID) -> OnboardingTask { tasks[index(id)] }

    /// How much of it is done or skipped, in percent, rounded down. What was withdrawn is neither: it stays at what was
    /// reached before.
    var progress: Int { 100 * tasks.count { $0.state == .done || $0.state == .skipped } / tasks.count }

    /// The tasks that were done.
    var done: [OnboardingTask] { tasks.filter { $0.state == .done } }

    /// The system begins a task.
    mutating func begin(_ id: OnboardingTaskID) { change(id) { $0.state = .working } }

    /// The system has done a task.
    mutating func give(_ id: OnboardingTaskID, _ what: String, at time: Date) {
        change(id) {
            $0.state = .done
            $0.by = AuditEntry.system
            $0.time = time
            $0.given = what
            $0.note = nil
        }
    }

    /// Records what the system gave after a person had done a task.
    mutating func note(_ id: OnboardingTaskID, given what: String) {
        tasks[index(id)].given = what
    }

    /// A task waits for a person from now on.
    mutating func wait(_ id: OnboardingTaskID, because note: String, until: Date? = nil) {
        change(id) {
            $0.state = .waiting
            $0.note = note.clipped(to: TextLimits.words)
            $0.waitsUntil = until
        }
    }

    /// A person's decision had it done.
    mutating func complete(_ id: OnboardingTaskID, by person: String, note: String?, at time: Date) {
        change(id) {
            $0.state = .done
            $0.by = person
            $0.time = time
            $0.note = note
            $0.waitsUntil = nil
        }
    }

    /// Nobody did a task in time, or a person decided against it.
    mutating func skip(
        _ id: OnboardingTaskID,
        by person: String = AuditEntry.system,
        because note: String,
        at time: Date
    ) {
        change(id) {
            $0.state = .skipped
            $0.by = person
            $0.time = time
            $0.note = note
            $0.waitsUntil = nil
        }
    }

    /// What is not settled is needed no more.
    mutating func withdraw() {
        for task in tasks where !task.isSettled {
            change(task.taskId) {
                $0.state = .withdrawn
                $0.waitsUntil = nil
            }
        }
    }

    /// From now on no signal counts, for this reason, a sentence for people. The first reason stands.
    mutating func close(because reason: String) { closingReason = closingReason ?? reason }

    /// Takes a signal. `person` is what the directory knows of whoever it says did it, or sent it; `hasRight` says whether that
    /// person may see to a task; `mayActForOthers` lets anybody send it. Gives the task that it settled; nil when it changed nothing.
    mutating func take(
        _ signal: OnboardingSignal,
        by person: DirectoryUser?,
        hasRight: (OnboardingTaskID) -> Bool = { _ in true },
        mayActForOthers: Bool,
        at time: Date
    ) -> OnboardingTask? {
        let id = OnboardingTaskID(rawValue: signal.taskId)
        let reason = closingReason ?? refusal(of: signal, id, person, hasRight, mayActForOthers)
        guard reason == nil, let id else {
            refuse(signal, because: reason ?? OnboardingRefusalText.unknownTask, at: time)
            return nil
        }
        change(id) { task in
            task.time = time
            task.waitsUntil = nil
            switch signal.deed {
            case .complete(let completer):
                task.state = .done
                task.by = completer
            case .skip(let reason, _):
                task.state = .skipped
                task.by = person?.id ?? signal.caller?.clipped(to: TextLimits.name)
                task.note = reason
            }
        }
        return self[id]
    }

    /// Notes a signal that changes nothing, with why.
    mutating func refuse(_ signal: OnboardingSignal, because reason: String, at time: Date) {
        guard refusals.count < Self.mostRefusals else {
            let count = (unlisted?.count ?? 0) + 1
            unlisted = OnboardingRefusal(time: time, reason: OnboardingRefusalText.unlisted(count), count: count)
            return
        }
        refusals.append(
            OnboardingRefusal(
                time: time,
                signal: signal.name,
                taskId: signal.taskId.clipped(to: TextLimits.name),
                completedBy: signal.person,
                reason: reason
            )
        )
    }

    private func refusal(
        of signal: OnboardingSignal,
        _ id: OnboardingTaskID?,
        _ person: DirectoryUser?,
        _ hasRight: (OnboardingTaskID) -> Bool,
        _ mayActForOthers: Bool
    ) -> String? {
        guard let id else { return OnboardingRefusalText.unknownTask }
        if signal.person != nil {
            guard let person, person.isActive else { return OnboardingRefusalText.notAnActiveUser }
            guard mayActForOthers || signal.login == person.effectiveLogin else {
                return OnboardingRefusalText.otherCaller(signal.caller)
            }
            guard hasRight(id) else { return OnboardingRefusalText.notTheirs(self[id]) }
        } else if !mayActForOthers {
            guard person?.isActive == true else { return OnboardingRefusalText.nobodySent }
            guard hasRight(id) else { return OnboardingRefusalText.notTheirs(self[id]) }
        }
        if case .skip(let reason, _) = signal.deed, !reason.contains(where: { !$0.isWhitespace }) {
            return OnboardingRefusalText.noReason
        }
        let task = self[id]
        if task.isSettled { return OnboardingRefusalText.settled(task) }
        return task.state == .working ? OnboardingRefusalText.beingDone : nil
    }

    private mutating func change(_ id: OnboardingTaskID, _ body: (inout OnboardingTask) -> Void) {
        guard !self[id].isSettled else { return }
        body(&tasks[index(id)])
    }

    // The tasks stand in the order of their cases.
    private func index(_ id: OnboardingTaskID) -> Int { OnboardingTaskID.allCases.firstIndex(of: id) ?? 0 }
}
