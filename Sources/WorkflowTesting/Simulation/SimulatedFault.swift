/// One thing that goes wrong in a simulated schedule. Calls, turns, attempts, requests and steps are counted from 1 over
/// the whole schedule, so that a seed and a list of faults say exactly what happens.
public enum SimulatedFault: Hashable, Sendable, CustomStringConvertible {
    /// The process, engine and worker, dies before a call of its store: nothing of the call is committed.
    case crashBeforeCall(Int)
    /// The process dies after a call of its store was committed, before anybody hears of it.
    case crashAfterCall(Int)
    /// The process dies when it comes to a place for the so-and-so-many-th time; the places are those of
    /// ``SimulationReport/crashPointsSeen``.
    case crash(at: String, time: Int)
    /// The process dies when it has run the code of a workflow task, before it answers.
    case crashInTurn(Int)
    /// The process dies when it has taken an activity, before it runs the code.
    case crashBeforeAttempt(Int)
    /// The process dies when it has run the code of an activity, before it answers.
    case crashAfterAttempt(Int)
    /// The attempt of an activity fails before its code runs.
    case failBeforeAttempt(Int)
    /// The code of an activity runs, and the attempt fails all the same.
    case failAfterAttempt(Int)
    /// The answer to a workflow task is under way while so many other steps are made.
    case holdTurn(Int, steps: Int)
    /// The answer of an activity is under way while so many other steps are made: it comes after others, or too late.
    case holdAttempt(Int, steps: Int)
    /// The answer to a workflow task arrives a second time, so many steps later.
    case repeatTurn(Int, steps: Int)
    /// The answer of an activity arrives a second time, so many steps later.
    case repeatAttempt(Int, steps: Int)
    /// The clock leaps before a step.
    case timeJump(beforeStep: Int, seconds: Int)
    /// The worker drops the runs that it keeps before a step, so that they are replayed.
    case dropCache(beforeStep: Int)
    /// A client hesitates for so many steps before a request.
    case delayRequest(Int, steps: Int)
    /// A client sends a request a second time, since the first answer got lost.
    case repeatRequest(Int)

    /// As it is written in code.
    public var description: String {
        switch self {
        case .crashBeforeCall(let number): ".crashBeforeCall(\(number))"
        case .crashAfterCall(let number): ".crashAfterCall(\(number))"
        case .crash(let place, let time): ".crash(at: \"\(place)\", time: \(time))"
        case .crashInTurn(let number): ".crashInTurn(\(number))"
        case .crashBeforeAttempt(let number): ".crashBeforeAttempt(\(number))"
        case .crashAfterAttempt(let number): ".crashAfterAttempt(\(number))"
        case .failBeforeAttempt(let number): ".failBeforeAttempt(\(number))"
        case .failAfterAttempt(let number): ".failAfterAttempt(\(number))"
        case .holdTurn(let number, let steps): ".holdTurn(\(number), steps: \(steps))"
        case .holdAttempt(let number, let steps): ".holdAttempt(\(number), steps: \(steps))"
        case .repeatTurn(let number, let steps): ".repeatTurn(\(number), steps: \(steps))"
        case .repeatAttempt(let number, let steps): ".repeatAttempt(\(number), steps: \(steps))"
        case .timeJump(let step, let seconds): ".timeJump(beforeStep: \(step), seconds: \(seconds))"
        case .dropCache(let step): ".dropCache(beforeStep: \(step))"
        case .delayRequest(let number, let steps): ".delayRequest(\(number), steps: \(steps))"
        case .repeatRequest(let number): ".repeatRequest(\(number))"
        }
    }

    /// What kind it is.
    public var kind: Kind {
        switch self {
        case .crashBeforeCall, .crashAfterCall, .crash: .engineCrash
        case .crashInTurn, .crashBeforeAttempt, .crashAfterAttempt: .workerCrash
        case .failBeforeAttempt, .failAfterAttempt: .activityFailure
        case .holdTurn, .holdAttempt: .lateAnswer
        case .repeatTurn, .repeatAttempt: .repeatedAnswer
        case .timeJump: .timeJump
        case .dropCache: .eviction
        case .delayRequest: .delayedRequest
        case .repeatRequest: .repeatedRequest
        }
    }

    /// Kinds of faults, to choose from.
    public enum Kind: String, Hashable, Sendable, CaseIterable {
        /// The process dies between two calls of the store.
        case engineCrash
        /// The process dies while it runs code.
        case workerCrash
        /// An attempt of an activity fails; with a retry policy that has an end, so may the activity.
        case activityFailure
        /// An answer of a worker arrives later, after others or when its task is over.
        case lateAnswer
        /// An answer of a worker arrives twice.
        case repeatedAnswer
        /// The clock leaps, mostly forward.
        case timeJump
        /// Kept runs are dropped.
        case eviction
        /// A client comes later.
        case delayedRequest
        /// A client repeats itself.
        case repeatedRequest
    }
}
