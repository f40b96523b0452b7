import WorkflowAPI

/// The times of a level that is open: when its approvers are reminded, when others are told, when it is over. It stops
/// while a question waits for an answer. Pure: it is told what time it is.
struct ApprovalClock: Hashable, Sendable {
    /// What happens when nobody decides.
    enum Moment: Hashable, Sendable {
        case reminder
        case escalation
        case deadline
        /// A question was not answered: the clock goes on.
        case unanswered
    }

    let opened: Timestamp
    private(set) var deadline: Timestamp
    private let rules: ApprovalRules
    private var coming: [Moment: Timestamp]
    private var stopped: Timestamp?

    init(_ level: ApprovalLevel, openedAt opened: Timestamp, _ rules: ApprovalRules) {
        var rules = rules
        rules.businessDays = level.businessDays ?? rules.businessDays
        self.opened = opened
        self.rules = rules
        let end = rules.deadline(days: level.days, from: opened)
        deadline = end
        coming = [.deadline: end]
        coming[.reminder] = level.reminderPercent.map { rules.moment(atPercent: $0, from: opened, to: end) }
        coming[.escalation] = level.escalation.map { rules.moment(atPercent: $0.afterPercent, from: opened, to: end) }
    }

    var isStopped: Bool { stopped != nil }

    /// What comes next, and when; while the clock stands only that it goes on, if it does so by itself. Of what comes at once the
    /// reminder is first, the end last.
    var next: (moment: Moment, time: Timestamp)? {
        if let stopped {
            let days = rules.questionDays ?? ApprovalRules.formerQuestionDays
            return days == 0 ? nil : (.unanswered, stopped + .seconds(86_400 * days))
        }
        let order: [Moment] = [.reminder, .escalation, .deadline]
        let times = order.compactMap { moment in coming[moment].map { (moment, $0) } }
        return times.reduce(nil) { first, time in
            if let first, first.time <= time.1 { return first }
            return (moment: time.0, time: time.1)
        }
    }

    /// Something has happened and comes no more.
    mutating func pass(_ moment: Moment) { coming[moment] = nil }

    /// A question came at this time; the first one stops the clock.
    mutating func stop(at time: Timestamp) { stopped = stopped ?? time }

    /// The answer came: what is still to come is put off by as long as the clock stood.
    mutating func goOn(at time: Timestamp) {
        guard let since = stopped else { return }
        stopped = nil
        let pause = max(.zero, time - since)
        coming = coming.mapValues { rules.workingMoment($0 + pause) }
        deadline = coming[.deadline] ?? deadline
    }
}
