import WorkflowAPI

/// By which rules a document is approved; fixed for a run when it asks for approval.
public struct ApprovalRules: Codable, Hashable, Sendable {
    /// The requester may not decide, nor may somebody for them; on unless switched off.
    public var fourEyes: Bool
    /// Nobody decides two levels, not even through a deputy; on unless switched off.
    public var oneLevelEach: Bool
    /// Days are business days; otherwise every 24 hours from the opening of a level are a day.
    public var businessDays: Bool
    /// Which days are business days.
    public var calendar: BusinessCalendar
    /// A decision counts also when it comes from another login than that of the person it names; off unless switched on.
    public var actForOthers: Bool
    /// How many days of 24 hours a question may stop the clock of a level; 0: until its answer comes (the rule for invoices). Nil
    /// in the histories of runs that began when there was no such choice, and means ``formerQuestionDays``.
    public var questionDays: Int?

    /// 30: after that the clock went on, whatever the tenant wanted.
    static let formerQuestionDays = 30

    /// Rules; what is not given has the strict default.
    public init(
        fourEyes: Bool = true,
        oneLevelEach: Bool = true,
        businessDays: Bool = false,
        calendar: BusinessCalendar = .standard,
        actForOthers: Bool = false,
        questionDays: Int? = 0
    ) {
        self.fourEyes = fourEyes
        self.oneLevelEach = oneLevelEach
        self.businessDays = businessDays
        self.calendar = calendar
        self.actForOthers = actForOthers
        self.questionDays = questionDays
    }

    /// When a level that opens at a moment is over.
    func deadline(days: Int, from opening: Timestamp) -> Timestamp {
        (try? calendar.deadline(days: days, from: opening, businessDays: businessDays)) ?? .distantFuture
    }

    /// When so much of the time between two moments has passed; half of it by the calendar, so that nobody is reminded on a
    /// holiday.
    func moment(atPercent percent: Int, from opening: Timestamp, to deadline: Timestamp) -> Timestamp {
        if percent == 50 { return calendar.halfWay(from: opening, to: deadline, businessDays: businessDays) }
        let moment = workingMoment(opening + (deadline - opening) * percent / 100)
        return min(moment, deadline)
    }

    /// The moment itself, or the same time of the next business day where only business days count.
    func workingMoment(_ moment: Timestamp) -> Timestamp {
        guard businessDays else { return moment }
        var moment = moment
        // A calendar has a business day in every week and finitely many holidays; the limit is for what lies beyond time.
        for _ in 0..<BusinessCalendar.mostDays where !calendar.isBusinessDay(moment) {
            moment = moment + .seconds(86_400)
        }
        return moment
    }
}
