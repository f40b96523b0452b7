import OrderedCollections
import WorkflowAPI

/// The events that are being applied to a run, and how far that has come.
package final class ReplayCursor {
    private var events: [HistoryEvent] = []
    /// The event that is being applied; while code runs, the workflow task's started event.
    var index = 0
    /// The last event that the code and history agree on.
    private(set) var lastMatched: HistoryEvent?
    /// Where the code asked for it, if that is known.
    private(set) var lastMatchedLocation: SourceLocation?
    /// Whether code may take a recorded result without being parked first. It changes no order: see
    /// ``RunContext/recordedResult(_:_:_:)``.
    package var mayStepOver = true
    /// How often it did.
    package private(set) var stepsOver = 0

    /// Starts over with other events.
    func begin(_ events: [HistoryEvent]) {
        self.events = events
        index = 0
    }

    /// The code asked at a place for what this event records.
    func noteMatch(_ event: HistoryEvent, _ location: SourceLocation?) {
        lastMatched = event
        lastMatchedLocation = location
    }

    /// The event that is being applied; nil after the last.
    var event: HistoryEvent? { index < events.count ? events[index] : nil }

    /// The event behind it.
    var next: HistoryEvent? { index + 1 < events.count ? events[index + 1] : nil }

    /// The event `offset` after the present one, if all of `count` events are there.
    private func attributes(_ offset: Int) -> HistoryEvent.Attributes { events[index + offset].attributes }

    private func has(_ count: Int) -> Bool { mayStepOver && index + count < events.count }

    /// One workflow task that was completed, and said nothing about the library that completed it.
    private func isCompletedTask(_ offset: Int) -> Bool {
        guard case .workflowTaskScheduled = attributes(offset), case .workflowTaskStarted = attributes(offset + 1)
        else {
            return false
        }
        return isPlainCompletion(offset + 2)
    }

    private func isPlainCompletion(_ offset: Int) -> Bool {
        guard case .workflowTaskCompleted(let completed) = attributes(offset) else { return false }
        return completed.sdkMetadata == nil
    }

    /// If history goes on with just this activity, its success, and a completed workflow task: its result. The cursor then
    /// stands at that task's start.
    func stepOverActivity(_ activityID: String, _ activityType: String, _ location: SourceLocation) -> [Payload]? {
        guard has(7), isPlainCompletion(1), case .activityTaskScheduled(let scheduled) = attributes(2),
            scheduled.activityID == activityID, scheduled.activityType == activityType,
            case .activityTaskStarted = attributes(3), case .activityTaskCompleted(let completed) = attributes(4),
            completed.scheduledEventID == events[index + 2].id, isCompletedTask(5)
        else { return nil }
        noteMatch(events[index + 2], location)
        index += 6
        stepsOver += 1
        return completed.result
    }

    /// If history goes on with just this timer, its firing, and a completed workflow task: true. The cursor then stands
    /// at that task's start.
    func stepOverTimer(_ timerID: String, _ location: SourceLocation) -> Bool {
        guard has(6), isPlainCompletion(1), case .timerStarted(let started) = attributes(2), started.timerID == timerID,
            case .timerFired(let fired) = attributes(3), fired.timerID == timerID, isCompletedTask(4)
        else { return false }
        noteMatch(events[index + 2], location)
        index += 5
        stepsOver += 1
        return true
    }
}

extension RunContext {
    /// The result that history holds for the activity that the code is about to ask for; nil if it has to ask and wait.
    ///
    /// The order of commands stays what it was: nothing else of the run can go on before this result arrives, because
    /// nothing is ready, no condition waits to be looked at, nothing else was asked for in this workflow task, and
    /// history has nothing else to deliver in between.
    func recordedResult(_ activityID: String, _ activityType: String, _ location: SourceLocation) -> [Payload]? {
        guard isAlone, let result = cursor.stepOverActivity(activityID, activityType, location) else { return nil }
        now = cursor.event?.time ?? now
        return result
    }

    /// The same for a timer: true if it has fired.
    func isTimerRecorded(_ timerID: String, _ location: SourceLocation) -> Bool {
        guard isAlone, cursor.stepOverTimer(timerID, location) else { return false }
        now = cursor.event?.time ?? now
        return true
    }

    private var isAlone: Bool {
        isReplaying && !isClosing && issued.isEmpty && conditions.isEmpty && executor.isIdle
    }
}
