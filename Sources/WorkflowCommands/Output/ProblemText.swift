import WorkflowAPI

/// A problem as an operator reads it: whose it is, what is wrong, and what to do next.
struct ProblemText {
    /// The workflow or the task queue.
    var subject: String
    /// What is wrong.
    var what: String
    /// What to do.
    var nextStep: String

    /// All of it on one line.
    var line: String { "\(subject): \(what); \(nextStep)" }
}

extension WorkflowSummary {
    /// What is wrong and what to do next; nil when nothing is. `isDescribed`: how it came about stands beside it, so nobody is sent
    /// to `describe` for that.
    func problemText(isDescribed: Bool = false) -> ProblemText? {
        let id = execution.workflowID.rawValue
        return problem.map { problem in
            let (what, listed) = Self.words(for: problem, id: id, type: workflowType, queue: taskQueue)
            let nextStep = isDescribed ? Self.describedStep(for: problem, id: id) ?? listed : listed
            return ProblemText(subject: id, what: what, nextStep: nextStep)
        }
    }

    /// The next step where that of a list begins with `describe`.
    private static func describedStep(for problem: WorkflowProblem, id: String) -> String? {
        switch problem {
        case .workflowTaskFailing: "correct what its last failure names; it is tried again by itself"
        case .workflowTaskTimingOut: "see whether its workers die, hang in workflow code or are overloaded"
        case .nondeterminism: "deploy a worker with corrected code"
        case .activityFailing: "correct what its last failure names; 'retry \(id)' tries it now"
        case .quarantined, .noWorker: nil
        }
    }

    private static func words(
        for problem: WorkflowProblem,
        id: String,
        type: String,
        queue: TaskQueue
    ) -> (what: String, nextStep: String) {
        switch problem {
        case .workflowTaskFailing: ("its workflow task keeps failing", "'describe \(id)' shows how")
        case .workflowTaskTimingOut:
            (
                "no worker answers for its workflow task in time, again and again",
                "see whether its workers die, hang in workflow code or are overloaded; 'describe \(id)' names the last one"
            )
        case .nondeterminism:
            (
                "its code no longer fits its history",
                "'describe \(id)' shows where; deploy a worker with corrected code"
            )
        case .quarantined: ("the process died under it too often", "correct the code, then 'retry \(id)'")
        case .activityFailing:
            ("an activity keeps failing", "'describe \(id)' shows how; 'retry \(id)' tries it now")
        case .noWorker: ("no worker with type '\(type)' runs", "start one: 'worker --task-queue \(queue)'")
        }
    }

    /// The line of a listing as JSON.
    var json: [String: any JSONRepresentable] { json(isDescribed: false) }

    /// The same as a part of a description.
    func json(isDescribed: Bool) -> [String: any JSONRepresentable] {
        var object: [String: any JSONRepresentable] = [
            "workflowId": execution.workflowID.rawValue, "runId": execution.runID.rawValue, "type": workflowType,
            "taskQueue": taskQueue.rawValue, "status": status.name, "startTime": startTime,
            "historyLength": historyLength,
        ]
        object["closeTime"] = closeTime
        object["problem"] = problem?.rawValue
        object["nextStep"] = problemText(isDescribed: isDescribed)?.nextStep
        return object
    }
}

/// Activities that wait on a task queue that no live worker polls for activities.
struct StrandedQueue {
    var queue: TaskQueue
    var backlog: Int
    var oldest: Timestamp

    /// What is wrong and what to do next.
    func problemText(at now: Timestamp) -> ProblemText {
        let waiting = backlog == 1 ? "1 activity waits" : "\(backlog) activities wait"
        return ProblemText(
            subject: "task queue \(queue)",
            what: "\(waiting), the oldest for \((now - oldest).text), and no live worker runs activities there",
            nextStep: "start one: 'worker --task-queue \(queue)'"
        )
    }

    /// The line of a listing as JSON.
    func json(at now: Timestamp) -> [String: any JSONRepresentable] {
        [
            "problem": "noActivityWorker", "taskQueue": queue.rawValue, "activityBacklog": backlog,
            "oldestActivityTaskAge": (now - oldest).text, "oldestActivityTaskTime": oldest,
            "nextStep": problemText(at: now).nextStep,
        ]
    }
}
